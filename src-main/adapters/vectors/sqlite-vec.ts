/** Vectors in the library file by sqlite-vec: one virtual table per model, in buckets of a project; exact search. */
import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { VectorHit, VectorStore } from '../../core/ports/vector-store';

type Connection = InstanceType<typeof Database>;
type Query = Parameters<VectorStore['search']>[0];
interface Near {
  row: number;
  distance: number;
}

/** sqlite-vec refuses a larger k. */
const MOST_NEIGHBOURS = 4_096;
/**
 * Chunk rows in one bucket. sqlite-vec compares every vector of a bucket in one call that cannot be interrupted: 8,192 of 384 dimensions
 * take about 6 ms, 100,000 would hold the event loop for 75 ms. Between buckets the search lets others run; it stays exact.
 */
const BUCKET = 8_192;
/** Vectors that sqlite-vec makes room for at once: a bucket with a single vector takes this much space, too. */
const ROOM = 128;
/** Part of a table's name; another one means that older tables are not read. */
const LAYOUT = 2;

const bytes = (vector: Float32Array) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
const bucketOf = (row: number) => Math.floor(row / BUCKET);
/** A name that is safe in SQL, whatever the model is called. */
const tableOf = (model: string, dimensions: number) =>
  `vectors_${dimensions}_${createHash('sha256').update(`${LAYOUT} ${model}`).digest('hex').slice(0, 12)}`;

const PENDING = `
  SELECT c.id AS chunk_id, c.text, c.heading_path FROM chunks c
  WHERE c.document_id = ? AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.chunk_row = c.row AND e.model = ?)
  ORDER BY c.ordinal LIMIT ?`;
const INCOMPLETE = `
  SELECT d.id FROM documents d WHERE d.indexed = 1
  AND (SELECT count(*) FROM embeddings e WHERE e.document_id = d.id AND e.model = ?) < d.chunks ORDER BY d.id LIMIT ?`;
const COUNT = `
  UPDATE documents SET embedded_chunks = (SELECT count(*) FROM embeddings WHERE document_id = :document AND model = :model) WHERE id = :document`;
/** Documents that are being parsed or deleted while they still have vectors: their chunks must not take the places of others. */
const HIDDEN = `
  SELECT 1 FROM documents d WHERE d.project_id = ? AND d.indexed = 0 AND EXISTS (SELECT 1 FROM embeddings e WHERE e.document_id = d.id)`;
const VISIBLE_ROWS = `
  SELECT c.row FROM documents d JOIN chunks c ON c.document_id = d.id
  WHERE d.project_id = :project AND d.indexed = 1 AND (:documents IS NULL OR d.id IN (SELECT value FROM json_each(:documents)))`;
const SHOWN = `
  SELECT c.row, c.id FROM json_each(?) r CROSS JOIN chunks c ON c.row = r.value CROSS JOIN documents d ON d.id = c.document_id AND d.indexed = 1`;

/** Shares the connection of the records, so that a vector and its row are one transaction and one file. */
export function createSqliteVecStore(connection: Connection): VectorStore {
  const pending = connection.prepare(PENDING);
  const incomplete = connection.prepare(INCOMPLETE).pluck();
  return {
    engine: 'sqlite-vec',
    async pending(document_id, model, limit) {
      const rows = pending.all(document_id, model, limit) as { chunk_id: string; text: string; heading_path: string }[];
      return rows.map((row) => ({ ...row, heading_path: JSON.parse(row.heading_path) as string[] }));
    },
    add: createAdd(connection),
    search: createSearch(connection),
    incomplete: async (model, limit) => incomplete.all(model, limit) as string[],
  };
}

