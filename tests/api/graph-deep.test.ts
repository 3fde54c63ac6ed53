/** Deep extraction under way with a real model: paused, killed, resumed, ended and begun again; what was read is never read twice. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Relation } from '../../src-main/contract/graph';
import type { DeepEstimate, DeepRun } from '../../src-main/contract/graph-deep';
import { startServer, type TestServer, temporaryFolder } from '../support/server';
import { uploadTexts } from './library';

/** Each is a chunk of its own. */
const LETTERS = Object.fromEntries(
  ['Ada Quill', 'Bruno Marsh', 'Celia Thorne', 'Dora Winch', 'Edgar Pole', 'Flora Hythe'].map((name, at) => [
    `letter-${at}.txt`,
    `${name} wrote to Hector Vane in Whitcombe. ${name} works for Harbour Trust Ltd in Harrow Hill.`,
  ]),
);
const CHUNKS = Object.keys(LETTERS).length;
const LONG = { timeout: 240_000, interval: 200 };

const folder = temporaryFolder();
let server: TestServer;
let project_id: string;
const start = async () => {
  server = await startServer({ dataDir: folder.path, env: { PRESSMARK_EMBEDDING_MODEL: 'none' } });
};
const run = async (): Promise<DeepRun> => (await server.get<DeepRun>(`/api/projects/${project_id}/graph/deep`)).body.data;
const order = (what = '') => server.post<DeepRun>(`/api/projects/${project_id}/graph/deep${what}`, {});
const done = (least: number) => vi.waitFor(async () => expect((await run()).chunks_done).toBeGreaterThanOrEqual(least), LONG);
const state = (wanted: DeepRun['state']) => vi.waitFor(async () => expect((await run()).state).toBe(wanted), LONG);

beforeAll(async () => {
  await start();
  project_id = (await server.createProject('Letters')).id;
  const { body } = await uploadTexts(server, project_id, LETTERS);
  await Promise.all(body.data.items.map(({ document }) => server.waitFor(document?.id ?? '')));
}, 120_000);
afterAll(async () => {
  await server?.stop();
  folder.remove();
});

describe('deep extraction under way', () => {
  it('is paused, and stays so over a kill', async () => {
    expect((await order()).status).toBe(202);
    await done(1);
    expect((await order('/pause')).status).toBe(200);
    await state('paused');
    await server.stop('SIGKILL');
    await start();
    const { state: after, chunks_done } = await run();
    expect(after).toBe('paused');
    expect(chunks_done).toBeGreaterThanOrEqual(1);
    expect(chunks_done).toBeLessThan(CHUNKS);
  }, 280_000);

  it('is resumed where it stopped, and ended with what was read kept', async () => {
    const { chunks_done } = await run();
    expect((await order('/resume')).status).toBe(202);
    await done(chunks_done + 1);
    expect((await order('/cancel')).status).toBe(200);
    await state('cancelled');
    const kept = await run();
    expect(kept.chunks_done).toBeGreaterThan(chunks_done);
    expect(kept.chunks_done).toBeLessThan(CHUNKS);
  }, 280_000);

  it('goes on by itself after a kill, reads each chunk once, and says only what has evidence', async () => {
    const { chunks_done } = await run();
    expect((await order()).status).toBe(202);
    await done(chunks_done + 1);
    await server.stop('SIGKILL');
    await start();
    await state('done');
    expect(await run()).toMatchObject({ chunks: CHUNKS, chunks_done: CHUNKS });
    const { body } = await server.post<DeepEstimate>(`/api/projects/${project_id}/graph/deep/estimate`, {});
    expect(body.data).toMatchObject({ chunks: CHUNKS, chunks_cached: CHUNKS, minutes: 0 });
    const { data } = (await server.get<{ items: Relation[] }>(`/api/projects/${project_id}/graph/relations?limit=200&evidence=5`)).body;
    const places = data.items.flatMap(({ source, target, type, evidence }) =>
      evidence.map(({ chunk_id, char_start }) => [source, target, type, chunk_id, char_start].join(' ')),
    );
    expect(new Set(places).size).toBe(places.length);
  }, 280_000);
});
