/** Who works on a database at the moment. */
import { Client } from 'pg';
import { connectionOptions, outageOf } from './database';

/**
 * Connections of Pressmark servers; asked before this program opens its own.
 * @throws AppError UNAVAILABLE when the server cannot be reached
 */
export async function sessionsOn(url: string): Promise<number> {
  const client = new Client({ ...connectionOptions({ url, server: 'move' }), application_name: 'pressmark move' });
  try {
    await client.connect();
    const { rows } = await client.query<{ n: number }>(
      "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'pressmark'",
    );
    return rows[0]?.n ?? 0;
  } catch (error) {
    throw outageOf(error) ?? error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
