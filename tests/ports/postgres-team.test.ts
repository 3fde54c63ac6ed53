/** What PostgreSQL holds beside the records: vectors, graph, originals, and news between servers. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDiskFiles } from '../../src-main/adapters/files/disk';
import { createSharedFiles } from '../../src-main/adapters/files/shared';
import { connect, type Database } from '../../src-main/adapters/records/postgres/database';
import { createPostgresGraph } from '../../src-main/adapters/records/postgres/graph/store';
import { createSharedKeys } from '../../src-main/adapters/records/postgres/keys';
import { createLocks } from '../../src-main/adapters/records/postgres/locks';
import { openPostgresRecords } from '../../src-main/adapters/records/postgres/open';
import { createOriginals } from '../../src-main/adapters/records/postgres/originals';
import { createPeers } from '../../src-main/adapters/records/postgres/peers';
import { createPostgresRows } from '../../src-main/adapters/records/postgres/rows';
import { createPostgresSource } from '../../src-main/adapters/records/postgres/vectors/source';
import { createPostgresVectors } from '../../src-main/adapters/records/postgres/vectors/store';
import { createMirrorHealth } from '../../src-main/core/mirrors/health';
import { Mirrors } from '../../src-main/core/mirrors/mirrors';
import type { News } from '../../src-main/core/ports/peers';
import type { Runtime } from '../../src-main/core/ports/runtime';
import { createVectorEngine } from '../../src-main/core/vectors/engine';
import { silent } from '../support/log';
import { ROOT, temporaryFolder } from '../support/server';
import { type PostgresServer, startPostgres } from '../support/servers/postgres';
import { describeGraphStore } from './graph-store.suite';
import { describeOutbox } from './outbox.suite';
import { accept, seed } from './seed';
import { describeExactness, describeVectorStore } from './vector-store.suite';

const migrationsDir = join(ROOT, 'migrations/postgres');
let postgres: PostgresServer;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
}, 180_000);
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => postgres?.remove());

/** One server on a database of its own, or on that of another. */
async function library(server = 'a', url = postgres.createDatabase()) {
  const place = { url, server };
  const database: Database = connect(place);
  const locks = createLocks(place);
  closers.push(
    () => database.pool.end(),
    () => locks.close(),
  );
  const records = await openPostgresRecords({ database, server, migrationsDir, log: silent });
  const { search, close } = createVectorEngine(createPostgresSource(database), { worthHolding: 2 });
  closers.push(close);
  return {
    place,
    database,
    records,
    locks,
    graph: createPostgresGraph(database),
    vectors: createPostgresVectors(database, { search, close: async () => undefined }),
    originals: createOriginals(database, locks),
  };
}

describeVectorStore('postgres', library);
describeExactness('postgres', library, 3_000);
describeGraphStore('postgres', library);
describeOutbox('postgres', library);

describe('vectors', () => {
  it('that another server made are found at once', async () => {
    const a = await library();
    const b = await library('b', a.place.url);
    const { document, project_id } = await seed(a, { texts: ['one', 'two'] });
    const pending = await a.vectors.pending(document.id, 'm', 9);
    const ask = () => b.vectors.search({ project_id, model: 'm', vector: new Float32Array([1, 0]), limit: 5 });
    const add = (at: number, vector: number[]) => {
      const chunk_id = pending[at]?.chunk_id ?? '';
      return a.vectors.add({ document_id: document.id, model: 'm', vectors: [{ chunk_id, vector: new Float32Array(vector) }] });
    };
    await add(0, [0, 1]);
    expect(await ask()).toHaveLength(1);
    await add(1, [1, 0]);
    await add(0, [-1, 0]);
    expect((await ask()).map(({ score }) => score)).toEqual([1, -1]);
    await a.records.documents.remove(document.id);
    expect(await ask()).toEqual([]);
  });

  it('are not read again and again where a restore gave them numbers that this server has not come to', async () => {
    const a = await library();
    const { document, project_id } = await seed(a, { texts: ['one', 'two'] });
    const [one, two] = await a.vectors.pending(document.id, 'm', 9);
    const vector = new Float32Array([1, 0]);
    const add = (chunk_id = '') => a.vectors.add({ document_id: document.id, model: 'm', vectors: [{ chunk_id, vector }] });
    await add(one?.chunk_id);
    await a.database.run("UPDATE embeddings SET written = '999999999999'::xid8");
    const { since } = createPostgresSource(a.database);
    const read = async (version: number) => (await since({ project_id, model: 'm', dimensions: 2 }, version, 10)).vectors.length;
    expect([await read(0), await read(1)]).toEqual([1, 0]);
    await add(two?.chunk_id);
    expect([await read(2), await read(3)]).toEqual([1, 0]);
  });
});

