/** Brings a library to the program's version: copy first, then the generated migrations; a newer library is refused untouched. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { migrate as applyMigrations } from 'drizzle-orm/better-sqlite3/migrator';
import type { Log } from '../../../core/ports/runtime';
import { newerLibrary } from '../shared/versions';
import type { Connection, SqliteDatabase } from './database';

interface Journal {
  entries: { tag: string; when: number }[];
}

/** Creation times of the migrations that this program knows, oldest first. */
function known(migrationsDir: string): number[] {
  const journal = JSON.parse(readFileSync(join(migrationsDir, 'meta', '_journal.json'), 'utf8')) as Journal;
  return journal.entries.map(({ when }) => when);
}

/** Creation time of the newest migration that was applied to the file; null for a new file. */
export function applied(connection: Connection): number | null {
  const table = connection.prepare("SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'").get();
  if (!table) return null;
  const row = connection.prepare('SELECT max(created_at) AS newest FROM __drizzle_migrations').get() as { newest: number | null };
  return row.newest === null ? null : Number(row.newest);
}

/**
 * Looks at a library through a connection that cannot write, before anything else opens it.
 * @throws AppError CONFLICT, naming both versions, when the library was made by a newer program
 */
export function refuseNewer(path: string, migrationsDir: string): void {
  if (!existsSync(path)) return;
  const connection = new Database(path, { readonly: true });
  const present = applied(connection);
  connection.close();
  const newest = Math.max(...known(migrationsDir));
  if (present === null || present <= newest) return;
  throw newerLibrary(present, newest);
}

/** Applies what is missing, after a copy of a library that holds something; `copy: false` for one that is a copy itself. */
export function migrate({ orm, sql }: SqliteDatabase, path: string, migrationsDir: string, log: Log, { copy = true } = {}): void {
  const present = applied(sql);
  if (present === Math.max(...known(migrationsDir))) return;
  if (present !== null && copy) log.info('library copied before its migration', { copy: backup(sql, path, present) });
  applyMigrations(orm, { migrationsFolder: migrationsDir });
}

/** A consistent copy beside the library; it gets its name when it is whole. */
function backup(connection: Connection, path: string, version: number): string {
  const folder = join(dirname(path), 'backups');
  mkdirSync(folder, { recursive: true });
  for (let count = 0; ; count += 1) {
    const copy = join(folder, `${basename(path, '.sqlite')}-${version}${count === 0 ? '' : `-${count}`}.sqlite`);
    if (existsSync(copy)) continue;
    const partial = `${copy}.partial`;
    rmSync(partial, { force: true });
    connection.prepare('VACUUM INTO ?').run(partial);
    renameSync(partial, copy);
    return copy;
  }
}
