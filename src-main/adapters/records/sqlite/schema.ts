/** The tables of a library in SQLite. `npm run migrations` turns changes here into SQL below `migrations/sqlite`. */

import { blob, index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { CheckedSentence, Citation } from '../../../contract/chat';
import type { DocumentState, Failure } from '../../../contract/documents';
import type { Job, JobState } from '../../../contract/jobs';

const id = () => text('id').primaryKey();
const created = () => text('created_at').notNull();
const updated = () => text('updated_at').notNull();
type Facts = Record<string, unknown>;

export const projects = sqliteTable('projects', {
  id: id(),
  name: text('name').notNull(),
  settings: text('settings', { mode: 'json' }).$type<Facts>().notNull(),
  /** When a job of this project was last taken: the queue is fair between projects. */
  served_at: text('served_at').notNull().default(''),
  created_at: created(),
  updated_at: updated(),
});

const projectId = () =>
  text('project_id')
    .notNull()
    .references(() => projects.id, { onDelete: 'cascade' });

export const documents = sqliteTable(
  'documents',
  {
    id: id(),
    project_id: projectId(),
    filename: text('filename').notNull(),
    mime_type: text('mime_type').notNull(),
    size_bytes: integer('size_bytes').notNull(),
    sha256: text('sha256').notNull(),
    state: text('state').$type<DocumentState>().notNull(),
    /** True once a parse was finished; what search may show. */
    indexed: integer('indexed', { mode: 'boolean' }).notNull().default(false),
    pages: integer('pages'),
    chunks: integer('chunks').notNull().default(0),
    embedded_chunks: integer('embedded_chunks').notNull().default(0),
    error: text('error', { mode: 'json' }).$type<Failure | null>(),
    content: text('content'),
    metadata: text('metadata', { mode: 'json' }).$type<Facts>().notNull(),
    created_at: created(),
    updated_at: updated(),
  },
  (table) => [
    uniqueIndex('documents_same_bytes').on(table.project_id, table.sha256),
    index('documents_of_project').on(table.project_id, table.id),
    index('documents_sha256').on(table.sha256),
  ],
);

const documentId = () =>
  text('document_id')
    .notNull()
    .references(() => documents.id, { onDelete: 'cascade' });

export const pages = sqliteTable(
  'pages',
  {
    document_id: documentId(),
    page: integer('page').notNull(),
    text: text('text').notNull(),
    char_start: integer('char_start').notNull(),
    char_end: integer('char_end').notNull(),
    width: real('width'),
    height: real('height'),
    /** Word boxes as six numbers each, see tables/pages.ts. */
    words: blob('words', { mode: 'buffer' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.document_id, table.page] })],
);

/** `row` is the key of the full-text and vector tables, which need an integer. */
export const chunks = sqliteTable(
  'chunks',
  {
    row: integer('row').primaryKey({ autoIncrement: true }),
    id: text('id').notNull().unique(),
    document_id: documentId(),
    ordinal: integer('ordinal').notNull(),
    text: text('text').notNull(),
    heading_path: text('heading_path', { mode: 'json' }).$type<string[]>().notNull(),
    page_from: integer('page_from'),
    page_to: integer('page_to'),
    char_start: integer('char_start').notNull(),
    char_end: integer('char_end').notNull(),
  },
  (table) => [uniqueIndex('chunks_in_order').on(table.document_id, table.ordinal)],
);

export const embeddings = sqliteTable(
  'embeddings',
  {
    chunk_row: integer('chunk_row')
      .notNull()
      .references(() => chunks.row, { onDelete: 'cascade' }),
    document_id: documentId(),
    model: text('model').notNull(),
    dimensions: integer('dimensions').notNull(),
    created_at: created(),
  },
  (table) => [primaryKey({ columns: [table.chunk_row, table.model] }), index('embeddings_of_document').on(table.document_id, table.model)],
);

export const conversations = sqliteTable(
  'conversations',
  { id: id(), project_id: projectId(), title: text('title').notNull(), created_at: created(), updated_at: updated() },
  (table) => [index('conversations_of_project').on(table.project_id, table.updated_at)],
);

export const chatMessages = sqliteTable(
  'chat_messages',
  {
    id: id(),
    project_id: projectId(),
    conversation_id: text('conversation_id')
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    role: text('role').$type<'user' | 'assistant'>().notNull(),
    content: text('content').notNull(),
    citations: text('citations', { mode: 'json' }).$type<Citation[]>().notNull(),
    sentences: text('sentences', { mode: 'json' }).$type<CheckedSentence[]>().notNull(),
    answered: integer('answered', { mode: 'boolean' }).notNull(),
    stopped: integer('stopped', { mode: 'boolean' }).notNull(),
    model: text('model'),
    timestamp: text('timestamp').notNull(),
  },
  (table) => [index('messages_of_conversation').on(table.conversation_id, table.id)],
);

export const jobs = sqliteTable(
  'jobs',
  {
    id: id(),
    kind: text('kind').$type<Job['kind']>().notNull(),
    stage: text('stage').$type<Job['stage']>().notNull(),
    state: text('state').$type<JobState>().notNull(),
    progress: text('progress', { mode: 'json' }).$type<Job['progress']>().notNull(),
    eta_s: integer('eta_s'),
    attempts: integer('attempts').notNull().default(0),
    project_id: text('project_id').references(() => projects.id, { onDelete: 'cascade' }),
    document_id: text('document_id').references(() => documents.id, { onDelete: 'cascade' }),
    error: text('error', { mode: 'json' }).$type<Failure | null>(),
    not_before: text('not_before').notNull().default(''),
    created_at: created(),
    updated_at: updated(),
  },
  (table) => [index('jobs_to_claim').on(table.state, table.stage, table.not_before), index('jobs_of_document').on(table.document_id)],
);

export const settings = sqliteTable('settings', { key: text('key').primaryKey(), value: text('value', { mode: 'json' }).notNull() });
