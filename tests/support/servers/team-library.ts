/** Libraries in one real PostgreSQL. */
import { join } from 'node:path';
import { connect, type Database } from '../../../src-main/adapters/records/postgres/database';
import { openPostgresRecords } from '../../../src-main/adapters/records/postgres/open';
import type { Records } from '../../../src-main/core/ports/records';
import { silent } from '../log';
import { ROOT } from '../server';

export const POSTGRES_MIGRATIONS = join(ROOT, 'migrations/postgres');

export interface TeamRecords {
  records: Records;
  database: Database;
  close(): Promise<void>;
}

/** @param server the name of this server among those on the same database */
export async function openTeamRecords(url: string, server = 'here'): Promise<TeamRecords> {
  const database = connect({ url, server });
  const records = await openPostgresRecords({ database, server, migrationsDir: POSTGRES_MIGRATIONS, log: silent });
  return { records, database, close: () => database.pool.end() };
}

/** Empties every table, which is quicker than a new database. */
export async function emptyDatabase(database: Database): Promise<void> {
  await database.run(`DO $$ DECLARE tables text := (
    SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public' AND tablename <> '__drizzle_migrations');
    BEGIN EXECUTE 'TRUNCATE ' || tables; END $$`);
}
