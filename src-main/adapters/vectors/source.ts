/** The library file as the engine that compares vectors in memory reads it. */
import type { StoredVector, VectorScope, VectorSource } from '../../core/ports/vector-source';
import { createScan } from './search';
import { BUCKET, type Connection, HIDDEN, SHOWN, tableOf } from './tables';

const LAST = 'SELECT version FROM vector_versions WHERE model = ?';
const COUNT = 'SELECT total(embedded_chunks) FROM documents WHERE project_id = ?';
const BUCKETS = 'SELECT count(*) FROM vector_buckets WHERE project_id = ? AND model = ?';
const sinceIn = (table: string) => `
  SELECT e.chunk_row AS row, e.document_id, v.vector FROM embeddings e CROSS JOIN documents d ON d.id = e.document_id
  CROSS JOIN ${table} v ON v.row = e.chunk_row
  WHERE e.model = :model AND e.version > :after AND e.version <= :upto AND e.dimensions = :dimensions AND d.project_id = :project_id
  ORDER BY e.version`;

/** @param connection may be one that only reads */
export function createSqliteSource(connection: Connection): VectorSource {
  const exists = connection.prepare('SELECT 1 FROM sqlite_master WHERE name = ?');
  const value = (query: string) => connection.prepare<unknown[]>(query).pluck();
  const [last, total, buckets] = [value(LAST), value(COUNT), value(BUCKETS)];
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
      const newest = Number(last.get(scope.model) ?? 0);
      const upto = Math.min(newest, version + limit);
      const table = upto > version ? tableFor(scope) : null;
      const rows = table ? connection.prepare(sinceIn(table)).all({ ...scope, after: version, upto }) : [];
      const vectors = (rows as (Omit<StoredVector, 'vector'> & { vector: Buffer })[]).map((row) => ({
        ...row,
        vector: floats(row.vector),
      }));
      return { vectors, version: Math.max(version, upto), more: upto < newest };
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

/** A copy, since a vector of floats must begin at a multiple of four. */
const floats = (blob: Buffer) => new Float32Array(new Uint8Array(blob).buffer);
