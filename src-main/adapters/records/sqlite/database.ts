/** A connection to a library file: SQLite with drizzle on top, and sqlite-vec inside. */
import Database from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { getLoadablePath } from 'sqlite-vec';
import { declareFold } from './fold';
import * as schema from './schema';

export type Connection = InstanceType<typeof Database>;

export interface SqliteDatabase {
  /** Typed queries. */
  orm: BetterSQLite3Database<typeof schema>;
  /** Prepared SQL, for what drizzle has no words for (full text, vectors). */
  sql: Connection;
}

/**
 * Opens with WAL (readers never wait for the writer) and `synchronous = FULL`: what was answered with 201 survives power loss,
 * which WAL with NORMAL does not promise (sqlite.org/pragma.html#pragma_synchronous).
 * @param journal `DELETE` for a file that is to be complete without others beside it
 */
export function connect(path: string, journal: 'WAL' | 'DELETE' = 'WAL'): SqliteDatabase {
  const connection = new Database(path);
  connection.pragma(`journal_mode = ${journal}`);
  connection.pragma('synchronous = FULL');
  connection.pragma(`cache_size = ${-CACHE_KIB}`);
  connection.pragma('foreign_keys = ON');
  connection.pragma('busy_timeout = 5000');
  connection.pragma('secure_delete = ON');
  declareFold(connection);
  withVectors(connection);
  return { orm: drizzle(connection, { schema }), sql: connection };
}

/** A further connection to a library that is open already, for a thread that only reads. */
export function connectToRead(path: string): Connection {
  const connection = new Database(path, { readonly: true });
  connection.pragma(`mmap_size = ${MAPPED_BYTES}`);
  connection.pragma('busy_timeout = 5000');
  return withVectors(connection);
}

function withVectors(connection: Connection): Connection {
  return connection.loadExtension(getLoadablePath().replace('app.asar', 'app.asar.unpacked'));
}

/** Pages kept in memory; SQLite's own default is 2 MiB. */
const CACHE_KIB = 32_768;
/** What of the file the comparing thread reads as memory rather than copied: comparing vectors goes through all of them (a fifth faster). */
const MAPPED_BYTES = 2 ** 31 - 65_536;
