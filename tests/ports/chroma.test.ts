/** Vectors with a real Chroma beside the library: the same suite as without, and the same answers. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AdminClient, ChromaClient } from 'chromadb';
import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createChromaMirror } from '../../src-main/adapters/chroma/mirror';
import { openSqliteLibrary } from '../../src-main/adapters/records/sqlite/open';
import { createSqliteVecStore } from '../../src-main/adapters/vectors/sqlite-vec';
import { createMirrorHealth } from '../../src-main/core/mirrors/health';
import { createMirroredVectors } from '../../src-main/core/mirrors/mirrored-vectors';
import { Pump } from '../../src-main/core/mirrors/pump';
import type { VectorStore } from '../../src-main/core/ports/vector-store';
import { silent } from '../support/log';
import { pause, ROOT, temporaryFolder } from '../support/server';
import { freePort, type Server } from '../support/servers/child';
import { startChroma } from '../support/servers/chroma';
import { seed } from './seed';
import { describeExactness, describeVectorStore } from './vector-store.suite';

const LIMIT_MS = 60_000;
let chroma: Server;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  chroma = await startChroma();
}, LIMIT_MS);
afterAll(() => chroma.remove());
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const placeOf = ({ url }: Server) => ({ url, token: null, tenant: null, database: null });

/** A library of its own in the shared Chroma, with its pump; `told` waits until nothing is waiting. */
async function library() {
  const folder = temporaryFolder();
  closers.push(async () => folder.remove());
  const { records, graph, database } = openSqliteLibrary({
    path: join(folder.path, 'library.sqlite'),
    migrationsDir: join(ROOT, 'migrations/sqlite'),
    log: silent,
  });
  closers.push(() => records.close());
  const base = createSqliteVecStore(database.sql);
  const id = uuid();
  const mirror = createChromaMirror(placeOf(chroma), { library: async () => id, vectors: base, projects: records.projects });
  const health = createMirrorHealth();
  const pump = new Pump(mirror, { records, health, log: silent });
  pump.start();
  closers.push(() => pump.stop());
  const asked: string[] = [];
  const asking = {
    ...mirror,
    nearest(query: Parameters<typeof mirror.nearest>[0]) {
      asked.push(query.model);
      return mirror.nearest(query);
    },
  };
  const vectors = createMirroredVectors(base, { mirror: asking, outbox: records.outbox, health, log: silent });
  async function told(): Promise<void> {
    const until = Date.now() + LIMIT_MS;
    while (!health.ready('chroma') || (await records.outbox.waiting('chroma')) > 0) {
      if (Date.now() > until) throw new Error(`not told: ${health.trouble('chroma')?.error.message}`);
      await pause(20);
    }
  }
  await told();
  return { records, graph, base, vectors, mirror, id, asked, told };
}

describeVectorStore('chroma, told later', library);
/** Each change is waited for, so that what is found comes from Chroma. */
describeVectorStore('chroma', async () => {
  const { vectors, told, ...rest } = await library();
  const add: VectorStore['add'] = async (input) => {
    await vectors.add(input);
    await told();
  };
  return { ...rest, vectors: { ...vectors, add } };
});
describeExactness('chroma', library, 1_000);

function randomUnit(random: () => number, dimensions: number): Float32Array {
  // Sums of a few numbers are near enough to a normal distribution: all directions alike.
  const values = Array.from({ length: dimensions }, () => random() + random() + random() - 1.5);
  const length = Math.hypot(...values);
  return new Float32Array(values.map((value) => value / length));
}

it('gives the answers of the library, over thousands of vectors', { timeout: 4 * LIMIT_MS }, async () => {
  const { records, vectors, base, mirror, asked, told } = await library();
  const [count, dimensions, limit] = [3_000, 384, 10];
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const { document, project_id } = await seed({ records, vectors }, { texts: Array.from({ length: count }, (_, n) => `text ${n}`) });
  const pending = await vectors.pending(document.id, 'm', count);
  await vectors.add({
    document_id: document.id,
    model: 'm',
    vectors: pending.map(({ chunk_id }) => ({ chunk_id, vector: randomUnit(random, dimensions) })),
  });
  await told();
  expect(await mirror.difference()).toBeNull();
  let same = 0;
  const questions = 40;
  for (let n = 0; n < questions; n += 1) {
    const query = { project_id, model: 'm', vector: randomUnit(random, dimensions), limit };
    const exact = new Map((await base.search(query)).map(({ chunk_id, score }) => [chunk_id, score]));
    const found = await vectors.search(query);
    expect(found).toHaveLength(limit);
    for (const { chunk_id, score } of found) {
      const wanted = exact.get(chunk_id);
      if (wanted === undefined) continue;
      same += 1;
      expect(score).toBeCloseTo(wanted, 5);
    }
  }
  expect(asked).toHaveLength(questions);
  console.info(`recall@${limit} of Chroma among ${count} random vectors: ${same / (questions * limit)}`);
  expect(same / (questions * limit)).toBeGreaterThanOrEqual(0.95);
});

