/** The tables of a library in SQLite. `npm run migrations` turns changes here into SQL below `migrations/sqlite`. */

import { blob, index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { AuditOutcome } from '../../../contract/audit';
import type { CheckedSentence, Citation } from '../../../contract/chat';
import type { DocumentState, Failure } from '../../../contract/documents';
import type { Job, JobState } from '../../../contract/jobs';
import type { Scope } from '../../../contract/op';
import type { KeptAnswer } from '../../../core/ports/access';

const id = () => text('id').primaryKey();
const created = () => text('created_at').notNull();
const updated = () => text('updated_at').notNull();
/** Grows by one with each change that a caller makes; its ETag. */
const version = () => integer('version').notNull().default(1);
type Facts = Record<string, unknown>;

export const projects = sqliteTable('projects', {
  id: id(),
  name: text('name').notNull(),
  settings: text('settings', { mode: 'json' }).$type<Facts>().notNull(),
  /** When a job of this project was last taken: the queue is fair between projects. */
  served_at: text('served_at').notNull().default(''),
  version: version(),
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
    /** Word boxes as six numbers each, see tables/words.ts. */
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
  { id: id(), project_id: projectId(), title: text('title').notNull(), version: version(), created_at: created(), updated_at: updated() },
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
    /** What a job without a document works on, such as the id of a model. */
    subject: text('subject'),
    /** What the handler of the job needs to know; never shown. */
    payload: text('payload', { mode: 'json' }).$type<unknown>(),
    error: text('error', { mode: 'json' }).$type<Failure | null>(),
    not_before: text('not_before').notNull().default(''),
    created_at: created(),
    updated_at: updated(),
  },
  (table) => [index('jobs_to_claim').on(table.state, table.stage, table.not_before), index('jobs_of_document').on(table.document_id)],
);

export const settings = sqliteTable('settings', { key: text('key').primaryKey(), value: text('value', { mode: 'json' }).notNull() });

/** Which buckets of chunk rows hold vectors of a model in a project: a vector search goes through them one by one. */
export const vectorBuckets = sqliteTable(
  'vector_buckets',
  { project_id: projectId(), model: text('model').notNull(), bucket: integer('bucket').notNull() },
  (table) => [primaryKey({ columns: [table.project_id, table.model, table.bucket] })],
);

const evidence = () => integer('chunk_row').references(() => chunks.row, { onDelete: 'cascade' });

/** Things that documents speak of. */
export const entities = sqliteTable(
  'entities',
  {
    id: id(),
    project_id: projectId(),
    name: text('name').notNull(),
    kind: text('kind').notNull(),
    metadata: text('metadata', { mode: 'json' }).$type<Facts>().notNull(),
    created_at: created(),
    updated_at: updated(),
  },
  (table) => [index('entities_by_name').on(table.project_id, table.name)],
);

const entityId = (name: string) =>
  text(name)
    .notNull()
    .references(() => entities.id, { onDelete: 'cascade' });

/** What a chunk says about two entities; it goes when the chunk goes. */
export const relations = sqliteTable(
  'relations',
  {
    id: id(),
    project_id: projectId(),
    source_id: entityId('source_id'),
    target_id: entityId('target_id'),
    kind: text('kind').notNull(),
    chunk_row: evidence(),
    metadata: text('metadata', { mode: 'json' }).$type<Facts>().notNull(),
    created_at: created(),
  },
  (table) => [
    index('relations_of_source').on(table.source_id),
    index('relations_of_target').on(table.target_id),
    index('relations_of_project').on(table.project_id),
    index('relations_of_chunk').on(table.chunk_row),
  ],
);

/** Where an entity is named; offsets as in `chunks`. */
export const mentions = sqliteTable(
  'mentions',
  {
    id: id(),
    entity_id: entityId('entity_id'),
    chunk_row: evidence().notNull(),
    char_start: integer('char_start').notNull(),
    char_end: integer('char_end').notNull(),
  },
  (table) => [index('mentions_of_entity').on(table.entity_id), index('mentions_of_chunk').on(table.chunk_row)],
);

/** Access tokens that were given out; the token itself is not kept. */
export const tokens = sqliteTable('tokens', {
  id: id(),
  name: text('name').notNull(),
  scopes: text('scopes', { mode: 'json' }).$type<Scope[]>().notNull(),
  /** Grows when the token is renewed: what was signed for an earlier generation is not valid any more. */
  generation: integer('generation').notNull().default(1),
  /** The one that the ready line shows. */
  installation: integer('installation', { mode: 'boolean' }).notNull().default(false),
  created_at: created(),
  expires_at: text('expires_at'),
  last_used_at: text('last_used_at'),
  revoked_at: text('revoked_at'),
});

/** Answers to requests that carried an Idempotency-Key, kept for a day. */
export const idempotency = sqliteTable(
  'idempotency',
  {
    /** The caller's token and its key. */
    owner: text('owner').notNull(),
    key: text('key').notNull(),
    fingerprint: text('fingerprint').notNull(),
    /** Null while the first request is being answered. */
    answer: text('answer', { mode: 'json' }).$type<KeptAnswer | null>(),
    created_at: created(),
  },
  (table) => [primaryKey({ columns: [table.owner, table.key] }), index('idempotency_in_time').on(table.created_at)],
);

export const auditLog = sqliteTable(
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
    details: text('details', { mode: 'json' }).$type<Facts>().notNull(),
  },
  (table) => [index('audit_log_in_time').on(table.timestamp), index('audit_log_by_action').on(table.action, table.id)],
);
