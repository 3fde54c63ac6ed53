/** Deleting really deletes: after it, no byte of the data folder holds a word of the document, however it is looked for. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import type { ChatAnswer, Message } from '../../src-main/contract/chat';
import type { Document, UploadResult } from '../../src-main/contract/documents';
import type { SearchResult } from '../../src-main/contract/search';
import type { Page } from '../../src-main/contract/shared';
import type { Compacted } from '../../src-main/contract/system';
import { pause, startServer, type TestServer, temporaryFolder } from '../support/server';

/** No other text has these, and stemming leaves them as they are. */
const SECRET = 'Quorvimbat';
const NAME = 'Zephrantine Mollusk';
const WIDE = '鬱蒼龘靐';
const KEPT = 'Brindlewexford';

const secretText = (n: number) =>
  `# Ledger ${n}\n\nThe ${SECRET}${n} was sold to ${NAME} of Kelvinquay in March 1987 for 412 crowns. ${NAME} works for the Varnholt Company. ` +
  `${WIDE}は東京で買われた。\n\nA second ${SECRET}${n} stayed in the cellar for eleven years before anybody asked for it.\n`;
const FORGOTTEN = [
  SECRET,
  SECRET.toLowerCase(),
  'Zephrantine',
  'zephrantine',
  'Kelvinquay',
  'kelvinquay',
  'Varnholt',
  'varnholt',
  WIDE,
  '靐',
];

const folder = temporaryFolder();
let server: TestServer;
let project_id: string;

/** Small things that must not hide a word: the archive is stored, not compressed. */
async function zipOf(name: string, text: string): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(text), name, { compress: false });
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

async function upload(files: Record<string, string | Buffer>): Promise<Document[]> {
  const form = new FormData();
  form.set('project_id', project_id);
  for (const [name, bytes] of Object.entries(files)) {
    form.append('file', new Blob([typeof bytes === 'string' ? bytes : new Uint8Array(bytes)]), name);
  }
  const { body } = await server.post<UploadResult>('/api/documents/upload', form);
  return Promise.all(body.data.items.map(({ document }) => server.waitFor(document?.id ?? '')));
}

function filesBelow(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(path, entry.name)) : entry.isFile() ? [join(path, entry.name)] : [],
  );
}

/** Each word that stands somewhere, as UTF-8 or UTF-16, with the file that holds it. */
function traces(words: string[]): string[] {
  return filesBelow(folder.path).flatMap((path) => {
    const bytes = readFileSync(path);
    const held = words.filter((word) => bytes.includes(word) || bytes.includes(Buffer.from(word, 'utf16le')));
    return held.map((word) => `${word} in ${path.slice(folder.path.length)}`);
  });
}

const ask = async (message: string, conversation_id?: string, headers: Record<string, string> = {}) =>
  (await server.request<ChatAnswer>('POST', '/api/chat', { project_id, conversation_id, message }, headers)).body.data;

