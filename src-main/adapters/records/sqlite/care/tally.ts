/** How many rows the derived tables had when the library was closed: whoever takes some away while it is closed is found out. */
import type { Damage } from '../../../../core/ports/records';
import type { Connection } from '../database';

/** In the table of settings, from one end of the program to its next start. */
const KEY = 'care_tally';
const TALLY = `
  SELECT json_object('entities', (SELECT count(*) FROM entities), 'relations', (SELECT count(*) FROM relations),
    'mentions', (SELECT count(*) FROM mentions), 'relation_evidence', (SELECT count(*) FROM relation_evidence))`;

export function writeTally(sql: Connection): void {
  sql.prepare(`INSERT OR REPLACE INTO settings (key, value) SELECT '${KEY}', (${TALLY})`).run();
}

/**
 * Compares, before anything is changed, and forgets: a program that is killed leaves none.
 * @returns what disagrees
 */
export function takeTally(sql: Connection): Damage[] {
  try {
    const kept = sql.prepare('SELECT value FROM settings WHERE key = ?').pluck().get(KEY);
    if (kept === undefined) return [];
    const present = sql.prepare(TALLY).pluck().get();
    sql.prepare('DELETE FROM settings WHERE key = ?').run(KEY);
    if (kept === present) return [];
    return [
      { kind: 'graph', table: 'entities', message: `rows came or went while the library was closed: ${kept} before, ${present} now` },
    ];
  } catch (error) {
    return [{ kind: 'graph', table: 'entities', message: error instanceof Error ? error.message : String(error) }];
  }
}