describe('originals', () => {
  const bytes = Buffer.alloc(2_500_000, 'page ');
  const sha256 = createHash('sha256').update(bytes).digest('hex');

  async function shelf(server: string, url?: string) {
    const folder = temporaryFolder();
    closers.push(folder.remove);
    const opened = await library(server, url);
    const files = createSharedFiles({ disk: createDiskFiles(folder.path), originals: opened.originals, log: silent });
    return { ...opened, files };
  }

  it('are on every server, and gone from all when nobody needs them', async () => {
    const a = await shelf('a');
    const b = await shelf('b', a.place.url);
    await a.files.keep(await a.files.stage(Readable.from([bytes]), bytes.length));
    expect(existsSync(b.files.path(sha256))).toBe(false);
    const [path] = await Promise.all([b.files.ready(sha256), b.files.ready(sha256)]);
    expect(readFileSync(path)).toEqual(bytes);
    rmSync(a.files.path(sha256));
    expect(readFileSync(await a.files.ready(sha256))).toEqual(bytes);
    const { document } = await accept(a, undefined, sha256);
    await a.files.remove(sha256);
    expect(existsSync(await b.files.ready(sha256)), 'a document has it').toBe(true);
    await a.records.documents.remove(document.id);
    await a.files.remove(sha256);
    expect(existsSync(a.files.path(sha256))).toBe(false);
    expect(await a.database.rows('SELECT 1 FROM original_parts')).toEqual([]);
    await b.files.sweep(new Set());
    expect(existsSync(await b.files.ready(sha256))).toBe(false);
  });

  it('are whole or not there', async () => {
    const a = await shelf('a');
    const file = { sha256, size_bytes: bytes.length };
    await expect(a.originals.write(file, Readable.from([bytes.subarray(1)]))).rejects.toThrow('instead of');
    expect(await a.originals.read(sha256)).toBe(null);
  });

  it('are claimed by one server at a time', async () => {
    const a = await shelf('a');
    const b = await shelf('b', a.place.url);
    const release = await a.files.claim(sha256);
    let got = false;
    const second = b.files.claim(sha256).then((end) => {
      got = true;
      return end;
    });
    await new Promise((resume) => setTimeout(resume, 300));
    expect(got).toBe(false);
    await release();
    await (await second)();
    expect(await a.locks.hold('work')).toBe(true);
    expect(await b.locks.hold('work')).toBe(false);
    await a.locks.close();
    await expect.poll(() => b.locks.hold('work')).toBe(true);
  });
});

describe('news', () => {
  it('tell what another server did, and that something was missed when the connection broke', async () => {
    const a = await library();
    const b = await library('b', a.place.url);
    const peers = createPeers(b.place, b.database, silent);
    closers.push(() => peers.close());
    const heard: News[] = [];
    peers.hear((news) => heard.push(news));
    const about = (wanted: News['about']) => heard.filter(({ about: one }) => one === wanted).map((news) => ('id' in news ? news.id : ''));
    const listening = "SELECT pid FROM pg_stat_activity WHERE query = 'LISTEN pressmark' AND datname = current_database()";
    await expect.poll(async () => (await a.database.rows(listening)).length).toBe(1);
    const { document } = await accept(a);
    await accept(b);
    await a.records.settings.set('installation', { version: 2 });
    await a.records.documents.remove(document.id);
    await expect.poll(() => about('document_removed')).toEqual([document.id]);
    expect(about('document')).toContain(document.id);
    expect(new Set(about('document')).size).toBe(1);
    expect(about('setting')).toEqual(['installation']);
    await a.database.rows(`SELECT pg_terminate_backend(pid) FROM (${listening}) l`);
    await expect.poll(() => about('everything'), { timeout: 10_000 }).toHaveLength(1);
    expect(peers.outage()).toBe(null);
  });
});

describe('mirrors', () => {
  it('that one server does not name are those of the others all the same', async () => {
    const { records, database, place } = await library();
    await records.outbox.enable('neo4j');
    const runtime: Runtime = { now: () => new Date(), id: () => 'id', log: silent, version: '1', host: 'headless', data_dir: '' };
    const none = { records, mirrors: [], mirrorHealth: createMirrorHealth(), runtime };
    const peers = createPeers(place, database, silent);
    closers.push(() => peers.close());
    await new Mirrors({ ...none, peers }).start();
    expect(await records.outbox.enabled()).toEqual(['neo4j']);
    await new Mirrors({ ...none, peers: null }).start();
    expect(await records.outbox.enabled()).toEqual([]);
  });
});

describe('rows that come from a data folder', () => {
  it('leave its folders with the server of that machine', async () => {
    const { records, database } = await library('b');
    const rows = createPostgresRows({ database, server: 'b' }, records.care);
    const at = new Date().toISOString();
    await records.projects.create({ id: 'p', name: 'P', settings: {} });
    const folder = {
      id: 'f',
      project_id: 'p',
      path: '/papers',
      ignore: [],
      identity: '1',
      paused: false,
      last_scan_at: null,
      created_at: at,
    };
    await rows.write('folders', [folder]);
    expect(await records.folders.all()).toEqual([]);
    await rows.finish();
    expect(await records.folders.all()).toEqual([folder]);
  });
});

describe('signing keys', () => {
  it('are one for all servers, and new ones for all when one makes them anew', async () => {
    const a = await library();
    const b = await library('b', a.place.url);
    const [one, other] = [createSharedKeys(a.database), createSharedKeys(b.database)];
    const [first, second] = await Promise.all([one.current(), other.current()]);
    expect(first).toEqual(second);
    await one.rotate();
    expect(await other.secret(first.kid)).toBe(undefined);
    expect((await other.current()).kid).not.toBe(first.kid);
  });
});
