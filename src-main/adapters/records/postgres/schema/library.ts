/** Projects, documents and what is made of them, conversations, jobs, settings. */
import { sql } from 'drizzle-orm';
import { boolean, doublePrecision, index, integer, json, pgTable, primaryKey, uniqueIndex } from 'drizzle-orm/pg-core';
import type { CheckedSentence, Citation } from '../../../../contract/chat';
import type { DocumentState, Failure } from '../../../../contract/documents';
import type { Job, JobState } from '../../../../contract/jobs';
import { bytea, created, type Facts, id, row, text, transaction, tsvector, updated, version, whole } from './columns';

export const projects = pgTable('projects', {
  id: id(),
  name: text('name').notNull(),
  settings: json('settings').$type<Facts>().notNull(),
  /** When a job of this project was last taken: the queue is fair between projects. */
  served_at: text('served_at').notNull().default(''),
  version: version(),
  created_at: created(),
  updated_at: updated(),
});

export const projectId = () =>
  text('project_id')
    .notNull()
    .references(() => projects.id, { onDelete: 'cascade' });

export const documents = pgTable(
  'documents',
  {
    id: id(),
    project_id: projectId(),
    filename: text('filename').notNull(),
    mime_type: text('mime_type').notNull(),
    size_bytes: whole('size_bytes').notNull(),
    sha256: text('sha256').notNull(),
    state: text('state').$type<DocumentState>().notNull(),
    /** True once a parse was finished; what search may show. */
    indexed: boolean('indexed').notNull().default(false),
    pages: integer('pages'),
    chunks: integer('chunks').notNull().default(0),
    embedded_chunks: integer('embedded_chunks').notNull().default(0),
    error: json('error').$type<Failure | null>(),
    content: text('content'),
    metadata: json('metadata').$type<Facts>().notNull(),
    created_at: created(),
    updated_at: updated(),
  },
  (table) => [
    uniqueIndex('documents_same_bytes').on(table.project_id, table.sha256),
    index('documents_of_project').on(table.project_id, table.id),
    index('documents_sha256').on(table.sha256),
  ],
);

export const documentId = () =>
  text('document_id')
    .notNull()
    .references(() => documents.id, { onDelete: 'cascade' });

export const pages = pgTable(
  'pages',
  {
    document_id: documentId(),
    page: integer('page').notNull(),
    label: text('label'),
    text: text('text').notNull(),
    char_start: integer('char_start').notNull(),
    char_end: integer('char_end').notNull(),
    width: doublePrecision('width'),
    height: doublePrecision('height'),
    /** Word boxes as six numbers each, see tables/words.ts. */
    words: bytea('words').notNull(),
  },
  (table) => [primaryKey({ columns: [table.document_id, table.page] })],
);

/** `row` is the key of the full-text and vector tables, which need an integer. */
export const chunks = pgTable(
  'chunks',
  {
    row: row(),
    id: text('id').notNull().unique(),
    document_id: documentId(),
    ordinal: integer('ordinal').notNull(),
    text: text('text').notNull(),
    heading_path: json('heading_path').$type<string[]>().notNull(),
    page_from: integer('page_from'),
    page_to: integer('page_to'),
    char_start: integer('char_start').notNull(),
    char_end: integer('char_end').notNull(),
    /** Of what is embedded: the vector of another chunk with the same one is the vector of this one. */
    embed_hash: bytea('embed_hash'),
  },
  (table) => [uniqueIndex('chunks_in_order').on(table.document_id, table.ordinal), index('chunks_embed_hash').on(table.embed_hash)],
);

/** Here only: the words of the chunks for searching. SQLite has full-text tables for this, which are no part of its schema. */
export const chunkWords = pgTable(
  'chunk_words',
  {
    chunk_row: whole('chunk_row')
      .primaryKey()
      .references(() => chunks.row, { onDelete: 'cascade' }),
    /** Stemmed words; those of headings weigh as A. */
    words: tsvector('words').notNull(),
    /** Runs of one to three letters in scripts without spaces between words. */
    grams: tsvector('grams'),
    /** How many words, and how many runs of three, there are. */
    word_count: integer('word_count').notNull(),
    gram_count: integer('gram_count').notNull(),
  },
  (table) => [index('chunk_words_words').using('gin', table.words), index('chunk_words_grams').using('gin', table.grams)],
);

