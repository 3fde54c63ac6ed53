/** A copy of the library as it was at one moment, without secrets, made while others write. Runs in a worker thread. */
import Database from 'better-sqlite3';
import { JobError } from '../../../core/errors';
import type { LibraryCopy } from '../../../core/ports/backup';
import { type Connection, connect, type SqliteDatabase } from './database';
import { applied } from './migrate';
import { deleteDerived } from './tables/derived';

/** 4 MiB with pages of 4 KiB. */
const PAGES_AT_ONCE = 1024;

/**
 * What must not leave the installation, and what means nothing elsewhere: jobs (this backup itself, model downloads), what mirrors wait for
 * (whoever takes the library in fills them anew). The deleted bytes are overwritten, since the connection has `secure_delete`.
 */
const STRIP = `
  DELETE FROM tokens; DELETE FROM idempotency; DELETE FROM jobs WHERE kind <> 'ingest'; DELETE FROM mirrors; DELETE FROM outbox;
  DELETE FROM settings WHERE key = 'mirrors_library'`;

const COUNTS = `SELECT
  (SELECT count(*) FROM projects) AS projects, (SELECT count(*) FROM documents) AS documents, (SELECT count(*) FROM chunks) AS chunks,
  (SELECT count(*) FROM embeddings) AS embeddings, (SELECT count(*) FROM conversations) AS conversations,
  (SELECT count(*) FROM chat_messages) AS messages, (SELECT count(DISTINCT sha256) FROM documents) AS originals`;

/** @param path where the copy is to be; nothing may be there yet */
export async function copyLibrary(
  library: string,
  path: string,
  progress: (done_bytes: number, total_bytes: number) => void,
): Promise<LibraryCopy> {
  const live = new Database(library, { readonly: true });
  try {
    await transfer(live, path, progress);
    const schema_version = applied(live);
    if (schema_version === null) throw new JobError('NOT_A_LIBRARY', 'The library has no tables yet.');
    const copy = connect(path, 'DELETE');
    copy.sql.exec(STRIP);
    return describe({ live, copy, path, schema_version });
  } catch (error) {
    live.close();
    throw error;
  }
}

/** Within one read transaction, so that what others write meanwhile does not make it start over. */
async function transfer(live: Connection, path: string, progress: (done: number, total: number) => void): Promise<void> {
  const pageBytes = Number(live.pragma('page_size', { simple: true }));
  live.exec('BEGIN');
  live.prepare('SELECT count(*) FROM sqlite_master').get();
  await live.backup(path, {
    progress({ totalPages, remainingPages }) {
      progress((totalPages - remainingPages) * pageBytes, totalPages * pageBytes);
      return PAGES_AT_ONCE;
    },
  });
  live.exec('COMMIT');
}

interface Open {
  live: Connection;
  copy: SqliteDatabase;
  path: string;
  schema_version: number;
}

function describe({ live, copy, path, schema_version }: Open): LibraryCopy {
  const present = live.prepare('SELECT 1 FROM documents WHERE sha256 = ?');
  const using = copy.sql.prepare('SELECT id FROM documents WHERE sha256 = ?').pluck();
  const remove = copy.sql.prepare('DELETE FROM documents WHERE id = ?');
  return {
    path,
    schema_version,
    originals: copy.sql.prepare('SELECT DISTINCT sha256 FROM documents ORDER BY sha256').pluck().all() as string[],
    counts: () => copy.sql.prepare(COUNTS).get() as ReturnType<LibraryCopy['counts']>,
    async forget(originals) {
      for (const sha256 of originals) {
        if (present.get(sha256)) continue;
        for (const id of using.all(sha256) as string[]) {
          await deleteDerived(copy, id);
          remove.run(id);
        }
      }
    },
    close() {
      copy.sql.close();
      live.close();
    },
  };
}