async function troubleWith(place: { url: string; tenant?: string; database?: string }): Promise<string> {
  const vectors = { read: async () => [], tally: async () => [] };
  const projects = { list: async () => ({ items: [], next_cursor: null }) };
  const mirror = createChromaMirror(
    { token: null, tenant: null, database: null, ...place },
    { library: async () => 'x', vectors, projects },
  );
  const trouble = await mirror.open().then(String, (error: { trouble: string }) => error.trouble);
  await mirror.close();
  return trouble;
}

it('tells what is wrong with a server', async () => {
  expect(await troubleWith({ url: chroma.url })).toBe('empty');
  expect(await troubleWith({ url: chroma.url, tenant: 'others', database: 'theirs' })).toBe('empty');
  expect(
    await new AdminClient({ host: '127.0.0.1', port: chroma.port, ssl: false }).getDatabase({ tenant: 'others', name: 'theirs' }),
  ).toMatchObject({ name: 'theirs' });
  expect(await troubleWith({ url: `http://127.0.0.1:${await freePort()}` })).toBe('unreachable');
  const other = createServer((_request, answer) => answer.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Nothing here</h1>'));
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  expect(await troubleWith({ url: `http://127.0.0.1:${(other.address() as AddressInfo).port}` })).toBe('unsuitable');
  other.close();
});

it('is known to a server that only follows, after another one has filled it anew', { timeout: 2 * LIMIT_MS }, async () => {
  const { records, vectors, base, mirror, id, told } = await library();
  const { document, project_id } = await seed({ records, vectors }, { texts: ['one'] });
  const [chunk] = await vectors.pending(document.id, 'm', 1);
  const [chunk_id, vector] = [chunk?.chunk_id ?? '', new Float32Array([1, 0])];
  await vectors.add({ document_id: document.id, model: 'm', vectors: [{ chunk_id, vector }] });
  await told();
  let unknown = true;
  const follower = createChromaMirror(placeOf(chroma), {
    async library() {
      if (!unknown) return id;
      unknown = false;
      throw new Error('the records are away');
    },
    vectors: base,
    projects: records.projects,
  });
  closers.push(() => follower.close());
  await expect(follower.open()).rejects.toThrow('the records are away');
  expect(await follower.open()).toBe('marked');
  const ask = () => follower.nearest({ project_id, model: 'm', vector, limit: 1 });
  expect(await ask()).toEqual([chunk_id]);
  await mirror.clear();
  await mirror.mark();
  await mirror.apply([{ seq: 0, target: 'chroma', kind: 'vector', key: chunk_id, project_id, model: 'm' }]);
  await expect(ask()).rejects.toThrow('a collection is missing');
  expect(await follower.open()).toBe('marked');
  expect(await ask()).toEqual([chunk_id]);
});

it('shares a server with programs whose collections embed by themselves', async () => {
  const route = `${chroma.url}/api/v2/tenants/default_tenant/databases/default_database/collections`;
  const configuration = { embedding_function: { type: 'known', name: 'default', config: {} } };
  const made = await fetch(route, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'made-in-python', configuration }),
  });
  expect(made.status).toBe(200);
  const { mirror } = await library();
  expect(await mirror.difference()).toBeNull();
  expect((await fetch(`${route}/made-in-python`)).status).toBe(200);
});

it('finds out that somebody else has changed the mirror', { timeout: 2 * LIMIT_MS }, async () => {
  const { records, vectors, mirror, told } = await library();
  const { document, project_id } = await seed({ records, vectors }, { texts: ['one', 'two', 'three'] });
  const pending = await vectors.pending(document.id, 'm', 3);
  const vector = new Float32Array([1, 0]);
  await vectors.add({ document_id: document.id, model: 'm', vectors: pending.map(({ chunk_id }) => ({ chunk_id, vector })) });
  await told();
  const note = { seq: 0, target: 'chroma', kind: 'vector', model: 'm' } as const;
  expect(await mirror.difference()).toBeNull();
  const client = new ChromaClient({ host: '127.0.0.1', port: chroma.port });
  const all = await client.listCollections({ limit: 1_000 });
  const ours = all.find(({ metadata }) => metadata?.project_id === project_id);
  await ours?.delete({ ids: [pending[0]?.chunk_id ?? ''] });
  expect(await mirror.difference()).toMatch(/2 vectors of 3/);
  await mirror.apply(pending.map(({ chunk_id }) => ({ ...note, key: chunk_id, project_id })));
  expect(await mirror.difference()).toBeNull();
  await client.deleteCollection({ name: ours?.name ?? '' });
  expect(await mirror.difference()).toMatch(/0 vectors of 3/);
  await mirror.nearest({ project_id, model: 'm', vector, limit: 1 }).catch(() => undefined);
  expect(await mirror.open()).toBe('empty');
});
