/** Vectors in the library file by sqlite-vec: one virtual table per model, partitioned by project; exact search. */
import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { VectorHit, VectorStore } from '../../core/ports/vector-store';

type Connection = InstanceType<typeof Database>;

/** sqlite-vec refuses a larger k. */
const MOST_NEIGHBOURS = 4_096;

const bytes = (vector: Float32Array) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
/** A name that is safe in SQL, whatever the model is called. */
const tableOf = (model: string, dimensions: number) =>
  `vectors_${dimensions}_${createHash('sha256').update(model).digest('hex').slice(0, 12)}`;

const PENDING = `
  SELECT c.id AS chunk_id, c.text, c.heading_path FROM chunks c
  WHERE c.document_id = ? AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.chunk_row = c.row AND e.model = ?)
  ORDER BY c.ordinal LIMIT ?`;
const INCOMPLETE = `
  SELECT d.id FROM documents d WHERE d.indexed = 1
  AND (SELECT count(*) FROM embeddings e WHERE e.document_id = d.id AND e.model = ?) < d.chunks ORDER BY d.id LIMIT ?`;
const COUNT = `
  UPDATE documents SET embedded_chunks = (SELECT count(*) FROM embeddings WHERE document_id = :document AND model = :model) WHERE id = :document`;

/** Shares the connection of the records, so that a vector and its row are one transaction and one file. */
export function createSqliteVecStore(connection: Connection): VectorStore {
  const pending = connection.prepare(PENDING);
  const incomplete = connection.prepare(INCOMPLETE);
  const count = connection.prepare(COUNT);
  const rowOf = connection.prepare('SELECT c.row, d.project_id FROM chunks c JOIN documents d ON d.id = c.document_id WHERE c.id = ?');
  const remember = connection.prepare(
    'INSERT OR REPLACE INTO embeddings (chunk_row, document_id, model, dimensions, created_at) VALUES (?, ?, ?, ?, ?)',
  );
  const exists = connection.prepare('SELECT 1 FROM sqlite_master WHERE name = ?');

  const add = connection.transaction((document_id: string, model: string, vectors: { chunk_id: string; vector: Float32Array }[]) => {
    const dimensions = vectors[0]?.vector.length ?? 0;
    const table = tableOf(model, dimensions);
    connection.exec(
      `CREATE VIRTUAL TABLE IF NOT EXISTS ${table} USING vec0(row INTEGER PRIMARY KEY, project_id TEXT PARTITION KEY, vector FLOAT[${dimensions}] DISTANCE_METRIC=cosine)`,
    );
    const drop = connection.prepare(`DELETE FROM ${table} WHERE row = ?`);
    const insert = connection.prepare(`INSERT INTO ${table} (row, project_id, vector) VALUES (?, ?, ?)`);
    for (const { chunk_id, vector } of vectors) {
      const found = rowOf.get(chunk_id) as { row: number; project_id: string } | undefined;
      if (!found) continue;
      drop.run(BigInt(found.row));
      insert.run(BigInt(found.row), found.project_id, bytes(vector));
      remember.run(found.row, document_id, model, dimensions, new Date().toISOString());
    }
    count.run({ document: document_id, model });
  });

  return {
    engine: 'sqlite-vec',
    async pending(document_id, model, limit) {
      const rows = pending.all(document_id, model, limit) as { chunk_id: string; text: string; heading_path: string }[];
      return rows.map((row) => ({ ...row, heading_path: JSON.parse(row.heading_path) as string[] }));
    },
    async add({ document_id, model, vectors }) {
      if (vectors.length > 0) add(document_id, model, vectors);
    },
    async search({ project_id, model, vector, limit, document_ids }) {
      const table = tableOf(model, vector.length);
      if (!exists.get(table)) return [];
      const filter = document_ids
        ? 'AND v.row IN (SELECT row FROM chunks WHERE document_id IN (SELECT value FROM json_each(:documents)))'
        : '';
      const rows = connection
        .prepare(
          `SELECT c.id AS chunk_id, 1 - v.distance AS score FROM ${table} v
           JOIN chunks c ON c.row = v.row JOIN documents d ON d.id = c.document_id AND d.indexed = 1
           WHERE v.vector MATCH :vector AND v.k = :k AND v.project_id = :project ${filter} ORDER BY v.distance`,
        )
        .all({
          vector: bytes(vector),
          k: Math.min(limit, MOST_NEIGHBOURS),
          project: project_id,
          ...(document_ids ? { documents: JSON.stringify(document_ids) } : {}),
        });
      return rows as VectorHit[];
    },
    incomplete: async (model, limit) => (incomplete.all(model, limit) as { id: string }[]).map(({ id }) => id),
  };
}
