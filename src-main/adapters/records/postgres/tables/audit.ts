/** The audit log in PostgreSQL. */
import type { AuditEntry } from '../../../../contract/audit';
import type { AuditRecords } from '../../../../core/ports/access';
import { pageOf } from '../../shared/paging';
import { equals, filters, insertRows, type Shared } from './rows';

const ENTRY = 'id, action, "user", interface, outcome, request_id, timestamp, details';

/** `projects` names the group, `projects.create` the one action. */
const ofAction = (value: string) => `(action = ${value} OR starts_with(action, ${value} || '.'))`;
const iso = (time: string | undefined) => (time === undefined ? undefined : new Date(time).toISOString());

export function createAuditTables({ database }: Shared): AuditRecords {
  return {
    async add(entry) {
      await insertRows(database, 'audit_log', [entry]);
    },
    async list({ limit, cursor, ...filter }) {
      const { where, values } = filters([
        [ofAction, filter.action],
        [equals('"user"'), filter.user],
        [equals('outcome'), filter.outcome],
        [(value) => `timestamp >= ${value}`, iso(filter.since)],
        [(value) => `timestamp < ${value}`, iso(filter.until)],
        [(value) => `id < ${value}`, cursor],
      ]);
      const rows = await database.rows<AuditEntry>(
        `SELECT ${ENTRY} FROM audit_log WHERE ${where} ORDER BY id DESC LIMIT $${values.length + 1}`,
        [...values, limit + 1],
      );
      return pageOf(
        rows,
        limit,
        ({ id }) => id,
        (row) => row,
      );
    },
    trim: (before) => database.run('DELETE FROM audit_log WHERE timestamp < $1', [before]),
  };
}
