/** Answers kept for repeated requests, in SQLite. */
import { and, desc, eq, isNull, lt, notInArray } from 'drizzle-orm';
import type { IdempotencyRecords } from '../../../../core/ports/access';
import type { SqliteDatabase } from '../database';
import { idempotency } from '../schema';

export function createIdempotencyTables({ orm }: SqliteDatabase): IdempotencyRecords {
  const one = (owner: string, key: string) => and(eq(idempotency.owner, owner), eq(idempotency.key, key));
  return {
    async begin(owner, key, fingerprint, created_at) {
      const { changes } = orm.insert(idempotency).values({ owner, key, fingerprint, created_at }).onConflictDoNothing().run();
      if (changes === 1) return null;
      const kept = orm.select().from(idempotency).where(one(owner, key)).get();
      return kept ? { fingerprint: kept.fingerprint, answer: kept.answer ?? null } : null;
    },
    async finish(owner, key, answer) {
      orm.update(idempotency).set({ answer }).where(one(owner, key)).run();
    },
    async release(owner, key) {
      orm.delete(idempotency).where(one(owner, key)).run();
    },
    async trim(before, most, unfinished) {
      orm.delete(idempotency).where(lt(idempotency.created_at, before)).run();
      if (unfinished) orm.delete(idempotency).where(isNull(idempotency.answer)).run();
      const kept = orm.select({ key: idempotency.key }).from(idempotency).orderBy(desc(idempotency.created_at)).limit(most);
      orm.delete(idempotency).where(notInArray(idempotency.key, kept)).run();
    },
  };
}
