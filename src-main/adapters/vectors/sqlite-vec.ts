/** Vectors in the library file by sqlite-vec: one virtual table per model, in buckets of a project. */
import type { VectorStore } from '../../core/ports/vector-store';
import { createVectorEngine } from '../../core/vectors/engine';
import { createDrop } from './drop';
import { createKept } from './kept';
import { createReading } from './read';
import { repairVectors } from './repair';
import { createSqliteSource } from './source';
import { bucketOf, bytes, type Connection, createVectorTable } from './tables';

const PENDING = `
  SELECT c.id AS chunk_id, c.text, c.heading_path FROM chunks c
  WHERE c.document_id = ? AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.chunk_row = c.row AND e.model = ?)
  ORDER BY c.ordinal LIMIT ?`;
const incompleteOf = (from: string) => `
  SELECT d.id FROM ${from} WHERE d.indexed = 1
  AND (SELECT count(*) FROM embeddings e WHERE e.document_id = d.id AND e.model = ?) < d.chunks ORDER BY d.id LIMIT ?`;
const COUNT = `
  UPDATE documents SET embedded_chunks = (SELECT count(*) FROM embeddings WHERE document_id = :document AND model = :model) WHERE id = :document`;
/**
 * Shares the connection of the records, so that a vector and its row are one transaction and one file.
 * @param search where the program has a thread for it; else it runs here
 */
export function createSqliteVecStore(
  connection: Connection,
  { search, close }: Pick<VectorStore, 'search' | 'close'> = searchHere(connection),
): VectorStore {
  const pending = connection.prepare(PENDING);
  const incomplete = connection.prepare(incompleteOf('documents d')).pluck();
  const incompleteAmong = connection.prepare(incompleteOf('json_each(?) a CROSS JOIN documents d ON d.id = a.value')).pluck();
  const embedded = connection.prepare('SELECT count(*) FROM embeddings WHERE document_id = ? AND model = ?').pluck();
  return {
    engine: 'sqlite-vec',
    async pending(document_id, model, limit) {
      const rows = pending.all(document_id, model, limit) as { chunk_id: string; text: string; heading_path: string }[];
      return rows.map((row) => ({ ...row, heading_path: JSON.parse(row.heading_path) as string[] }));
    },
    embedded: async (document_id, model) => Number(embedded.get(document_id, model)),
    ...createKept(connection),
    ...createReading(connection),
    add: createAdd(connection),
    search,
    drop: createDrop(connection),
    repair: () => repairVectors(connection),
    close,
    async incomplete(model, limit, among) {
      return (among ? incompleteAmong.all(JSON.stringify(among), model, limit) : incomplete.all(model, limit)) as string[];
    },
  };
}

function searchHere(connection: Connection): Pick<VectorStore, 'search' | 'close'> {
  const engine = createVectorEngine(createSqliteSource(connection));
  return { search: engine.search, close: async () => engine.close() };
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
    const table = createVectorTable(connection, model, dimensions);
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
