/** The knowledge graph. */
import { index, integer, pgTable, primaryKey, uniqueIndex } from 'drizzle-orm/pg-core';
import type { EntityType, Relation, RelationType } from '../../../../contract/graph';
import { created, row, text, updated, whole } from './columns';
import { chunks, documents, projectId } from './library';

/** Things that documents speak of. `row` is what the other tables of the graph point to: walks compare integers. */
export const entities = pgTable(
  'entities',
  {
    row: row(),
    id: text('id').notNull().unique(),
    project_id: projectId(),
    type: text('type').$type<EntityType>().notNull(),
    /** The name as it is compared; one entity of a type has it. */
    key: text('key').notNull(),
    name: text('name').notNull(),
    /** How many mentions there are; at zero the entity goes. */
    mentions: integer('mentions').notNull().default(0),
    created_at: created(),
    updated_at: updated(),
  },
  (table) => [
    uniqueIndex('entities_by_key').on(table.project_id, table.key, table.type),
    index('entities_by_mentions').on(table.project_id, table.mentions),
  ],
);

export const entityRow = (name: string) =>
  whole(name)
    .notNull()
    .references(() => entities.row, { onDelete: 'cascade' });
export const chunkRow = () =>
  whole('chunk_row')
    .notNull()
    .references(() => chunks.row, { onDelete: 'cascade' });

/** The words of the names, for finding entities that a question names in part. */
export const entityWords = pgTable(
  'entity_words',
  { project_id: projectId(), word: text('word').notNull(), entity_row: entityRow('entity_row') },
  (table) => [
    primaryKey({ columns: [table.project_id, table.word, table.entity_row] }),
    index('entity_words_of_entity').on(table.entity_row),
  ],
);

/** How two entities are connected; without a direction the smaller row is the source. */
export const relations = pgTable(
  'relations',
  {
    row: row(),
    id: text('id').notNull().unique(),
    project_id: projectId(),
    source_row: entityRow('source_row'),
    target_row: entityRow('target_row'),
    type: text('type').$type<RelationType>().notNull(),
    /** How the chat model words it; null when rules found it. */
    label: text('label'),
    /** What found it first; rules win over the chat model. */
    origin: text('origin').$type<Relation['origin']>().notNull().default('instant'),
    /** How many sentences say it; at zero the relation goes. */
    weight: integer('weight').notNull().default(0),
    created_at: created(),
  },
  (table) => [
    uniqueIndex('relations_between').on(table.source_row, table.target_row, table.type),
    index('relations_of_source').on(table.source_row, table.weight, table.target_row),
    index('relations_of_target').on(table.target_row, table.weight, table.source_row),
    index('relations_of_project').on(table.project_id, table.weight),
  ],
);

/** Where an entity is named; offsets as in `chunks`. */
export const mentions = pgTable(
  'mentions',
  {
    entity_row: entityRow('entity_row'),
    chunk_row: chunkRow(),
    char_start: integer('char_start').notNull(),
    char_end: integer('char_end').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.entity_row, table.chunk_row, table.char_start] }),
    index('mentions_of_chunk').on(table.chunk_row),
  ],
);

/** The sentences that say a relation; offsets as in `chunks`. */
export const relationEvidence = pgTable(
  'relation_evidence',
  {
    relation_row: whole('relation_row')
      .notNull()
      .references(() => relations.row, { onDelete: 'cascade' }),
    chunk_row: chunkRow(),
    char_start: integer('char_start').notNull(),
    char_end: integer('char_end').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.relation_row, table.chunk_row, table.char_start] }),
    index('relation_evidence_of_chunk').on(table.chunk_row),
  ],
);

/** How many chunks of a document, in their order, the graph has read: where it goes on after a restart. */
export const graphProgress = pgTable('graph_progress', {
  document_id: text('document_id')
    .primaryKey()
    .references(() => documents.id, { onDelete: 'cascade' }),
  chunks: integer('chunks').notNull(),
  /** Of the rules that read them; other rules read again. */
  rules: integer('rules').notNull(),
});
