/** Compares with every vector in a library file, bucket by bucket. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { VectorHit, VectorStore } from '../../core/ports/vector-store';
import { bucketOf, bytes, type Connection, HIDDEN, SHOWN, tableOf } from './tables';

type Query = Parameters<VectorStore['search']>[0];
interface Near {
  row: number;
  distance: number;
}

/** sqlite-vec refuses a larger k. */
const MOST_NEIGHBOURS = 4_096;

const VISIBLE_ROWS = `
  SELECT c.row FROM documents d JOIN chunks c ON c.document_id = d.id
  WHERE d.project_id = :project AND d.indexed = 1 AND (:documents IS NULL OR d.id IN (SELECT value FROM json_each(:documents)))`;
const amongOf = (table: string) => `
  SELECT c.id AS chunk_id, 1 - vec_distance_cosine(v.vector, :vector) AS score FROM json_each(:among) i CROSS JOIN chunks c ON c.id = i.value
  CROSS JOIN documents d ON d.id = c.document_id AND d.project_id = :project AND d.indexed = 1 CROSS JOIN ${table} v ON v.row = c.row
  WHERE :documents IS NULL OR d.id IN (SELECT value FROM json_each(:documents)) ORDER BY score DESC LIMIT :limit`;

/** Lets others run between two buckets. */
export function createScan(connection: Connection): VectorStore['search'] {
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

  function comparedAmong(table: string, { project_id, vector, limit, document_ids }: Query, among: string[]): VectorHit[] {
    const documents = document_ids ? JSON.stringify(document_ids) : null;
    const values = { vector: bytes(vector), project: project_id, among: JSON.stringify(among), documents, limit };
    return connection.prepare(amongOf(table)).all(values) as VectorHit[];
  }

  return async (query) => {
    const table = tableOf(query.model, query.vector.length);
    if (!exists.get(table)) return [];
    if (query.among) return comparedAmong(table, query, query.among);
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
