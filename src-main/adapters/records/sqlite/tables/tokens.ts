/** Access tokens in SQLite: their rows, never the tokens themselves. */
import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm';
import { notFound } from '../../../../core/errors';
import type { TokenRecords, TokenRow } from '../../../../core/ports/access';
import { only, pageOf } from '../../shared/paging';
import type { SqliteDatabase } from '../database';
import { tokens } from '../schema';

export function createTokenTables({ orm }: SqliteDatabase): TokenRecords {
  const missing = (id: string) => () => notFound('token', id);
  const change = (id: string, values: Record<string, unknown>): TokenRow =>
    only(orm.update(tokens).set(values).where(eq(tokens.id, id)).returning().get(), missing(id));
  return {
    create: async (row) => orm.insert(tokens).values(row).returning().get(),
    get: async (id) => orm.select().from(tokens).where(eq(tokens.id, id)).get() ?? null,
    installation: async () =>
      orm
        .select()
        .from(tokens)
        .where(and(eq(tokens.installation, true), isNull(tokens.revoked_at)))
        .get() ?? null,
    async list({ limit, cursor }) {
      const after = cursor ? gt(tokens.id, cursor) : undefined;
      const rows = orm
        .select()
        .from(tokens)
        .where(after)
        .orderBy(asc(tokens.id))
        .limit(limit + 1)
        .all();
      return pageOf(
        rows,
        limit,
        ({ id }) => id,
        ({ generation, ...token }) => token,
      );
    },
    renew: async (id, expires_at) => change(id, { expires_at, generation: sql`${tokens.generation} + 1` }),
    extend: async (id, expires_at) => change(id, { expires_at }),
    revoke: async (id, revoked_at) => change(id, { revoked_at }),
    async revokeAll(revoked_at) {
      orm
        .update(tokens)
        .set({ revoked_at })
        .where(and(eq(tokens.installation, false), isNull(tokens.revoked_at)))
        .run();
    },
    async used(id, last_used_at) {
      orm.update(tokens).set({ last_used_at }).where(eq(tokens.id, id)).run();
    },
  };
}
