/** The neighbours of entities, for walks through the graph: one query a level, or a slice of one. */
import { createWalks, type Walks } from '../../../../core/graph/walk';
import type { Database } from '../database';

/** The strongest $2 neighbours of each row of $1. */
const NEIGHBOURS = `
  FROM unnest($1::bigint[]) WITH ORDINALITY f(row, nth) CROSS JOIN LATERAL (
    SELECT e.row, sum(e.weight) AS weight FROM (
      (SELECT target_row AS row, weight FROM relations WHERE source_row = f.row ORDER BY weight DESC, target_row LIMIT $2)
      UNION ALL
      (SELECT source_row AS row, weight FROM relations WHERE target_row = f.row ORDER BY weight DESC, source_row LIMIT $2)
    ) e GROUP BY e.row ORDER BY sum(e.weight) DESC, e.row LIMIT $2) n`;
const LEVEL = `SELECT n.row ${NEIGHBOURS} WHERE n.row <> ALL($3::bigint[]) GROUP BY n.row ORDER BY sum(n.weight) DESC, n.row LIMIT $4`;
const STEPS = `SELECT f.row AS "from", n.row AS "to" ${NEIGHBOURS} ORDER BY f.nth, n.weight DESC, n.row`;

export function createPostgresWalks({ rows }: Database): Walks<number> {
  return createWalks<number>({
    async level({ frontier, seen, each, limit }) {
      const found = await rows<{ row: number }>(LEVEL, [frontier, each, [...seen], limit]);
      return found.map(({ row }) => row);
    },
    steps: (from, each) => rows(STEPS, [from, each]),
  });
}
