/** Other names in the graph, what people decided about it, and what the chat model has read for it. */
import { index, pgTable, primaryKey, uniqueIndex } from 'drizzle-orm/pg-core';
import type { EntityType } from '../../../../contract/graph';
import { created, id, text } from './columns';
import { chunkRow, entityRow } from './graph';
import { documentId, projectId } from './library';

/** Other writings of the names of entities, as documents have them. */
export const entityAliases = pgTable(
  'entity_aliases',
  {
    entity_row: entityRow('entity_row'),
    name: text('name').notNull(),
  },
  (table) => [primaryKey({ columns: [table.entity_row, table.name] })],
);

/** What a person decided: things with the first key are those with the second, in every document that is read from then on. */
export const graphMerges = pgTable(
  'graph_merges',
  {
    id: id(),
    project_id: projectId(),
    from_key: text('from_key').notNull(),
    from_type: text('from_type').$type<EntityType>().notNull(),
    from_name: text('from_name').notNull(),
    into_key: text('into_key').notNull(),
    into_type: text('into_type').$type<EntityType>().notNull(),
    into_name: text('into_name').notNull(),
    /** What was said of the first one, as JSON: what undoing it restores. */
    undo: text('undo').notNull(),
    created_at: created(),
  },
  (table) => [uniqueIndex('graph_merges_of').on(table.project_id, table.from_key, table.from_type)],
);

/** Documents read since a merge that name what went: undoing the merge has them read again. */
export const graphMergeDocuments = pgTable(
  'graph_merge_documents',
  {
    merge_id: text('merge_id')
      .notNull()
      .references(() => graphMerges.id, { onDelete: 'cascade' }),
    document_id: documentId(),
  },
  (table) => [primaryKey({ columns: [table.merge_id, table.document_id] }), index('graph_merge_documents_of').on(table.document_id)],
);

/** Pairs of entities, by their keys, that are not one: not suggested again. */
export const graphDismissals = pgTable('graph_dismissals', { project_id: projectId(), pair: text('pair').notNull() }, (table) => [
  primaryKey({ columns: [table.project_id, table.pair] }),
]);

/** Chunks that the chat model has read for the graph; `reader` is the model and the version of its instructions. */
export const deepReads = pgTable(
  'deep_reads',
  {
    chunk_row: chunkRow(),
    reader: text('reader').notNull(),
  },
  (table) => [primaryKey({ columns: [table.chunk_row, table.reader] })],
);

/** What the chat model found in a text, by the SHA-256 of the text: the same text is never read twice. */
export const deepFindings = pgTable(
  'deep_findings',
  { hash: text('hash').notNull(), reader: text('reader').notNull(), found: text('found').notNull(), created_at: created() },
  (table) => [primaryKey({ columns: [table.hash, table.reader] })],
);
