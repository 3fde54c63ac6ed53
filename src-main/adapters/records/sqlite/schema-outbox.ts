/** The tables of mirrors and of what they still have to be told; part of `schema.ts`. */
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { MirrorTarget, OutboxEntry } from '../../../core/ports/outbox';

/** Servers that mirror the vectors or the graph; changes are noted for these alone. */
export const mirrors = sqliteTable('mirrors', {
  target: text('target').$type<MirrorTarget>().primaryKey(),
  /** How far everything there is has been queued; null once it is. */
  filling: text('filling', { mode: 'json' }).$type<{ kind: OutboxEntry['kind']; after: number } | null>(),
});

/** What the mirrors still have to be told; triggers write it, in the transaction of the change. */
export const outbox = sqliteTable(
  'outbox',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    target: text('target').$type<MirrorTarget>().notNull(),
    kind: text('kind').$type<OutboxEntry['kind']>().notNull(),
    key: text('key').notNull(),
    /** Not a reference: the project may be gone. */
    project_id: text('project_id').notNull(),
    model: text('model').notNull().default(''),
  },
  (table) => [
    uniqueIndex('outbox_once').on(table.target, table.kind, table.key, table.model),
    index('outbox_in_order').on(table.target),
    index('outbox_of_project').on(table.target, table.project_id),
  ],
);
