/** The library file as the engine that compares vectors in memory reads it. */
import type { StoredVector, VectorScope, VectorSource } from '../../core/ports/vector-source';
import { createScan } from './search';
import { BUCKET, type Connection, floats, HIDDEN, SHOWN, tableOf } from './tables';

const COUNT = 'SELECT total(embedded_chunks) FROM documents WHERE project_id = ?';
const BUCKETS = 'SELECT count(*) FROM vector_buckets WHERE project_id = ? AND model = ?';
const CHANGED =
  'SELECT version, chunk_row AS row FROM vector_changes WHERE project_id = ? AND model = ? AND version > ? ORDER BY version LIMIT ?';
const storedIn = (table: string) => `
  SELECT e.chunk_row AS row, e.document_id, v.vector FROM json_each(?) r CROSS JOIN embeddings e ON e.chunk_row = r.value
  CROSS JOIN ${table} v ON v.row = r.value WHERE e.model = ?`;

/** @param connection may be one that only reads */
export function createSqliteSource(connection: Connection): VectorSource {
  const exists = connection.prepare('SELECT 1 FROM sqlite_master WHERE name = ?');
  const value = (query: string) => connection.prepare<unknown[]>(query).pluck();
  const [total, buckets] = [value(COUNT), value(BUCKETS)];
  const changed = connection.prepare(CHANGED);
  const hidden = connection.prepare(HIDDEN).pluck();
  const shown = connection.prepare(SHOWN);
  const tableFor = ({ model, dimensions }: VectorScope) => {
    const table = tableOf(model, dimensions);
    return exists.get(table) ? table : null;
  };
  return {
    /** Most projects have one bucket, which is as much as nothing; their documents need not be looked through. */
    async count({ project_id, model }) {
      const most = Number(buckets.get(project_id, model)) * BUCKET;
      return most <= BUCKET ? 0 : Math.min(most, Number(total.get(project_id)));
    },
    async since(scope, version, limit) {
      const changes = changed.all(scope.project_id, scope.model, version, limit) as { version: number; row: number }[];
      const table = changes.length > 0 ? tableFor(scope) : null;
      const rows = table ? connection.prepare(storedIn(table)).all(JSON.stringify(changes.map(({ row }) => row)), scope.model) : [];
      const vectors = (rows as (Omit<StoredVector, 'vector'> & { vector: Buffer })[]).map((row) => ({
        ...row,
        vector: floats(row.vector),
      }));
      return { vectors, version: changes.at(-1)?.version ?? version, more: changes.length === limit };
    },
    async vectors(scope, rows) {
      const table = tableFor(scope);
      if (!table) return new Map();
      const vector = connection.prepare(`SELECT vector FROM ${table} WHERE row = ?`).pluck();
      const found = rows.map((row) => [row, vector.get(BigInt(row))] as [number, Buffer | undefined]);
      return new Map(found.flatMap(([row, blob]) => (blob ? [[row, floats(blob)]] : [])));
    },
    hidden: async (project_id) => hidden.all(project_id) as string[],
    async shown(rows) {
      const found = shown.all(JSON.stringify(rows)) as { row: number; id: string }[];
      return new Map(found.map(({ row, id }) => [row, id]));
    },
    scan: createScan(connection),
  };
}