function createAdd(connection: Connection): VectorStore['add'] {
  const count = connection.prepare(COUNT);
  const rowOf = connection.prepare(
    'SELECT c.row, d.project_id FROM chunks c JOIN documents d ON d.id = c.document_id WHERE c.id = ? AND d.id = ?',
  );
  const remember = connection.prepare(
    'INSERT OR REPLACE INTO embeddings (chunk_row, document_id, model, dimensions, created_at) VALUES (?, ?, ?, ?, ?)',
  );
  const open = connection.prepare('INSERT OR IGNORE INTO vector_buckets (project_id, model, bucket) VALUES (?, ?, ?)');

  const write = connection.transaction(({ document_id, model, vectors }: Parameters<VectorStore['add']>[0], dimensions: number) => {
    const table = tableOf(model, dimensions);
    connection.exec(
      `CREATE VIRTUAL TABLE IF NOT EXISTS ${table} USING vec0(row INTEGER PRIMARY KEY, project_id TEXT PARTITION KEY,
       bucket INTEGER PARTITION KEY, vector FLOAT[${dimensions}] DISTANCE_METRIC=cosine, chunk_size=${ROOM})`,
    );
    const drop = connection.prepare(`DELETE FROM ${table} WHERE row = ?`);
    const insert = connection.prepare(`INSERT INTO ${table} (row, project_id, bucket, vector) VALUES (?, ?, ?, ?)`);
    for (const { chunk_id, vector } of vectors) {
      const found = rowOf.get(chunk_id, document_id) as { row: number; project_id: string } | undefined;
      if (!found) continue;
      const bucket = bucketOf(found.row);
      drop.run(BigInt(found.row));
      insert.run(BigInt(found.row), found.project_id, BigInt(bucket), bytes(vector));
      open.run(found.project_id, model, bucket);
      remember.run(found.row, document_id, model, dimensions, new Date().toISOString());
    }
    count.run({ document: document_id, model });
  });

  return async (input) => {
    const dimensions = input.vectors[0]?.vector.length;
    if (dimensions !== undefined) write(input, dimensions);
  };
}

function createSearch(connection: Connection): VectorStore['search'] {
  const exists = connection.prepare('SELECT 1 FROM sqlite_master WHERE name = ?');
  const buckets = connection.prepare('SELECT bucket FROM vector_buckets WHERE project_id = ? AND model = ? ORDER BY bucket').pluck();
  const hidden = connection.prepare(HIDDEN);
  const visibleRows = connection.prepare(VISIBLE_ROWS).pluck();
  const shown = connection.prepare(SHOWN);

  /** Rows that may be found, by bucket; null when every vector of the project may. */
  function allowed({ project_id, document_ids }: Query): Map<number, number[]> | null {
    if (!document_ids && !hidden.get(project_id)) return null;
    const rows = visibleRows.all({ project: project_id, documents: document_ids ? JSON.stringify(document_ids) : null }) as number[];
    const inBuckets = new Map<number, number[]>();
    for (const row of rows) {
      const known = inBuckets.get(bucketOf(row));
      if (known) known.push(row);
      else inBuckets.set(bucketOf(row), [row]);
    }
    return inBuckets;
  }

  /** The nearest rows as chunks; what was hidden or deleted while the search went on is left out. */
  function hits(nearest: Near[]): VectorHit[] {
    const rows = shown.all(JSON.stringify(nearest.map(({ row }) => row))) as { row: number; id: string }[];
    const ids = new Map(rows.map(({ row, id }) => [row, id]));
    return nearest.flatMap(({ row, distance }) => {
      const chunk_id = ids.get(row);
      return chunk_id === undefined ? [] : [{ chunk_id, score: 1 - distance }];
    });
  }

  return async (query) => {
    const table = tableOf(query.model, query.vector.length);
    if (!exists.get(table)) return [];
    const only = allowed(query);
    const inBucket = `SELECT row, distance FROM ${table} WHERE vector MATCH :vector AND k = :k AND project_id = :project AND bucket = :bucket`;
    const near = connection.prepare(only ? `${inBucket} AND row IN (SELECT value FROM json_each(:rows))` : inBucket);
    const limit = Math.min(query.limit, MOST_NEIGHBOURS);
    const shared = { vector: bytes(query.vector), k: limit, project: query.project_id };
    let nearest: Near[] = [];
    for (const bucket of buckets.all(query.project_id, query.model) as number[]) {
      const rows = only?.get(bucket);
      if (only && !rows) continue;
      const found = near.all({ ...shared, bucket: BigInt(bucket), ...(rows ? { rows: JSON.stringify(rows) } : {}) }) as Near[];
      nearest = [...nearest, ...found].sort((a, b) => a.distance - b.distance).slice(0, limit);
      await breathe();
    }
    return hits(nearest);
  };
}
