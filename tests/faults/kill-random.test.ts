/** kill -9 at random moments of random work, again and again: what was answered holds, and nothing is half there. */

import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Document } from '../../src-main/contract/documents';
import type { Page } from '../../src-main/contract/shared';
import { pause, SAMPLES, startServer, type TestServer, temporaryFolder } from '../support/server';
import { createRandom, writeBook } from './books';
import { originals, wrongWith } from './invariants';

const ROUNDS = Number(process.env.PRESSMARK_KILLS ?? 14);
const SEED = Number(process.env.PRESSMARK_SEED ?? Date.now() % 1_000_000);
const random = createRandom(SEED);
const below = (limit: number) => Math.floor(random() * limit);

const home = temporaryFolder();
const shelf = temporaryFolder();
const data = join(home.path, 'data');
let server: TestServer | null = null;

/** What the server has promised: a document was taken in (201), or deleted (200). */
const present = new Map<string, { path: string }>();
const deleted = new Set<string>();
const doubtful = new Set<string>();

afterAll(async () => {
  await server?.stop('SIGKILL');
  home.remove();
  shelf.remove();
});

async function everyDocument(at: TestServer, project_id: string): Promise<Document[]> {
  const all: Document[] = [];
  for (let cursor: string | null = null; ; ) {
    const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const { data: page } = (await at.get<Page<Document>>(`/api/documents/?project_id=${project_id}&limit=100${query}`)).body;
    all.push(...page.items);
    if (page.next_cursor === null) return all;
    cursor = page.next_cursor;
  }
}

/** One thing a person might do; it may be cut off at any point. */
async function act(at: TestServer, project_id: string, round: number): Promise<void> {
  const known = [...present.keys()];
  const choice = known.length < 3 ? 0 : below(5);
  const id = known[below(known.length)] ?? '';
  if (choice <= 2) {
    const fresh = writeBook(shelf.path, `book-${round}-${below(1_000_000)}`, 2 + below(below(6) === 0 ? 120 : 12), random);
    const path = below(5) === 0 ? join(SAMPLES, 'annual-report.pdf') : fresh;
    const { status, body } = await at.upload(project_id, path);
    const document = body.data?.items[0]?.document;
    if (status === 201 && document) present.set(document.id, { path });
  } else if (choice === 3) {
    doubtful.add(id);
    const { status } = await at.request('DELETE', `/api/documents/${id}`);
    if (status === 200) {
      deleted.add(id);
      present.delete(id);
    }
    doubtful.delete(id);
  } else {
    await at.post(`/api/documents/${id}/reindex`);
  }
}

async function work(at: TestServer, project_id: string, round: number): Promise<void> {
  try {
    for (;;) {
      await act(at, project_id, round);
      await pause(below(250));
    }
  } catch (error) {
    if (at.process.signalCode === null && at.process.exitCode === null && !(error instanceof TypeError)) throw error;
  }
}

/** What a power cut leaves where a kill does not: pages of the log torn off, files half written. */
function tear(): void {
  const log = join(data, 'library.sqlite-wal');
  if (readOr(log).length > 0) appendFileSync(log, randomBytes(100 + below(9_000)));
  mkdirSync(join(data, 'files', 'staging'), { recursive: true });
  writeFileSync(join(data, 'files', 'staging', 'half'), randomBytes(5_000));
  mkdirSync(join(data, 'files', 'scratch', 'nobody'), { recursive: true });
}

const readOr = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
};

it(`holds what it promised through ${ROUNDS} kills (seed ${SEED})`, async () => {
  server = await startServer({ dataDir: data });
  const { id: project_id } = await server.createProject('Killed');
  for (let round = 0; round < ROUNDS; round += 1) {
    const working = [0, 1].map((lane) => work(server as TestServer, project_id, round * 2 + lane));
    await pause(below(1_800));
    await server.stop('SIGKILL');
    await Promise.all(working);
    if (below(2) === 0) tear();
    expect(wrongWith(data, false), `after kill ${round + 1}, seed ${SEED}`).toEqual([]);
    server = await startServer({ dataDir: data });
    const ids = new Set((await everyDocument(server, project_id)).map(({ id }) => id));
    const lost = [...present.keys()].filter((id) => !ids.has(id) && !doubtful.has(id));
    const risen = [...deleted].filter((id) => ids.has(id));
    expect({ lost, risen }, `after kill ${round + 1}, seed ${SEED}`).toEqual({ lost: [], risen: [] });
    for (const id of doubtful) if (!ids.has(id)) present.delete(id);
    doubtful.clear();
  }
  await allFinished(server);
  const documents = await everyDocument(server, project_id);
  expect(documents.filter(({ state }) => state !== 'ready').map(({ filename, state, error }) => ({ filename, state, error }))).toEqual([]);
  await server.stop();
  expect(wrongWith(data, true), `at the end, seed ${SEED}`).toEqual([]);
  const used = new Set(documents.map(({ sha256 }) => sha256));
  expect([...used].filter((sha256) => !originals(data).includes(sha256))).toEqual([]);
}, 600_000);

async function allFinished(at: TestServer): Promise<void> {
  const open = async (state: string) => (await at.get<Page<unknown>>(`/api/jobs/?state=${state}&limit=1`)).body.data.items.length > 0;
  const until = Date.now() + 240_000;
  while ((await open('queued')) || (await open('running'))) {
    if (Date.now() > until) throw new Error(`not all jobs came to an end\n${at.stderr().slice(-2_000)}`);
    await pause(500);
  }
}
