/** Chroma fails in the middle of an ingest, in every way: the rest goes on, what is wrong is said, and afterwards Chroma has what the library has. */
import { join } from 'node:path';
import { ChromaClient } from 'chromadb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Chunk, Document } from '../../src-main/contract/documents';
import type { SearchResult } from '../../src-main/contract/search';
import type { Page } from '../../src-main/contract/shared';
import type { SystemInfo } from '../../src-main/contract/system';
import { pause, startServer, type TestServer, temporaryFolder } from '../support/server';
import type { Server } from '../support/servers/child';
import { startChroma } from '../support/servers/chroma';
import { type ServerProxy, startProxy } from '../support/servers/proxy';
import { createRandom, writeBook } from './books';

const LIMIT_MS = 240_000;
const WAIT_MS = 90_000;
const TOKEN = 'the-right-token';
const PARAGRAPHS = 120;
const random = createRandom(11);

const home = temporaryFolder();
const shelf = temporaryFolder();
let chroma: Server;
let proxy: ServerProxy;
let server: TestServer;
let books = 0;

const start = (token = TOKEN) =>
  startServer({ dataDir: join(home.path, 'data'), env: { PRESSMARK_CHROMA_URL: proxy.url, PRESSMARK_CHROMA_TOKEN: token } });

beforeAll(async () => {
  chroma = await startChroma({ token: TOKEN });
  proxy = await startProxy(chroma.url);
  server = await start();
}, LIMIT_MS);
afterAll(async () => {
  await server?.stop('SIGKILL');
  await proxy?.remove();
  await chroma?.remove();
  home.remove();
  shelf.remove();
});

const book = (paragraphs = PARAGRAPHS) => {
  books += 1;
  return writeBook(shelf.path, `book-${books}`, paragraphs, random);
};

async function until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
  const end = Date.now() + WAIT_MS;
  for (let last: unknown; ; ) {
    try {
      const found = await look();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`${what}: not in ${WAIT_MS} ms (${String(last)})\n${server.stderr().slice(-1_500)}`);
    await pause(150);
  }
}

const problems = async () => (await server.get<SystemInfo>('/api/system')).body.data.problems;
const problem = (pattern: RegExp) =>
  until(`a problem that says ${pattern}`, async () =>
    (await problems()).find(({ engine, message }) => engine === 'chroma' && pattern.test(message)),
  );

/** Around what is in front of Chroma. */
function inside(): ChromaClient {
  const { port } = new URL(chroma.url);
  const headers = { 'x-chroma-token': TOKEN };
  return new ChromaClient({ host: '127.0.0.1', port: Number(port), headers, tenant: 'default_tenant', database: 'default_database' });
}

/** Ids of the vectors that Chroma holds of a project, repeated ones repeatedly. */
async function held(project_id: string): Promise<string[]> {
  const all = await inside().listCollections({ limit: 1_000 });
  const ids: string[] = [];
  for (const collection of all.filter(({ metadata }) => metadata?.project_id === project_id)) {
    ids.push(...(await collection.get({ include: [] })).ids);
  }
  return ids.sort();
}

/** Ids of the chunks that the library holds. */
async function wanted(project_id: string): Promise<string[]> {
  const ids: string[] = [];
  const documents = (await server.get<Page<Document>>(`/api/documents/?project_id=${project_id}&limit=100`)).body.data.items;
  for (const { id } of documents) {
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: Page<Chunk> = (await server.get<Page<Chunk>>(`/api/documents/${id}/chunks?limit=100${query}`)).body.data;
      ids.push(...page.items.map((chunk) => chunk.id));
      cursor = page.next_cursor;
    }
  }
  return ids.sort();
}

async function isTold(project_id: string): Promise<void> {
  await until('Chroma works', async () => (await problems()).length === 0);
  const ids = await wanted(project_id);
  expect(ids.length).toBeGreaterThan(0);
  await until('Chroma has what the library has', async () => (await held(project_id)).join() === ids.join());
  expect(await held(project_id)).toEqual(ids);
}

async function searches(project_id: string): Promise<void> {
  const query = { project_id, query: 'Which captain mends the lantern of the harbour?', mode: 'vector', limit: 5 };
  const { status, body } = await server.post<SearchResult>('/api/search/', query);
  expect(status).toBe(200);
  expect(body.data.items).toHaveLength(5);
}

