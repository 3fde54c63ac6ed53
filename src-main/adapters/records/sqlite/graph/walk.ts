/** The neighbours of entities, for walks through the graph. Each step is small, and others run in between. */
import { setImmediate as breathe } from 'node:timers/promises';
import { createWalks, type Walks } from '../../../../core/graph/walk';
import type { Connection } from '../database';

/** Entities between two breaths: about 5 ms. */
const STEP = 100;

interface Neighbour {
  row: number;
  weight: number;
}

export function createSqliteWalks(sql: Connection): Walks<number> {
  const next = sql.prepare(`
    SELECT row, sum(weight) AS weight FROM (
      SELECT * FROM (SELECT target_row AS row, weight FROM relations WHERE source_row = :row ORDER BY weight DESC, target_row LIMIT :limit + 0)
      UNION ALL
      SELECT * FROM (SELECT source_row AS row, weight FROM relations WHERE target_row = :row ORDER BY weight DESC, source_row LIMIT :limit + 0)
    ) GROUP BY row ORDER BY weight DESC, row LIMIT :limit + 0`);

  async function eachOf(rows: number[], limit: number, visit: (neighbour: Neighbour, from: number) => void): Promise<void> {
    for (const [at, row] of rows.entries()) {
      if (at % STEP === STEP - 1) await breathe();
      for (const neighbour of next.all({ row, limit }) as Neighbour[]) visit(neighbour, row);
    }
  }

  return createWalks<number>({
    async level({ frontier, seen, each, limit }) {
      const strength = new Map<number, number>();
      await eachOf(frontier, each, ({ row, weight }) => {
        if (!seen.has(row)) strength.set(row, (strength.get(row) ?? 0) + weight);
      });
      const strongest = [...strength].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, limit);
      return strongest.map(([row]) => row);
    },
    async steps(rows, each) {
      const found: { from: number; to: number }[] = [];
      await eachOf(rows, each, ({ row }, from) => found.push({ from, to: row }));
      return found;
    },
  });
}
