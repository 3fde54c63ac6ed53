/** A client generated from /openapi.json by a generator of other people's making: its types compile, and it works against the server. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { generateApi } from 'swagger-typescript-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Library, openLibrary } from '../api/library';
import { ROOT, temporaryFolder } from '../support/server';

const run = promisify(execFile);

/** What a user of the generated client would write; each `@ts-expect-error` fails to compile if the type is too wide. */
const PROGRAM = `
import { Api, type Document, type ErrorData } from './api';

const [baseUrl = '', token = ''] = process.argv.slice(2);
const { api } = new Api({ baseUrl, baseApiParams: { format: 'json', headers: { Authorization: 'Bearer ' + token } } });

const { data: project } = (await api.projectsCreate({ name: 'Generated', settings: { colour: 'green' } })).data;
const form = new FormData();
form.set('project_id', project.id);
form.append('file', new Blob(['# Bridge\\n\\nThe iron bridge was built in 1884.\\n']), 'bridge.md');
const uploaded = await api.documentsUpload(form as never);
const taken: Document | null | undefined = uploaded.data.data.items[0]?.document;
if (!taken) throw new Error('not accepted');

let document = taken;
for (let tries = 0; document.state !== 'ready' && tries < 300; tries += 1) {
  await new Promise((resume) => setTimeout(resume, 100));
  document = (await api.documentsGet(taken.id)).data.data;
}
const found = (await api.searchQuery({ project_id: project.id, query: 'iron bridge', mode: 'keyword', limit: 5 })).data.data;
const answer = (await api.chatAsk({ project_id: project.id, message: 'When was the iron bridge built?' })).data;
const list = (await api.documentsList({ project_id: project.id, state: 'ready', limit: 10 })).data.data;
const health = (await api.systemHealth()).data.data;

// @ts-expect-error a project needs a name
const nameless = await api.projectsCreate({}).catch((problem: { error: ErrorData }) => problem.error);
// @ts-expect-error there is no such mode
const mode = await api.searchQuery({ project_id: project.id, query: 'x', mode: 'psychic' }).catch((problem: { status: number }) => problem.status);
const absent = await api.projectsGet('none').catch((problem: { error: ErrorData }) => problem.error.error.code);

console.log(JSON.stringify({
  project: project.name, colour: project.settings.colour, state: document.state, quote: found.items[0]?.pressmark.quote,
  answer: 'data' in answer ? answer.data.message.content : '', documents: list.items.length, next: list.next_cursor, health: health.status,
  nameless: (nameless as ErrorData).error.code, mode, absent,
}));
`;

const folder = temporaryFolder();
let library: Library;
beforeAll(async () => {
  library = await openLibrary({ PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none' });
  const response = await fetch(new URL('/openapi.json', library.server.ready.url));
  writeFileSync(join(folder.path, 'openapi.json'), await response.text());
  await generateApi({
    input: join(folder.path, 'openapi.json'),
    output: folder.path,
    fileName: 'api.ts',
    silent: true,
    typePrefix: '',
    hooks: { onFormatTypeName: (name) => (name === 'Error' ? 'ErrorData' : name) },
  });
  writeFileSync(join(folder.path, 'program.ts'), PROGRAM);
});
afterAll(async () => {
  await library.close();
  folder.remove();
});

describe('a generated client', () => {
  it('compiles with all checks on', async () => {
    const options = ['--strict', '--noEmit', '--skipLibCheck', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler'];
    const words = [join(ROOT, 'node_modules/.bin/tsc'), ...options, '--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
    const said = await run(process.execPath, [...words, 'program.ts'], { cwd: folder.path }).then(
      ({ stdout }) => stdout,
      (error: Error & { stdout: string }) => `${error.stdout}${error.message}`,
    );
    expect(said).toBe('');
  });

  it('creates, uploads, waits, searches, asks, and gets errors that it understands', async () => {
    const program = join(folder.path, 'program.mjs');
    await build({ entryPoints: [join(folder.path, 'program.ts')], bundle: true, format: 'esm', platform: 'node', outfile: program });
    const { url, token } = library.server.ready;
    const { stdout } = await run(process.execPath, [program, url, token], { timeout: 60_000 });
    expect(JSON.parse(stdout)).toEqual({
      project: 'Generated',
      colour: 'green',
      state: 'ready',
      quote: expect.stringContaining('1884'),
      answer: expect.stringContaining('1884'),
      documents: 1,
      next: null,
      health: 'ok',
      nameless: 'VALIDATION_FAILED',
      mode: 422,
      absent: 'NOT_FOUND',
    });
  });
});
