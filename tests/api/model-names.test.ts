/** Several people import files of one name in the same moment: each gets a model of its own, with the bytes of the own file. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AcceptedModel } from '../../src-main/contract/models';
import { smallGguf } from '../support/model-host';
import { startServer, type TestServer, temporaryFolder } from '../support/server';

const COUNT = 12;
const home = temporaryFolder();
const modelsDir = join(home.path, 'models');
let server: TestServer;

beforeAll(async () => {
  server = await startServer({ dataDir: join(home.path, 'data'), env: { PRESSMARK_MODELS_DIR: modelsDir } });
});
afterAll(async () => {
  await server.stop();
  home.remove();
});

it('gives each a name of its own', async () => {
  const files = Array.from({ length: COUNT }, (_, at) => {
    const folder = join(home.path, `from-${at}`);
    const bytes = smallGguf(1_000 + at);
    mkdirSync(folder);
    writeFileSync(join(folder, 'model.gguf'), bytes);
    return { path: join(folder, 'model.gguf'), bytes };
  });
  const answers = await Promise.all(files.map(({ path }) => server.post<AcceptedModel>('/api/models/import', { kind: 'chat', path })));
  expect(answers.map(({ status }) => status)).toEqual(files.map(() => 202));
  for (const [at, { body }] of answers.entries()) {
    await expect.poll(async () => (await server.job(body.data.job_id)).state, { timeout: 20_000 }).toBe('done');
    const { id } = body.data.model;
    expect(readFileSync(join(modelsDir, id, `${id}.gguf`)).equals(files[at]?.bytes ?? Buffer.alloc(0))).toBe(true);
  }
});
