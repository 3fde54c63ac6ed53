/** Who may call, and what was called. */
import { sql } from 'drizzle-orm';
import { boolean, index, integer, json, pgTable, primaryKey, uniqueIndex } from 'drizzle-orm/pg-core';
import type { AuditOutcome } from '../../../../contract/audit';
import type { Scope } from '../../../../contract/op';
import type { KeptAnswer } from '../../../../core/ports/access';
import { created, type Facts, id, text } from './columns';

/** Access tokens that were given out; the token itself is not kept. */
export const tokens = pgTable(
  'tokens',
  {
    id: id(),
    name: text('name').notNull(),
    scopes: json('scopes').$type<Scope[]>().notNull(),
    /** Grows when the token is renewed: what was signed for an earlier generation is not valid any more. */
    generation: integer('generation').notNull().default(1),
    /** The one that the ready line shows. */
    installation: boolean('installation').notNull().default(false),
    created_at: created(),
    expires_at: text('expires_at'),
    last_used_at: text('last_used_at'),
    revoked_at: text('revoked_at'),
  },
  // Two servers that start at once make one.
  (table) => [uniqueIndex('tokens_of_installation').on(table.installation).where(sql`installation AND revoked_at IS NULL`)],
);

/** Answers to requests that carried an Idempotency-Key, kept for a day. */
export const idempotency = pgTable(
  'idempotency',
  {
    /** The caller's token and its key. */
    owner: text('owner').notNull(),
    key: text('key').notNull(),
    fingerprint: text('fingerprint').notNull(),
    /** Null while the first request is being answered. */
    answer: json('answer').$type<KeptAnswer | null>(),
    /** Here only: the server that answers it. */
    server: text('server').notNull().default(''),
    created_at: created(),
  },
  (table) => [primaryKey({ columns: [table.owner, table.key] }), index('idempotency_in_time').on(table.created_at)],
);

export const auditLog = pgTable(
  'audit_log',
  {
    id: id(),
    action: text('action').notNull(),
    user: text('user'),
    /** Which door: window, page, http, ws, mcp… */
    interface: text('interface').notNull().default(''),
    outcome: text('outcome').$type<AuditOutcome>().notNull().default('done'),
    request_id: text('request_id').notNull().default(''),
    timestamp: text('timestamp').notNull(),
    details: json('details').$type<Facts>().notNull(),
  },
  (table) => [index('audit_log_in_time').on(table.timestamp), index('audit_log_by_action').on(table.action, table.id)],
);
