/** Forgets all vectors of a model that is not searched any more, a few at a time, so that others get their turn. */
import { setImmediate as breath } from 'node:timers/promises';
import { type Connection, tableOf } from './tables';

const ROWS_AT_ONCE = 200;

export function createDrop(connection: Connection): (model: string) => Promise<void> {
  const some = connection.prepare('SELECT chunk_row AS row, dimensions FROM embeddings WHERE model = ? LIMIT ?');
  const forget = connection.prepare('DELETE FROM embeddings WHERE model = ? AND chunk_row = ?');
  const exists = connection.prepare(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?`);

  const removeSome = connection.transaction((model: string): number[] => {
    const rows = some.all(model, ROWS_AT_ONCE) as { row: number; dimensions: number }[];
    for (const { row, dimensions } of rows) {
      const table = tableOf(model, dimensions);
      if (exists.get(table)) connection.prepare(`DELETE FROM ${table} WHERE row = ?`).run(BigInt(row));
      forget.run(model, row);
    }
    return rows.map(({ dimensions }) => dimensions);
  });

  return async (model) => {
    const tables = new Set<string>();
    for (let found = removeSome(model); found.length > 0; found = removeSome(model)) {
      for (const dimensions of found) tables.add(tableOf(model, dimensions));
      await breath();
    }
    connection.transaction(() => {
      for (const table of tables) connection.exec(`DROP TABLE IF EXISTS ${table}`);
      connection.prepare('DELETE FROM vector_buckets WHERE model = ?').run(model);
    })();
  };
}