export const embeddings = pgTable(
  'embeddings',
  {
    chunk_row: whole('chunk_row')
      .notNull()
      .references(() => chunks.row, { onDelete: 'cascade' }),
    document_id: documentId(),
    model: text('model').notNull(),
    dimensions: integer('dimensions').notNull(),
    created_at: created(),
    /** Here only: floats of 32 bits, little end first. In SQLite the vector tables hold them. */
    vector: bytea('vector').notNull(),
    /** Here only: by which transaction, so that a server finds what came since it last looked. */
    written: transaction('written').notNull().default(sql`pg_current_xact_id()`),
  },
  (table) => [
    primaryKey({ columns: [table.chunk_row, table.model] }),
    index('embeddings_of_document').on(table.document_id, table.model),
    index('embeddings_since').on(table.model, table.written),
  ],
);

/** Vectors of chunks that went, until the document that comes in their place has its own: it takes those of unchanged text. */
export const keptVectors = pgTable(
  'kept_vectors',
  {
    hash: bytea('hash').notNull(),
    model: text('model').notNull(),
    document_id: documentId(),
    vector: bytea('vector').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.hash, table.model, table.document_id] }),
    index('kept_vectors_of_document').on(table.document_id),
  ],
);

/** Originals that no document needs any more, until they are off the disk. */
export const droppedFiles = pgTable('dropped_files', { sha256: text('sha256').primaryKey() });

export const conversations = pgTable(
  'conversations',
  { id: id(), project_id: projectId(), title: text('title').notNull(), version: version(), created_at: created(), updated_at: updated() },
  (table) => [index('conversations_of_project').on(table.project_id, table.updated_at)],
);

export const chatMessages = pgTable(
  'chat_messages',
  {
    id: id(),
    project_id: projectId(),
    conversation_id: text('conversation_id')
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    /** Not a reference: messages only go with their whole conversation. */
    parent_id: text('parent_id'),
    role: text('role').$type<'user' | 'assistant'>().notNull(),
    content: text('content').notNull(),
    citations: json('citations').$type<Citation[]>().notNull(),
    sentences: json('sentences').$type<CheckedSentence[]>().notNull(),
    answered: boolean('answered').notNull(),
    stopped: boolean('stopped').notNull(),
    model: text('model'),
    timestamp: text('timestamp').notNull(),
  },
  (table) => [index('messages_of_conversation').on(table.conversation_id, table.id)],
);

export const jobs = pgTable(
  'jobs',
  {
    id: id(),
    kind: text('kind').$type<Job['kind']>().notNull(),
    stage: text('stage').$type<Job['stage']>().notNull(),
    state: text('state').$type<JobState>().notNull(),
    progress: json('progress').$type<Job['progress']>().notNull(),
    eta_s: integer('eta_s'),
    attempts: integer('attempts').notNull().default(0),
    project_id: text('project_id').references(() => projects.id, { onDelete: 'cascade' }),
    document_id: text('document_id').references(() => documents.id, { onDelete: 'cascade' }),
    /** What a job without a document works on, such as the id of a model. */
    subject: text('subject'),
    /** What the handler of the job needs to know; never shown. */
    payload: json('payload').$type<unknown>(),
    error: json('error').$type<Failure | null>(),
    not_before: text('not_before').notNull().default(''),
    /** Its place in the queue of its project: when it was queued, or when it last made room for others. */
    turn: text('turn').notNull().default(''),
    /** A running job whose runner has not renewed it until then is free again. */
    leased_until: text('leased_until').notNull().default(''),
    /** Here only: the server that runs it, or that alone may, since it works on files of its own machine. */
    server: text('server').notNull().default(''),
    /** Here only: that server alone may run it, since it alone knows the password of the document. */
    pinned: boolean('pinned').notNull().default(false),
    created_at: created(),
    updated_at: updated(),
  },
  (table) => [index('jobs_to_claim').on(table.state, table.stage, table.not_before), index('jobs_of_document').on(table.document_id)],
);

export const settings = pgTable('settings', { key: text('key').primaryKey(), value: json('value').notNull() });
