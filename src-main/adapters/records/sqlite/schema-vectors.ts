/** What the search by meaning needs beside the vectors; part of `schema.ts`. */
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** The order in which vectors came, written by triggers: what came after a version is what a copy in memory lacks. */
export const vectorChanges = sqliteTable(
  'vector_changes',
  {
    version: integer('version').primaryKey({ autoIncrement: true }),
    project_id: text('project_id').notNull(),
    model: text('model').notNull(),
    chunk_row: integer('chunk_row').notNull(),
  },
  (table) => [
    uniqueIndex('vector_changes_once').on(table.chunk_row, table.model),
    index('vector_changes_in_order').on(table.project_id, table.model, table.version),
  ],
);
