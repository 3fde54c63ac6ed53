/**
 * Brings a database to the program's version; a newer one is refused untouched. All that is missing is applied in one transaction, which
 * PostgreSQL takes back whole when anything of it fails: no copy of the database is taken before.
 */
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { AppError } from '../../../core/errors';
import type { Log } from '../../../core/ports/runtime';
import { newerLibrary } from '../shared/versions';
import type { Database, Query } from './database';

/** As drizzle keeps them. */
const TABLE = '__drizzle_migrations';
const CREATE = `CREATE TABLE IF NOT EXISTS ${TABLE} (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)`;
/** Two servers that start at once do it one after the other. */
const TURN = "SELECT pg_advisory_xact_lock(hashtextextended('pressmark migrations', 0))";
const NO_RIGHTS = '42501';

/** Creation time of the newest migration that was applied; null for an empty database. */
async function applied(query: Query): Promise<number | null> {
  const table = await query.row<{ there: boolean }>(`SELECT to_regclass('${TABLE}') IS NOT NULL AS there`);
  if (!table?.there) return null;
  return (await query.row<{ newest: number | null }>(`SELECT max(created_at) AS newest FROM ${TABLE}`))?.newest ?? null;
}

/** @throws AppError CONFLICT for a database of a newer program, or one that Pressmark cannot use */
export async function migrate(database: Database, migrationsFolder: string, log: Log): Promise<void> {
  const known = readMigrationFiles({ migrationsFolder });
  const newest = Math.max(...known.map(({ folderMillis }) => folderMillis));
  const present = await applied(database);
  if (present !== null && present > newest) throw newerLibrary(present, newest);
  if (present === newest) return;
  await requireUnicode(database);
  try {
    await database.transaction(async (query) => {
      await query.rows(TURN);
      const now = (await applied(query)) ?? 0;
      await query.run(CREATE);
      for (const { sql, hash, folderMillis } of known.filter((one) => one.folderMillis > now)) {
        for (const statement of sql) await query.run(statement);
        await query.run(`INSERT INTO ${TABLE} (hash, created_at) VALUES ($1, $2)`, [hash, folderMillis]);
      }
    });
  } catch (error) {
    throw withoutRights(error);
  }
  log.info('database brought to the version of the program', { from: present, to: newest });
}

async function requireUnicode(query: Query): Promise<void> {
  const { encoding = '' } = (await query.row<{ encoding: string }>("SELECT current_setting('server_encoding') AS encoding")) ?? {};
  if (encoding === 'UTF8') return;
  throw new AppError('CONFLICT', `The database holds text as ${encoding}; make it with the encoding UTF8.`, { encoding });
}

function withoutRights(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === NO_RIGHTS)) return error;
  return new AppError('CONFLICT', `The user of the database may not make tables in it (${error.message}); let it own the database.`);
}
