/** The keys that sign tokens, shared by all servers: a token that one of them gave is good at each. */
import { randomBytes } from 'node:crypto';
import type { Database } from './database';

const SECRET_BYTES = 32;
const CREATE = 'INSERT INTO signing_keys (kid, secret, created_at) VALUES ($1, $2, $3)';
const NEWEST = 'SELECT kid, secret FROM signing_keys ORDER BY created_at DESC, kid LIMIT 1';

interface Key {
  kid: string;
  secret: Uint8Array;
}

export function createSharedKeys(database: Database) {
  const fresh = () => [randomBytes(6).toString('base64url'), randomBytes(SECRET_BYTES), new Date().toISOString()];
  /** Two servers that start on an empty database make one key. */
  const turn = "SELECT pg_advisory_xact_lock(hashtextextended('signing keys', 0))";

  return {
    async current(): Promise<Key> {
      const present = await database.row<Key>(NEWEST);
      if (present) return present;
      return database.transaction(async (query) => {
        await query.rows(turn);
        if (!(await query.row(NEWEST))) await query.run(CREATE, fresh());
        return (await query.row<Key>(NEWEST)) as Key;
      });
    },
    /** Looked up each time, so that keys that another server threw away are worthless at once. */
    async secret(kid: string): Promise<Uint8Array | undefined> {
      return (await database.row<Key>('SELECT kid, secret FROM signing_keys WHERE kid = $1', [kid]))?.secret;
    },
    rotate: () =>
      database.transaction(async (query) => {
        await query.rows(turn);
        await query.run('DELETE FROM signing_keys');
        await query.run(CREATE, fresh());
      }),
  };
}
