/** Vectors that need not be made again: of chunks that went, or that another document has word for word. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { VectorStore } from '../../core/ports/vector-store';
import { type Connection, floats, tableOf } from './tables';

const KNOWN = `
  SELECT c.id AS chunk_id,
    (SELECT k.vector FROM kept_vectors k WHERE k.hash = c.embed_hash AND k.model = :model LIMIT 1) AS kept,
    (SELECT e.chunk_row FROM chunks o JOIN embeddings e ON e.chunk_row = o.row AND e.model = :model
     WHERE o.embed_hash = c.embed_hash LIMIT 1) AS source
  FROM json_each(:chunks) i JOIN chunks c ON c.id = i.value WHERE c.embed_hash IS NOT NULL`;
const RELEASE = `
  DELETE FROM kept_vectors WHERE document_id = ? OR document_id NOT IN
    (SELECT document_id FROM jobs WHERE state IN ('queued', 'running') AND document_id IS NOT NULL)`;
/** Vectors kept in one transaction. */
const KEEP_BATCH = 64;

/** The three operations of the port that spare the embedding engine work. */
export function createKept(connection: Connection): Pick<VectorStore, 'known' | 'keep' | 'release'> {
  const release = connection.prepare(RELEASE);
  return {
    known: createKnown(connection),
    keep: createKeep(connection),
    release: async (document_id) => void release.run(document_id),
  };
}

function createKnown(connection: Connection): VectorStore['known'] {
  const known = connection.prepare(KNOWN);
  const size = connection.prepare('SELECT dimensions FROM embeddings WHERE chunk_row = ? AND model = ?').pluck();
  return async (model, chunks) => {
    const rows = known.all({ model, chunks: JSON.stringify(chunks.map(({ chunk_id }) => chunk_id)) });
    return (rows as { chunk_id: string; kept: Buffer | null; source: number | null }[]).flatMap(({ chunk_id, kept, source }) => {
      if (kept) return [{ chunk_id, vector: floats(kept) }];
      if (source === null) return [];
      const table = tableOf(model, Number(size.get(source, model)));
      const vector = connection.prepare(`SELECT vector FROM ${table} WHERE row = ?`).pluck().get(BigInt(source)) as Buffer | undefined;
      return vector ? [{ chunk_id, vector: floats(vector) }] : [];
    });
  };
}

function createKeep(connection: Connection): VectorStore['keep'] {
  const models = connection.prepare('SELECT DISTINCT model, dimensions FROM embeddings WHERE document_id = ?');
  return async (document_id, heir) => {
    for (const { model, dimensions } of models.all(document_id) as { model: string; dimensions: number }[]) {
      const some = connection.prepare(
        'SELECT chunk_row FROM embeddings WHERE document_id = ? AND model = ? AND chunk_row > ? ORDER BY chunk_row LIMIT ?',
      );
      const copy = connection.prepare(
        `INSERT OR IGNORE INTO kept_vectors (hash, model, document_id, vector)
         SELECT c.embed_hash, ?, ?, v.vector FROM ${tableOf(model, dimensions)} v JOIN chunks c ON c.row = v.row
         WHERE v.row = ? AND c.embed_hash IS NOT NULL`,
      );
      const write = connection.transaction((rows: number[]) => {
        for (const row of rows) copy.run(model, heir, BigInt(row));
      });
      for (let after = 0; ; ) {
        const rows = some.pluck().all(document_id, model, after, KEEP_BATCH) as number[];
        const last = rows.at(-1);
        if (last === undefined) break;
        write(rows);
        after = last;
        await breathe();
      }
    }
  };
}