beforeAll(async () => {
  server = await startServer({ dataDir: folder.path, env: { PRESSMARK_CHAT_MODEL: 'none' } });
  project_id = (await server.createProject('Ledgers')).id;
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

describe('a deleted document', () => {
  let secrets: Document[];
  let conversation_id: string;

  it('was in the data folder before (or this test would prove nothing)', async () => {
    secrets = await upload({
      'ledger.md': secretText(1),
      'ledger.html': `<html><body><h1>Ledger</h1><p>${secretText(2)}</p></body></html>`,
      'ledger.csv': `item,buyer\n${SECRET}3,${NAME}\n`,
      'ledger.zip': await zipOf('inner.txt', secretText(4)),
      'ledger16.txt': Buffer.from(`\ufeff${secretText(5)}`, 'utf16le'),
    });
    await upload({ 'kept.md': `# Kept\n\nThe ${KEPT} was sold in March 1987 to nobody at all, and stands in the hall.\n` });
    const { body } = await server.post<SearchResult>('/api/search', { project_id, query: SECRET });
    expect(body.data.items.length).toBeGreaterThan(0);
    expect(traces([SECRET, WIDE, KEPT]).length).toBeGreaterThan(3);
  });

  it('goes out of the answers that quoted it, which say so; what rests on other documents stays', async () => {
    const about = await ask('Who bought the thing that was sold in March 1987 for 412 crowns?', undefined, {
      'idempotency-key': 'once-only',
    });
    conversation_id = about.conversation_id;
    const other = await ask('What stands in the hall?', conversation_id);
    expect(about.message.citations.some(({ quote }) => quote.includes(SECRET))).toBe(true);
    expect(other.message.content).toContain(KEPT);
    for (const { id } of secrets) expect((await server.request('DELETE', `/api/documents/${id}`)).status).toBe(200);
    const { items } = (await server.get<Page<Message>>(`/api/conversations/${conversation_id}/messages`)).body.data;
    const [changed, same] = [about, other].map(({ message }) => items.find(({ id }) => id === message.id));
    expect(JSON.stringify(items)).not.toContain(SECRET);
    expect(changed?.content).toContain('deleted with its source: “ledger');
    for (const { deleted, quote, document_id } of changed?.citations ?? []) {
      const isSecret = secrets.some(({ id }) => id === document_id);
      expect([deleted ?? false, quote === '']).toEqual([isSecret, isSecret]);
    }
    expect(same?.citations.find(({ quote }) => quote.includes(KEPT))).toBeDefined();
    expect(same?.content).toContain(KEPT);
  });

  it('leaves nothing in the data folder once the library is compacted', async () => {
    const library = join(folder.path, 'library.sqlite');
    const size = statSync(library).size;
    const { status, body } = await server.post<Compacted>('/api/system/compact');
    expect([status, body.message]).toEqual([200, 'OK']);
    expect(body.data.bytes_before).toBeGreaterThanOrEqual(size);
    expect(body.data.copies).toEqual([]);
    expect(body.data.bytes_after).toBe(statSync(library).size);
    expect(body.data.bytes_after).toBeLessThan(body.data.bytes_before);
    const found = (await server.post<SearchResult>('/api/search', { project_id, query: `${KEPT} ${SECRET}` })).body.data.items;
    expect(found.map(({ pressmark }) => pressmark.filename)).toEqual(['kept.md']);
    await server.stop();
    expect(traces(FORGOTTEN)).toEqual([]);
    expect(traces([KEPT]).length).toBeGreaterThan(1);
    server = await startServer({ dataDir: folder.path, env: { PRESSMARK_CHAT_MODEL: 'none' } });
  });

  it('leaves nothing either where nobody compacts: its words are overwritten soon after', async () => {
    const [secret] = await upload({ 'again.md': secretText(6) });
    expect((await server.request('DELETE', `/api/documents/${secret?.id}`)).status).toBe(200);
    await server.stop();
    expect(traces(FORGOTTEN)).toEqual([]);
    server = await startServer({ dataDir: folder.path, env: { PRESSMARK_CHAT_MODEL: 'none' } });
  });

  it('leaves nothing when its whole project is deleted', async () => {
    const kept = project_id;
    project_id = (await server.createProject('Short-lived')).id;
    await upload({ 'again.md': secretText(7), 'again.html': `<p>${secretText(8)}</p>` });
    await ask('Who bought it for 412 crowns?');
    expect((await server.request('DELETE', `/api/projects/${project_id}`)).status).toBe(200);
    project_id = kept;
    await server.stop();
    expect(traces(FORGOTTEN)).toEqual([]);
    server = await startServer({ dataDir: folder.path, env: { PRESSMARK_CHAT_MODEL: 'none' } });
  });

  it('keeps an original that another project still has', async () => {
    const other = await server.createProject('Another');
    const [mine] = await upload({ 'shared.md': secretText(9) });
    const home = project_id;
    project_id = other.id;
    const [theirs] = await upload({ 'shared.md': secretText(9) });
    project_id = home;
    expect((await server.request('DELETE', `/api/documents/${mine?.id}`)).status).toBe(200);
    const response = await fetch(new URL(`/api/documents/${theirs?.id}/file`, server.ready.url), {
      headers: { authorization: `Bearer ${server.ready.token}` },
    });
    expect(await response.text()).toBe(secretText(9));
  });
});

describe('compacting', () => {
  it('lets jobs go on afterwards, and is refused while another one runs', async () => {
    const both = await Promise.all([server.post<Compacted>('/api/system/compact'), server.post<Compacted>('/api/system/compact')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [after] = await upload({ 'after.md': `# After\n\nThe ${KEPT} is there again.\n` });
    expect(after?.state).toBe('ready');
  });

  it('waits for what is being worked on', async () => {
    const form = new FormData();
    form.set('project_id', project_id);
    const long = Array.from({ length: 60 }, (_, n) => `# Part ${n}\n\n${`The river rose by ${n} inches in the night. `.repeat(20)}`).join(
      '\n\n',
    );
    form.append('file', new Blob([long]), 'long.md');
    const { body } = await server.post<UploadResult>('/api/documents/upload', form);
    await pause(50);
    const { status, body: answer } = await server.post<Compacted>('/api/system/compact');
    expect([200, 409]).toContain(status);
    if (status === 409) expect(answer.error).toMatchObject({ code: 'CONFLICT', details: { jobs_running: expect.any(Number) } });
    const document = await server.waitFor(body.data.items[0]?.document?.id ?? '', ['ready'], 120_000);
    expect(document.embedded_chunks).toBe(document.chunks);
  });
});
