/** Answers kept for repeated requests, in PostgreSQL. */
import type { IdempotencyRecords, KeptAnswer } from '../../../../core/ports/access';
import { assignments, insertRows, type Shared } from './rows';

/** A request that another server has not answered for so long is none that it still works on, in milliseconds. */
const GIVEN_UP_MS = 15 * 60_000;

export function createIdempotencyTables({ database, server }: Shared): IdempotencyRecords {
  const ONE = 'owner = $1 AND key = $2';
  return {
    async begin(owner, key, fingerprint, created_at) {
      const row = { owner, key, fingerprint, created_at, server };
      const claimed = await insertRows(database, 'idempotency', [row], 'ON CONFLICT DO NOTHING RETURNING key');
      if (claimed.length === 1) return null;
      const kept = await database.row<{ fingerprint: string; answer: KeptAnswer | null }>(
        `SELECT fingerprint, answer FROM idempotency WHERE ${ONE}`,
        [owner, key],
      );
      return kept ?? null;
    },
    async finish(owner, key, answer) {
      const { set, values } = assignments({ answer }, 3);
      await database.run(`UPDATE idempotency SET ${set} WHERE ${ONE}`, [owner, key, ...values]);
    },
    async release(owner, key) {
      await database.run(`DELETE FROM idempotency WHERE ${ONE}`, [owner, key]);
    },
    async trim(before, most, unfinished) {
      await database.run('DELETE FROM idempotency WHERE created_at < $1', [before]);
      if (unfinished) {
        const given_up = new Date(Date.now() - GIVEN_UP_MS).toISOString();
        await database.run('DELETE FROM idempotency WHERE answer IS NULL AND (server = $1 OR created_at < $2)', [server, given_up]);
      }
      await database.run('DELETE FROM idempotency WHERE ctid IN (SELECT ctid FROM idempotency ORDER BY created_at DESC OFFSET $1)', [most]);
    },
  };
}
