/** The knowledge graph: chunks read a second without a model, and walks through 100,000 entities with 500,000 relations, in SQLite and Neo4j. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { build } from 'esbuild';
import neo4j from 'neo4j-driver';
import { median, percentile, ROOT, report, SAMPLE, startServer } from './server.mjs';

const ENTITIES = Number(process.argv[2] ?? 100_000);
const RELATIONS = 5 * ENTITIES;
const WALKS = 300;
const BATCH = 16;
const ENV = { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none', PRESSMARK_RATE_LIMIT: '0' };

const dataDir = mkdtempSync(join(tmpdir(), 'pressmark-bench-'));
const first = await startServer(dataDir, ENV);
const { id: project_id } = await first.call('POST', '/api/projects', { name: 'Bench' });
await extraction(first, project_id);
await first.stop({ keep: true });
fill(project_id);
const second = await startServer(dataDir, ENV);
const embedded = await walks(second, project_id, 'SQLite');
await second.stop({ keep: true });
await besideNeo4j();

async function extraction(server, project) {
  const { id } = await server.upload(project, SAMPLE);
  await server.until(id, ['ready']);
  const chunks = [];
  for (let cursor = ''; cursor !== null; ) {
    const { items, next_cursor } = await server.call('GET', `/api/documents/${id}/chunks?limit=200${cursor && `&cursor=${cursor}`}`);
    chunks.push(...items.map((chunk) => ({ chunk_id: chunk.id, text: chunk.text, char_start: chunk.char_start })));
    cursor = next_cursor;
  }
  const rates = [];
  // A thread of its own each time: names that were looked up once are remembered.
  for (let round = 0; round < 3; round += 1) rates.push(await rateOf(chunks));
  report('chunks read for the graph a second', Math.round(median(rates)), 'chunks/s', `limit 50; ${chunks.length} chunks of a report`);
}

async function rateOf(chunks) {
  const worker = new Worker(join(ROOT, 'dist/main/graph-worker.cjs'));
  const ask = (question) =>
    new Promise((done) => {
      worker.once('message', done);
      worker.postMessage({ document_id: 'bench', ...question });
    });
  await ask({ type: 'read', chunks: [{ chunk_id: 'x', text: 'Started.', char_start: 0 }], whole: true });
  const began = performance.now();
  // Everything is looked at twice: first for its names, then for what is said of them.
  for (let at = 0; at < chunks.length; at += BATCH) {
    const some = chunks.slice(at, at + BATCH);
    await ask({ type: 'learn', chunks: some, first: at === 0, last: at + BATCH >= chunks.length });
  }
  for (let at = 0; at < chunks.length; at += BATCH) await ask({ type: 'read', chunks: chunks.slice(at, at + BATCH), whole: false });
  const rate = chunks.length / ((performance.now() - began) / 1000);
  await worker.terminate();
  return rate;
}

/**
 * Some entities are named everywhere, most hardly ever: the ends of relations are drawn by a power law. Everything has its mentions and
 * evidence, in one chunk, or the check at the start would take the graph for damaged. The triggers, which would count each, wait outside.
 */
