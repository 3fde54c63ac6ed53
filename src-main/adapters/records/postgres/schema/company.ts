/** What only several servers on one database need. */
import { integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { bytea, created, text, whole } from './columns';

/** Here only: the files that were taken in, for all servers. */
export const originals = pgTable('originals', {
  sha256: text('sha256').primaryKey(),
  size_bytes: whole('size_bytes').notNull(),
  created_at: created(),
});

/** Here only: their bytes, in order. */
export const originalParts = pgTable(
  'original_parts',
  {
    sha256: text('sha256')
      .notNull()
      .references(() => originals.sha256, { onDelete: 'cascade' }),
    part: integer('part').notNull(),
    bytes: bytea('bytes').notNull(),
  },
  (table) => [primaryKey({ columns: [table.sha256, table.part] })],
);

/** Here only: what access tokens are signed with, the same on all servers. */
export const signingKeys = pgTable('signing_keys', {
  kid: text('kid').primaryKey(),
  secret: bytea('secret').notNull(),
  created_at: created(),
});
