/** A database seen from outside, before this program opens its own connections and makes its tables. */
import { Client } from 'pg';
import { connectionOptions, outageOf } from './database';

export interface DatabaseView {
  /** Connections of Pressmark servers. */
  sessions: number;
  /** No Pressmark has ever made its tables there. */
  unused: boolean;
}

const VIEW = `
  SELECT count(*) AS sessions, to_regclass('__drizzle_migrations') IS NULL AS unused
  FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'pressmark'`;

/** @throws AppError UNAVAILABLE when the server cannot be reached */
export async function lookAt(url: string): Promise<DatabaseView> {
  const client = new Client({ ...connectionOptions({ url, server: 'move' }), application_name: 'pressmark move' });
  try {
    await client.connect();
    const { rows } = await client.query<DatabaseView>(VIEW);
    return rows[0] ?? { sessions: 0, unused: true };
  } catch (error) {
    throw outageOf(error) ?? error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
