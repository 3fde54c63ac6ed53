/** Mirrors and what they still have to be told, as in `sqlite/schema-outbox.ts`. */
import { bigint, index, json, pgTable, uniqueIndex } from 'drizzle-orm/pg-core';
import type { MirrorTarget, OutboxEntry } from '../../../../core/ports/outbox';
import { text } from './columns';

export const mirrors = pgTable('mirrors', {
  target: text('target').primaryKey(),
  filling: json('filling').$type<{ kind: OutboxEntry['kind']; after: number } | null>(),
});

export const outbox = pgTable(
  'outbox',
  {
    seq: bigint('seq', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    target: text('target').$type<MirrorTarget>().notNull(),
    kind: text('kind').$type<OutboxEntry['kind']>().notNull(),
    key: text('key').notNull(),
    project_id: text('project_id').notNull(),
    model: text('model').notNull().default(''),
  },
  (table) => [
    uniqueIndex('outbox_once').on(table.target, table.kind, table.key, table.model),
    index('outbox_in_order').on(table.target, table.seq),
    index('outbox_of_project').on(table.target, table.project_id),
  ],
);
