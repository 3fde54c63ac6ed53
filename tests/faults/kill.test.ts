/** kill -9 in the middle of an ingest: whatever was accepted is there afterwards, whole and once. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Chunk, Document } from '../../src-main/contract/documents';
import type { Page } from '../../src-main/contract/shared';
import { pause, SAMPLES, startServer, type TestServer, temporaryFolder } from '../support/server';

const REPORT = join(SAMPLES, 'annual-report.pdf');
/** Moments between the answer 201 and the end, in milliseconds: parsing first, then embedding. */
const MOMENTS = [0, 60, 150, 300, 600, 1_200, 2_500];

const home = temporaryFolder();
let server: TestServer;
let reference: { content: string | null; chunks: string[] };

async function chunksOf(document: Document): Promise<Chunk[]> {
  const all: Chunk[] = [];
  for (let cursor: string | null = null; ; ) {
    const path: string = `/api/documents/${document.id}/chunks?limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
    const { data } = (await server.get<Page<Chunk>>(path)).body;
    all.push(...data.items);
    if (data.next_cursor === null) return all;
    cursor = data.next_cursor;
  }
}

beforeAll(async () => {
  server = await startServer({ dataDir: home.path });
  const project = await server.createProject('Reference');
  const [document] = await server.ingest(project.id, REPORT);
  if (!document) throw new Error('the reference was not accepted');
  reference = { content: document.content, chunks: (await chunksOf(document)).map(({ text }) => text) };
}, 180_000);

afterAll(async () => {
  await server.stop('SIGKILL');
  home.remove();
});

it.each(MOMENTS)(
  'nothing is lost or doubled when it dies %i ms after the answer',
  async (moment) => {
    const project = await server.createProject(`Killed after ${moment}`);
    const { status, body } = await server.upload(project.id, REPORT);
    expect(status).toBe(201);
    const id = body.data.items[0]?.document?.id ?? '';
    await pause(moment);
    await server.stop('SIGKILL');
    server = await startServer({ dataDir: home.path });
    const document = await server.waitFor(id, ['ready'], 120_000);
    expect(document.content).toBe(reference.content);
    expect((await chunksOf(document)).map(({ text }) => text)).toEqual(reference.chunks);
    expect(document.embedded_chunks).toBe(document.chunks);
    const { data } = (await server.get<{ items: { state: string }[] }>(`/api/jobs/?document_id=${id}`)).body;
    expect(data.items.map(({ state }) => state)).toEqual(['done']);
  },
  180_000,
);
