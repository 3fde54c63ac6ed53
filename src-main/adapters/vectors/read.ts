/** Vectors as they lie in the library, for whoever keeps a copy of them. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { ChunkVector, VectorStore } from '../../core/ports/vector-store';
import { type Connection, floats, tableOf } from './tables';

const PLACES = `
  SELECT c.row, c.id AS chunk_id, c.document_id, d.project_id, e.dimensions FROM json_each(:chunks) i CROSS JOIN chunks c ON c.id = i.value
  CROSS JOIN documents d ON d.id = c.document_id CROSS JOIN embeddings e ON e.chunk_row = c.row AND e.model = :model`;
const DOCUMENTS = 'SELECT id FROM documents WHERE project_id = ? AND id > ? ORDER BY id LIMIT 50';
const COUNTS = `
  SELECT e.model, count(*) AS vectors FROM json_each(?) i CROSS JOIN embeddings e ON e.document_id = i.value GROUP BY e.model`;

type Place = Omit<ChunkVector, 'vector'> & { row: number; dimensions: number };

export function createReading(connection: Connection): Pick<VectorStore, 'read' | 'tally'> {
  const places = connection.prepare(PLACES);
  const documents = connection.prepare(DOCUMENTS).pluck();
  const counts = connection.prepare(COUNTS);
  return {
    async read(model, chunk_ids) {
      const found = places.all({ model, chunks: JSON.stringify(chunk_ids) }) as Place[];
      return found.flatMap(({ row, dimensions, ...of }) => {
        const vector = connection
          .prepare(`SELECT vector FROM ${tableOf(model, dimensions)} WHERE row = ?`)
          .pluck()
          .get(BigInt(row));
        return vector ? [{ ...of, vector: floats(vector as Buffer) }] : [];
      });
    },
    /** Some documents at a time, with others in between. */
    async tally(project_id) {
      const sums = new Map<string, number>();
      for (let after = ''; ; ) {
        const ids = documents.all(project_id, after) as string[];
        const last = ids.at(-1);
        if (last === undefined) break;
        for (const { model, vectors } of counts.all(JSON.stringify(ids)) as { model: string; vectors: number }[]) {
          sums.set(model, (sums.get(model) ?? 0) + vectors);
        }
        after = last;
        await breathe();
      }
      return [...sums].map(([model, vectors]) => ({ model, vectors }));
    },
  };
}
