/** Makes the library file as small as what it holds, with nothing left in it of what was deleted. Runs in a worker thread. */
import { connect } from '../database';
import { FORGET_SAMPLES, FULL_TEXT, MARK_CLEAN } from './purge';

/** The program itself may be writing: one batch of chunks, say. */
const PATIENCE_MS = 30_000;

/**
 * Readers go on meanwhile, writers wait. The full text is merged first, since it keeps deleted words until then.
 * @throws what SQLite throws, with its `code`; the library is then as it was
 */
export function compactLibrary(path: string): void {
  const { sql } = connect(path);
  try {
    sql.pragma(`busy_timeout = ${PATIENCE_MS}`);
    const merge = sql.transaction(() => {
      for (const table of FULL_TEXT) sql.exec(`INSERT INTO ${table} (${table}) VALUES ('optimize')`);
      if (sql.prepare("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat4'").get()) sql.exec(FORGET_SAMPLES);
      sql.exec(MARK_CLEAN);
    });
    // A transaction that reads before it writes cannot wait for others: what it read may be outdated then.
    merge.immediate();
    sql.exec('VACUUM');
    // What was overwritten still stands in the log of changes until that is emptied.
    sql.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    sql.close();
  }
}
