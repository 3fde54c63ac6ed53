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

interface Place {
  row: number;
  document_id: string;
}

function copy(from: Connection, to: Connection, { model, dimensions }: Kind): number {
  const insert = to.prepare(`
    INSERT OR IGNORE INTO kept_vectors (hash, model, document_id, vector) SELECT :hash, :model, d.id, :vector FROM documents d WHERE d.id = :document_id`);
  const rows = from.prepare('SELECT chunk_row AS row, document_id FROM embeddings WHERE model = ? AND dimensions = ?');
  const hashOf = from.prepare('SELECT embed_hash FROM chunks WHERE row = ?').pluck();
  const vectorOf = from.prepare(`SELECT vector FROM ${tableOf(model, dimensions)} WHERE row = ?`).pluck();
  const save = ({ row, document_id }: Place): number => {
    try {
      const [hash, vector] = [hashOf.get(row), vectorOf.get(BigInt(row))] as (Buffer | undefined)[];
      return hash && vector?.length === dimensions * 4 ? insert.run({ hash, model, document_id, vector }).changes : 0;
    } catch {
      // On a damaged page; the others may be whole.
      return 0;
    }
  };
  let saved = 0;
  const all = to.transaction(() => {
    for (const place of rows.iterate(model, dimensions) as Iterable<Place>) saved += save(place);
  });
  try {
    all();
  } catch {
    return 0;
  }
  return saved;
}
