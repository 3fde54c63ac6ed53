/** Saves what can be read of a damaged library file into a new one; what is made of the documents is made anew. Runs before anything is open. */
import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Log } from '../../../../core/ports/runtime';
import { type Connection, connect, connectToRead } from '../database';
import { migrate } from '../migrate';
import { fillFullText } from './full-text';
import { takeTally } from './tally';

/** The graph is read anew out of the chunks; vectors follow their embeddings; mirrors are filled anew. */
const DERIVED = new Set([
  'embeddings',
  'vector_buckets',
  'vector_changes',
  'entities',
  'entity_words',
  'entity_aliases',
  'deep_reads',
  'relations',
  'mentions',
  'relation_evidence',
  'graph_progress',
  'mirrors',
  'outbox',
  '__drizzle_migrations',
]);
const ORDINARY =
  "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
const SHADOW = /^(chunk_words|chunk_trigrams|vectors_\d+_[0-9a-f]+)_/;
/** Documents that were readable by search, and whose pages or chunks are not all there any more. */
const INCOMPLETE = `
  SELECT id FROM documents WHERE indexed = 1 AND (
    chunks <> (SELECT count(*) FROM chunks c WHERE c.document_id = documents.id) OR content IS NULL
    OR NOT EXISTS (SELECT 1 FROM pages p WHERE p.document_id = documents.id))`;

export interface Salvaged {
  /** Rows that were saved, by table. */
  rows: Record<string, number>;
  /** Tables of which something could not be read. */
  torn: string[];
}

/**
 * @param target where the new file is to be
 * @throws when the damaged file cannot be opened, or not even its list of tables be read
 */
export async function salvage(damaged: string, target: string, migrationsDir: string, log: Log): Promise<Salvaged> {
  for (const file of [target, `${target}-wal`, `${target}-shm`]) rmSync(file, { force: true });
  const from = openDamaged(damaged);
  const { orm, sql } = connect(target, 'DELETE');
  try {
    migrate({ orm, sql }, target, migrationsDir, log, { copy: false });
    sql.pragma('foreign_keys = OFF');
    const present = new Set(from.prepare(ORDINARY).pluck().all() as string[]);
    const told: Salvaged = { rows: {}, torn: [] };
    for (const table of sql.prepare(ORDINARY).pluck().all() as string[]) {
      if (DERIVED.has(table) || SHADOW.test(table)) continue;
      const { rows, torn } = present.has(table) ? copyTable(from, sql, table) : { rows: 0, torn: true };
      told.rows[table] = rows;
      if (torn) told.torn.push(table);
    }
    makeWhole(sql);
    await fillFullText(sql);
    return told;
  } finally {
    sql.close();
    from.close();
  }
}

function openDamaged(path: string): Connection {
  try {
    return connectToRead(path);
  } catch {
    // Without the extension for vectors, which are not needed here.
    return new Database(path, { readonly: true });
  }
}

/** From the beginning as far as it goes; what lies behind a damaged place is reached from the end. */
function copyTable(from: Connection, to: Connection, table: string): { rows: number; torn: boolean } {
  const here = columnsOf(to, table);
  const columns = columnsOf(from, table).filter((column) => here.includes(column));
  if (columns.length === 0) return { rows: 0, torn: true };
  const names = columns.map((column) => `"${column}"`).join(', ');
  const insert = to.prepare(`INSERT OR IGNORE INTO "${table}" (${names}) VALUES (${columns.map(() => '?').join(', ')})`);
  const copy = (order: 'ASC' | 'DESC'): { rows: number; torn: boolean } => {
    let rows = 0;
    try {
      for (const row of from.prepare(`SELECT ${names} FROM "${table}" NOT INDEXED ORDER BY rowid ${order}`).raw().iterate()) {
        rows += save(insert, row as unknown[]);
      }
      return { rows, torn: false };
    } catch {
      return { rows, torn: true };
    }
  };
  return to.transaction(() => {
    const first = copy('ASC');
    return first.torn ? { rows: first.rows + copy('DESC').rows, torn: true } : first;
  })();
}

/** A row that was read, but breaks a rule of its table, is damaged as well. */
function save(insert: ReturnType<Connection['prepare']>, row: unknown[]): number {
  try {
    return insert.run(row).changes;
  } catch {
    return 0;
  }
}

const columnsOf = (sql: Connection, table: string) => sql.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table) as string[];

/** Rows whose owners were lost go; documents of which something is missing are read again. */
function makeWhole(sql: Connection): void {
  for (;;) {
    const lost = sql.pragma('foreign_key_check') as { table: string; rowid: number | null }[];
    const rows = lost.filter(({ rowid }) => rowid !== null);
    if (rows.length === 0) break;
    for (const { table, rowid } of rows) sql.prepare(`DELETE FROM "${table}" WHERE rowid = ?`).run(rowid);
  }
  sql.pragma('foreign_keys = ON');
  const incomplete = sql.prepare(INCOMPLETE).pluck().all() as string[];
  const redo = sql.prepare("UPDATE documents SET indexed = 0, state = 'queued', error = NULL, embedded_chunks = 0 WHERE id = ?");
  const drop = ['chunks', 'pages'].map((table) => sql.prepare(`DELETE FROM ${table} WHERE document_id = ?`));
  for (const id of incomplete) {
    redo.run(id);
    for (const statement of drop) statement.run(id);
  }
  sql.exec('UPDATE documents SET embedded_chunks = 0');
  // The graph is empty now, and rightly so.
  takeTally(sql);
}
