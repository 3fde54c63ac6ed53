/** Making the full-text tables, and filling them with what they lack of the chunks. */
import { setImmediate as breathe } from 'node:timers/promises';
import { unspaced } from '../../shared/terms';
import type { Connection } from '../database';
import { FULL_TEXT } from './purge';

/** As the migrations made them. */
const CREATE: Record<string, string> = {
  chunk_words:
    "CREATE VIRTUAL TABLE IF NOT EXISTS chunk_words USING fts5(text, headings, tokenize = 'porter unicode61 remove_diacritics 2')",
  chunk_trigrams: "CREATE VIRTUAL TABLE IF NOT EXISTS chunk_trigrams USING fts5(text, tokenize = 'trigram')",
};
/** In one transaction: about 5 ms. */
const BATCH = 16;

/** Tables that are missing, or too damaged to be opened, are made anew, empty. Before anything else uses them. */
export function requireFullText(sql: Connection): string[] {
  if (!sql.prepare("SELECT 1 FROM sqlite_master WHERE name = 'chunks'").get()) return [];
  return FULL_TEXT.filter((table) => {
    try {
      sql.prepare(`INSERT INTO ${table} (rowid, text) VALUES (?, ?)`);
      sql.prepare(`SELECT rowid FROM ${table} WHERE ${table} MATCH ?`).get('"pressmark"');
      return false;
    } catch {
      dropFullText(sql, table);
      sql.exec(CREATE[table] ?? '');
      return true;
    }
  });
}

/** Also where the tables that it is made of are damaged or gone, which keeps SQLite from dropping it in the ordinary way. */
function dropFullText(sql: Connection, table: string): void {
  try {
    sql.exec(`DROP TABLE IF EXISTS ${table}`);
    return;
  } catch {
    sql.unsafeMode(true);
  }
  try {
    sql.pragma('writable_schema = ON');
    sql.prepare("DELETE FROM sqlite_master WHERE type = 'table' AND name = ?").run(table);
    sql.pragma('writable_schema = RESET');
    for (const part of ['data', 'idx', 'content', 'docsize', 'config']) sql.exec(`DROP TABLE IF EXISTS ${table}_${part}`);
  } finally {
    sql.unsafeMode(false);
  }
}

/** Everything anew; while it runs, searches for words find less. */
export async function rebuildFullText(sql: Connection): Promise<number> {
  for (const table of FULL_TEXT) {
    dropFullText(sql, table);
    sql.exec(CREATE[table] ?? '');
  }
  return fillFullText(sql, breathe);
}

type Row = { row: number; text: string; heading_path: string };

/** Chunks that come in meanwhile are written by whoever brings them. @returns how many chunks were lacking */
export async function fillFullText(sql: Connection, pause: () => Promise<unknown> = async () => undefined): Promise<number> {
  const last = Number(sql.prepare('SELECT coalesce(max(row), 0) FROM chunks').pluck().get());
  const lacking = sql.prepare(`
    SELECT row, text, heading_path FROM chunks WHERE row > ? AND row <= ? AND row NOT IN (SELECT id FROM chunk_words_docsize)
    ORDER BY row LIMIT ${BATCH}`);
  const addWords = sql.prepare('INSERT INTO chunk_words (rowid, text, headings) VALUES (?, ?, ?)');
  const addTrigrams = sql.prepare('INSERT OR REPLACE INTO chunk_trigrams (rowid, text) VALUES (?, ?)');
  let filled = 0;
  const fill = sql.transaction((after: number): number | null => {
    const rows = lacking.all(after, last) as Row[];
    for (const { row, text, heading_path } of rows) {
      const headings = (JSON.parse(heading_path) as string[]).join(' ');
      addWords.run(BigInt(row), text, headings);
      if (unspaced(text) || unspaced(headings)) addTrigrams.run(BigInt(row), `${headings}\n${text}`);
    }
    filled += rows.length;
    return rows.at(-1)?.row ?? null;
  });
  for (let after: number | null = -1; ; ) {
    after = fill(after);
    if (after === null) return filled;
    await pause();
  }
}
