/** The audit log in SQLite. */
import { and, desc, eq, gte, like, lt, or } from 'drizzle-orm';
import type { AuditFilter } from '../../../../contract/audit';
import type { AuditRecords } from '../../../../core/ports/access';
import { pageOf } from '../../shared/paging';
import type { SqliteDatabase } from '../database';
import { auditLog } from '../schema';

/** `projects` names the group, `projects.create` the one action; neither can hold a LIKE wildcard by accident. */
const ofAction = (action: string) => or(eq(auditLog.action, action), like(auditLog.action, `${action.replaceAll(/[%_]/g, '')}.%`));

function matching({ action, user, outcome, since, until }: AuditFilter) {
  return and(
    action === undefined ? undefined : ofAction(action),
    user === undefined ? undefined : eq(auditLog.user, user),
    outcome === undefined ? undefined : eq(auditLog.outcome, outcome),
    since === undefined ? undefined : gte(auditLog.timestamp, new Date(since).toISOString()),
    until === undefined ? undefined : lt(auditLog.timestamp, new Date(until).toISOString()),
  );
}

export function createAuditTables({ orm }: SqliteDatabase): AuditRecords {
  return {
    async add(entry) {
      orm.insert(auditLog).values(entry).run();
    },
    async list({ limit, cursor, ...filter }) {
      const rows = orm
        .select()
        .from(auditLog)
        .where(and(matching(filter), cursor ? lt(auditLog.id, cursor) : undefined))
        .orderBy(desc(auditLog.id))
        .limit(limit + 1)
        .all();
      return pageOf(
        rows,
        limit,
        ({ id }) => id,
        (row) => row,
      );
    },
    trim: async (before) => orm.delete(auditLog).where(lt(auditLog.timestamp, before)).run().changes,
  };
}
