/** Vectors out of a damaged library: kept for the chunks of the new one, which have the same text, so that few are made again. */
import Database from 'better-sqlite3';
import { getLoadablePath } from 'sqlite-vec';
import { type Connection, tableOf } from './tables';

/** @returns how many could be saved; whatever cannot be read is left, since it can be made again */
export function salvageVectors(damaged: string, saved: string): number {
  const [from, to] = [open(damaged, true), open(saved, false)];
  try {
    const kinds = from.prepare('SELECT DISTINCT model, dimensions FROM embeddings').all() as Kind[];
    return kinds.reduce((sum, kind) => sum + copy(from, to, kind), 0);
  } catch {
    return 0;
  } finally {
    from.close();
    to.close();
  }
}

interface Kind {
  model: string;
  dimensions: number;
}

function open(path: string, readonly: boolean): Connection {
  const connection = new Database(path, { readonly });
  return connection.loadExtension(getLoadablePath().replace('app.asar', 'app.asar.unpacked'));
}

function copy(from: Connection, to: Connection, { model, dimensions }: Kind): number {
  const insert = to.prepare(`
    INSERT OR IGNORE INTO kept_vectors (hash, model, document_id, vector)
    SELECT c.embed_hash, :model, c.document_id, :vector FROM chunks c WHERE c.row = :row AND c.embed_hash = :hash`);
  const rows = from.prepare(`
    SELECT e.chunk_row AS row, c.embed_hash AS hash FROM embeddings e JOIN chunks c ON c.row = e.chunk_row
    WHERE e.model = ? AND e.dimensions = ? AND c.embed_hash IS NOT NULL`);
  let saved = 0;
  try {
    const vectorOf = from.prepare(`SELECT vector FROM ${tableOf(model, dimensions)} WHERE row = ?`).pluck();
    to.transaction(() => {
      for (const { row, hash } of rows.iterate(model, dimensions) as Iterable<{ row: number; hash: Buffer }>) {
        const vector = vectorOf.get(BigInt(row)) as Buffer | undefined;
        if (vector?.length === dimensions * 4) saved += insert.run({ row, hash, model, vector }).changes;
      }
    })();
  } catch {
    // What lies behind the damaged place is made again.
  }
  return saved;
}