/** Some vectors of a new project are told, others are still to be made. */
async function midst(): Promise<{ project_id: string; document_id: string }> {
  const { id } = await server.createProject();
  const [first] = await server.ingest(id, book(4));
  const { body } = await server.upload(id, book());
  const document_id = body.data.items[0]?.document?.id ?? '';
  const before = first?.chunks ?? 0;
  await until('the first vectors are told', async () => (await held(id)).length > before);
  return { project_id: id, document_id };
}

const OUTAGES: [name: string, says: RegExp, begin: () => Promise<void>, end: () => Promise<void>][] = [
  ['is stopped', /cannot be reached.*Start it/, () => chroma.stop(), () => chroma.restart()],
  ['is killed', /cannot be reached.*PRESSMARK_CHROMA_URL/, () => chroma.kill(), () => chroma.restart()],
  ['answers nothing', /does not answer in time/, () => proxy.mode('stall'), () => proxy.mode('pass')],
  ['is not there', /cannot be reached/, () => proxy.mode('refuse'), () => proxy.mode('pass')],
  ['breaks every connection', /cannot be reached/, () => proxy.mode('cut'), () => proxy.mode('pass')],
];

it.each(OUTAGES)('goes on and catches up when it %s', { timeout: LIMIT_MS }, async (_name, says, begin, end) => {
  const { project_id, document_id } = await midst();
  await begin();
  const { body } = await server.upload(project_id, book(6));
  const found = await problem(says);
  expect(found.message).toContain(proxy.url);
  await searches(project_id);
  await server.waitFor(document_id, ['ready'], WAIT_MS);
  await server.waitFor(body.data.items[0]?.document?.id ?? '', ['ready'], WAIT_MS);
  const items = (await server.get<Page<Document>>(`/api/documents/?project_id=${project_id}&sort=created_at`)).body.data.items;
  expect((await server.request('DELETE', `/api/documents/${items[0]?.id}`)).status).toBe(200);
  const [now] = await problems();
  expect(now).toMatchObject({ engine: 'chroma', since: found.since });
  expect(now?.waiting).toBeGreaterThan(0);
  await end();
  await isTold(project_id);
  await searches(project_id);
});

it('says that the token is wrong, and catches up with the right one', { timeout: LIMIT_MS }, async () => {
  const { project_id, document_id } = await midst();
  await server.stop('SIGTERM');
  server = await start('another-token');
  expect((await problem(/refuses access.*PRESSMARK_CHROMA_TOKEN/)).message).not.toContain('another-token');
  await server.waitFor(document_id, ['ready'], WAIT_MS);
  await searches(project_id);
  const metrics = await (await fetch(`${server.ready.url}/metrics`, { headers: { authorization: `Bearer ${server.ready.token}` } })).text();
  expect(metrics).toMatch(/pressmark_mirror_ready\{target="chroma"\} 0/);
  expect(metrics).toMatch(/pressmark_mirror_waiting\{target="chroma"\} [1-9]/);
  await server.stop('SIGTERM');
  server = await start();
  await isTold(project_id);
});

it('tells what a killed Pressmark did not', { timeout: LIMIT_MS }, async () => {
  const { project_id, document_id } = await midst();
  await server.stop('SIGKILL');
  server = await start();
  await server.waitFor(document_id, ['ready'], WAIT_MS);
  await isTold(project_id);
});

it('fills it again when it was emptied, and takes out what it was not told to hold', { timeout: LIMIT_MS }, async () => {
  const { id } = await server.createProject();
  await server.ingest(id, book(20));
  await isTold(id);
  const foreign = await inside().createCollection({ name: 'of-somebody-else', embeddingFunction: null });
  const ours = (await inside().listCollections({ limit: 1_000 })).filter(({ name }) => name !== foreign.name);
  for (const { name } of ours) await inside().deleteCollection({ name });
  await searches(id);
  await isTold(id);
  const [some] = (await inside().listCollections({ limit: 1_000 })).filter(({ metadata }) => metadata?.project_id === id);
  await some?.delete({ ids: (await some.get({ limit: 3, include: [] })).ids });
  await server.stop('SIGTERM');
  server = await start();
  await isTold(id);
  expect((await server.request('DELETE', `/api/projects/${id}`)).status).toBe(200);
  await until('the project is gone from Chroma', async () => {
    const all = await inside().listCollections({ limit: 1_000 });
    return all.length > 1 && all.every(({ metadata }) => metadata?.project_id !== id);
  });
  expect((await inside().listCollections({ limit: 1_000 })).map(({ name }) => name)).toContain(foreign.name);
});
