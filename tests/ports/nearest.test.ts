/** The engine that compares vectors in memory, over a library file: the suite of the port, and what only it promises. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openSqliteLibrary } from '../../src-main/adapters/records/sqlite/open';
import { createSqliteSource } from '../../src-main/adapters/vectors/source';
import { createSqliteVecStore } from '../../src-main/adapters/vectors/sqlite-vec';
import { createVectorEngine, type EngineOptions } from '../../src-main/core/vectors/engine';
import { silent } from '../support/log';
import { ROOT, temporaryFolder } from '../support/server';
import { seed } from './seed';
import { describeExactness, describeVectorStore } from './vector-store.suite';

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close();
});

/** Every project is held in memory, however small. */
function library(options: EngineOptions = {}) {
  const folder = temporaryFolder();
  const { records, database } = openSqliteLibrary({
    path: join(folder.path, 'library.sqlite'),
    migrationsDir: join(ROOT, 'migrations/sqlite'),
    log: silent,
  });
  const source = createSqliteSource(database.sql);
  const counted = { scans: 0 };
  const scan: typeof source.scan = (query) => {
    counted.scans += 1;
    return source.scan(query);
  };
  const engine = createVectorEngine({ ...source, scan }, { worthHolding: 0, ...options });
  closing.push(() => folder.remove(), engine.close);
  /** The first search is compared in the store, and has the memory filled; given chunks always are compared there. */
  const search: typeof engine.search = async (query) => {
    if (query.among) return engine.search(query);
    for (let before = -1; before !== counted.scans; await new Promise((resume) => setTimeout(resume, 5))) {
      before = counted.scans;
      await engine.search(query);
    }
    return engine.search(query);
  };
  return { records, vectors: createSqliteVecStore(database.sql, { search, close: async () => engine.close() }), source, engine, counted };
}

describeVectorStore('in memory', async () => library());
describeExactness('in memory', async () => library(), 2_000);

const DIMENSIONS = 96;

/** Directions around a few topics, which have a direction in common, as embeddings of text have. */
function topics(count: number, random: () => number): Float32Array[] {
  const noise = (size: number) => Array.from({ length: DIMENSIONS }, () => (random() - 0.5) * size);
  const common = noise(2);
  const centres = Array.from({ length: 40 }, () => noise(1.5));
  return Array.from({ length: count }, (_, at) => {
    const own = noise(1);
    return new Float32Array(own.map((value, index) => value + (common[index] ?? 0) + (centres[at % 40]?.[index] ?? 0)));
  });
}

function seeded(state = 7) {
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function filled(options?: EngineOptions) {
  const stores = library(options);
  const all = topics(1_200, seeded()).map((vector) => vector.map((value) => value / Math.hypot(...vector)));
  const made: { id: string; project_id: string }[] = [];
  for (let from = 0; from < all.length; from += 300) {
    const project = made[0] ? { project_id: made[0].project_id } : {};
    const { document, project_id } = await seed(stores, {
      texts: all.slice(from, from + 300).map((_, at) => `text ${from + at}`),
      ...project,
    });
    const pending = await stores.vectors.pending(document.id, 'm', 300);
    const vectors = pending.map(({ chunk_id }, at) => ({ chunk_id, vector: all[from + at] ?? new Float32Array(DIMENSIONS) }));
    await stores.vectors.add({ document_id: document.id, model: 'm', vectors });
    made.push({ id: document.id, project_id });
  }
  const query = { project_id: made[0]?.project_id ?? '', model: 'm', vector: all[5] ?? new Float32Array(DIMENSIONS), limit: 20 };
  return { ...stores, query, made };
}

describe('vectors in memory', () => {
  it('finds what comparing with every vector finds, with the same scores, and without asking the store for all', async () => {
    const { vectors, source, query, counted } = await filled();
    const expected = await source.scan(query);
    const hits = await vectors.search(query);
    const scans = counted.scans;
    expect(hits.map(({ chunk_id }) => chunk_id)).toEqual(expected.map(({ chunk_id }) => chunk_id));
    for (const [at, { score }] of hits.entries()) expect(score).toBeCloseTo(expected[at]?.score ?? 0, 5);
    await vectors.search({ ...query, limit: 5 });
    expect(counted.scans).toBe(scans);
  });

  it('reads first what is too much to be compared in the store meanwhile', async () => {
    const { engine, source, query, counted } = await filled({ scannedMeanwhile: -1 });
    const [one, other] = await Promise.all([engine.search(query), engine.search(query)]);
    expect(counted.scans).toBe(0);
    expect(one).toEqual(other);
    expect(one.map(({ chunk_id }) => chunk_id)).toEqual((await source.scan(query)).map(({ chunk_id }) => chunk_id));
  });

  it('follows what comes, changes and goes', async () => {
    const { vectors, records, source, query, made, engine } = await filled();
    await vectors.search(query);
    const held = engine.bytes();
    expect(held).toBeGreaterThan(0);
    const late = await seed({ records, vectors }, { texts: ['late'], project_id: query.project_id });
    const [chunk] = await vectors.pending(late.document.id, 'm', 1);
    const add = (vector: Float32Array) =>
      vectors.add({ document_id: late.document.id, model: 'm', vectors: [{ chunk_id: chunk?.chunk_id ?? '', vector }] });
    await add(query.vector.map((value) => -value));
    const same = async () => expect(await vectors.search(query)).toEqual(await rounded(source.scan(query), await vectors.search(query)));
    await same();
    await add(query.vector);
    expect((await vectors.search({ ...query, limit: 2 })).map(({ chunk_id }) => chunk_id)).toContain(chunk?.chunk_id);
    await records.documents.remove(made[0]?.id ?? '');
    await same();
    expect(await vectors.search({ ...query, document_ids: [made[0]?.id ?? ''] })).toEqual([]);
    await same();
  });

  it('gives the memory back when nobody searches', async () => {
    const { vectors, engine, query } = await filled({ idleMs: 400 });
    await vectors.search(query);
    expect(engine.bytes()).toBeGreaterThan(0);
    await expect.poll(() => engine.bytes(), { timeout: 10_000 }).toBe(0);
    expect(await vectors.search(query)).toHaveLength(20);
  });
});

/** The same hits in the same order; scores of single and double precision differ in the last digits. */
async function rounded(expected: Promise<{ chunk_id: string; score: number }[]>, found: { chunk_id: string; score: number }[]) {
  return (await expected).map(({ chunk_id, score }, at) => {
    const other = found[at]?.score ?? 0;
    return { chunk_id, score: Math.abs(other - score) < 1e-5 ? other : score };
  });
}