function fill(project) {
  const database = new Database(join(dataDir, 'library.sqlite'));
  const at = new Date().toISOString();
  const id = (number) => `01a20a26-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
  const entity = database.prepare(
    'INSERT INTO entities (row, id, project_id, type, key, name, mentions, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const relation = database.prepare(
    'INSERT OR IGNORE INTO relations (row, id, project_id, source_row, target_row, type, weight, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const mention = database.prepare('INSERT INTO mentions (entity_row, chunk_row, char_start, char_end) VALUES (?, ?, ?, ?)');
  const evidence = database.prepare('INSERT INTO relation_evidence (relation_row, chunk_row, char_start, char_end) VALUES (?, ?, ?, ?)');
  const chunk = database.prepare('SELECT min(row) FROM chunks').pluck().get();
  const triggers = database.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all();
  const base = Number(database.prepare('SELECT coalesce(max(row), 0) FROM entities').pluck().get()) + 1;
  const random = seeded();
  const drawn = () => base + Math.floor(ENTITIES * random() ** 3);
  database.transaction(() => {
    for (const { name } of triggers) database.exec(`DROP TRIGGER "${name}"`);
    database.exec("DELETE FROM settings WHERE key = 'care_tally'");
    for (let n = 0; n < ENTITIES; n += 1) {
      entity.run(base + n, id(n), project, 'term', `bench ${n}`, `Bench ${n}`, 1, at, at);
      mention.run(base + n, chunk, 0, 1);
    }
    for (let n = 0; n < RELATIONS; ) {
      const [a, b] = [drawn(), drawn()];
      if (a === b) continue;
      const weight = 1 + Math.floor(random() ** 4 * 8);
      const { changes, lastInsertRowid } = relation.run(
        null,
        id(ENTITIES + n),
        project,
        Math.min(a, b),
        Math.max(a, b),
        'mentioned_with',
        weight,
        at,
      );
      for (let nth = 0; changes > 0 && nth < weight; nth += 1) evidence.run(lastInsertRowid, chunk, nth, nth + 1);
      n += changes;
    }
    for (const { sql } of triggers) database.exec(sql);
  })();
  database.close();
}

/** The same walks by the same program with Neo4j as its mirror, once it has everything. */
async function besideNeo4j() {
  const outfile = join(ROOT, 'dist/bench/neo4j.mjs');
  const entry = join(ROOT, 'tests/support/servers/neo4j.ts');
  await build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile, logLevel: 'error' });
  const { startNeo4j } = await import(pathToFileURL(outfile).href);
  const mirror = await startNeo4j();
  const server = await startServer(dataDir, { ...ENV, PRESSMARK_NEO4J_URL: mirror.url, PRESSMARK_NEO4J_PASSWORD: mirror.password });
  try {
    const seconds = await filled(mirror, server);
    report(
      'entities and relations mirrored a second',
      Math.round((ENTITIES + RELATIONS) / seconds),
      'rows/s',
      'the first filling of Neo4j',
    );
    const there = await walks(server, project_id, 'Neo4j');
    const ratio = (name) => `${(there[name] / embedded[name]).toFixed(2)} × SQLite`;
    report('Neo4j beside SQLite: neighbourhood, way', ratio('near'), '', ratio('way'));
  } finally {
    await server.stop();
    await mirror.remove();
  }
}

/** Seconds until Neo4j has as much as the records. */
async function filled({ url, password }, server) {
  const began = performance.now();
  const { entities, relations } = await server.call('GET', `/api/projects/${project_id}/graph`);
  const driver = neo4j.driver(url, neo4j.auth.basic('neo4j', password), { disableLosslessIntegers: true });
  const count = async (pattern) => (await driver.executeQuery(`MATCH ${pattern} RETURN count(*) AS n`)).records[0].get('n');
  while ((await count('(e)')) < entities || (await count('()-[r]->()')) < relations)
    await new Promise((resume) => setTimeout(resume, 1000));
  await driver.close();
  return (performance.now() - began) / 1000;
}

async function walks(server, project, store) {
  const random = seeded();
  const entity = () =>
    `01a20a26-0000-7000-8000-${Math.floor(ENTITIES * random() ** 2)
      .toString(16)
      .padStart(12, '0')}`;
  const timed = async (path) => {
    const began = performance.now();
    await server.call('GET', `/api/projects/${project}/graph/${path()}`);
    return performance.now() - began;
  };
  const measure = async (name, path, limit) => {
    for (let n = 0; n < 20; n += 1) await timed(path);
    const times = [];
    for (let n = 0; n < WALKS; n += 1) times.push(await timed(path));
    const p95 = percentile(times, 0.95);
    report(`${store}: ${name}, 95 % within`, p95.toFixed(1), 'ms', `${limit}; median ${median(times).toFixed(1)} ms`);
    return p95;
  };
  const near = await measure('3 relations around an entity', () => `entities/${entity()}/neighbours?depth=3`, 'limit 50');
  const way = await measure(
    'the way between two entities',
    () => `path?from=${entity()}&to=${entity()}`,
    `${ENTITIES} entities, ${RELATIONS} relations`,
  );
  return { near, way };
}

/** Linear congruential, so that every run draws the same. */
function seeded() {
  let state = 7;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
