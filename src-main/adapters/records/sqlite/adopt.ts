/** A library that comes from elsewhere: checked and brought to this program's version before it may take the place of the present one. */
import Database from 'better-sqlite3';
import { AppError } from '../../../core/errors';
import type { Log } from '../../../core/ports/runtime';
import { connect } from './database';
import { applied, migrate, refuseNewer } from './migrate';

/**
 * Runs in a worker thread.
 * @returns when its newest migration was made, before those that were missing
 * @throws AppError CONFLICT for one of a newer program, VALIDATION_FAILED when it is damaged or no library
 */
export function adoptLibrary(path: string, migrationsDir: string, log: Log): number {
  const present = examine(path);
  refuseNewer(path, migrationsDir);
  const library = connect(path, 'DELETE');
  try {
    migrate(library, path, migrationsDir, log, { copy: false });
  } finally {
    library.sql.close();
  }
  return present;
}

function examine(path: string): number {
  let found: { present: number | null; check: unknown };
  try {
    const connection = new Database(path, { readonly: true });
    try {
      found = { present: applied(connection), check: connection.pragma('quick_check(1)', { simple: true }) };
    } finally {
      connection.close();
    }
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error));
  }
  if (found.check !== 'ok') throw damaged(String(found.check));
  if (found.present === null) throw damaged('it has no tables of Pressmark');
  return found.present;
}

function damaged(reason: string): AppError {
  return new AppError('VALIDATION_FAILED', `the library in this backup is damaged (${reason}).`);
}

const CARRY = `
  DELETE FROM main.tokens; INSERT INTO main.tokens SELECT * FROM present.tokens;
  INSERT OR REPLACE INTO main.settings SELECT * FROM present.settings WHERE key = 'mirrors_library';
  INSERT OR IGNORE INTO main.audit_log SELECT * FROM present.audit_log`;

/**
 * Whoever may use this installation goes on to: tokens belong to it, not to what it holds, and what it
 * put into mirrors stays its own. The audit log loses nothing either, this restore
 * least of all. Both files have the same version.
 */
export function carryOver(from: string, to: string): void {
  const { sql } = connect(to, 'DELETE');
  try {
    sql.prepare('ATTACH DATABASE ? AS present').run(from);
    sql.transaction(() => sql.exec(CARRY))();
    sql.exec('DETACH DATABASE present');
  } finally {
    sql.close();
  }
}
