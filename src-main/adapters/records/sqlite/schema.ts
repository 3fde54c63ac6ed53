/** The tables of a library in SQLite. `npm run migrations` turns changes here into SQL below `migrations/sqlite`. */

import { sql } from 'drizzle-orm';
import { blob, index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { AuditOutcome } from '../../../contract/audit';
import type { CheckedSentence, Citation } from '../../../contract/chat';
import type { DocumentState, Failure } from '../../../contract/documents';
import type { EntityType, Relation, RelationType } from '../../../contract/graph';
import type { Job, JobState } from '../../../contract/jobs';
import type { Scope } from '../../../contract/op';
import type { KeptAnswer } from '../../../core/ports/access';

export * from './schema-outbox';
export * from './schema-vectors';

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
    index('documents_hidden').on(table.project_id).where(sql`indexed = 0`),
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
    label: text('label'),
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
    /** Of what is embedded: the vector of another chunk with the same one is the vector of this one. */
    embed_hash: blob('embed_hash', { mode: 'buffer' }),
  },
  (table) => [uniqueIndex('chunks_in_order').on(table.document_id, table.ordinal), index('chunks_embed_hash').on(table.embed_hash)],
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

/** Vectors of chunks that went, until the document that comes in their place has its own: it takes those of unchanged text. */
export const keptVectors = sqliteTable(
  'kept_vectors',
  {
    hash: blob('hash', { mode: 'buffer' }).notNull(),
    model: text('model').notNull(),
    document_id: documentId(),
    vector: blob('vector', { mode: 'buffer' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.hash, table.model, table.document_id] }),
    index('kept_vectors_of_document').on(table.document_id),
  ],
);

/** Originals that no document needs any more, until they are off the disk. */
export const droppedFiles = sqliteTable('dropped_files', { sha256: text('sha256').primaryKey() });

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
    /** Not a reference: messages only go with their whole conversation. */
    parent_id: text('parent_id'),
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
    /** Its place in the queue of its project: when it was queued, or when it last made room for others. */
    turn: text('turn').notNull().default(''),
    /** A running job whose runner has not renewed it until then is free again. */
    leased_until: text('leased_until').notNull().default(''),
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

/** Things that documents speak of. `row` is what the other tables of the graph point to: walks compare integers. */
export const entities = sqliteTable(
  'entities',
  {
    row: integer('row').primaryKey({ autoIncrement: true }),
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

const entityRow = (name: string) =>
  integer(name)
    .notNull()
    .references(() => entities.row, { onDelete: 'cascade' });
const chunkRow = () =>
  integer('chunk_row')
    .notNull()
    .references(() => chunks.row, { onDelete: 'cascade' });

/** The words of the names, for finding entities that a question names in part. */
export const entityWords = sqliteTable(
  'entity_words',
  { project_id: projectId(), word: text('word').notNull(), entity_row: entityRow('entity_row') },
  (table) => [
    primaryKey({ columns: [table.project_id, table.word, table.entity_row] }),
    index('entity_words_of_entity').on(table.entity_row),
  ],
);

/** How two entities are connected; without a direction the smaller row is the source. */
export const relations = sqliteTable(
  'relations',
  {
    row: integer('row').primaryKey({ autoIncrement: true }),
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
export const mentions = sqliteTable(
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
export const relationEvidence = sqliteTable(
  'relation_evidence',
  {
    relation_row: integer('relation_row')
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
export const graphProgress = sqliteTable('graph_progress', {
  document_id: text('document_id')
    .primaryKey()
    .references(() => documents.id, { onDelete: 'cascade' }),
  chunks: integer('chunks').notNull(),
  /** Of the rules that read them; other rules read again. */
  rules: integer('rules').notNull(),
});

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

/** Folders of this machine that a project follows. */
export const folders = sqliteTable(
  'folders',
  {
    id: id(),
    project_id: projectId(),
    path: text('path').notNull(),
    ignore: text('ignore', { mode: 'json' }).$type<string[]>().notNull(),
    /** Of the directory, when it last held something. */
    identity: text('identity').notNull(),
    paused: integer('paused', { mode: 'boolean' }).notNull().default(false),
    last_scan_at: text('last_scan_at'),
    created_at: created(),
  },
  (table) => [uniqueIndex('folders_once').on(table.project_id, table.path)],
);

/** The files of followed folders as they were last seen. */
export const folderFiles = sqliteTable(
  'folder_files',
  {
    folder_id: text('folder_id')
      .notNull()
      .references(() => folders.id, { onDelete: 'cascade' }),
    path: text('path').notNull(),
    size_bytes: integer('size_bytes').notNull(),
    changed_ms: integer('changed_ms').notNull(),
    sha256: text('sha256'),
    document_id: text('document_id').references(() => documents.id, { onDelete: 'set null' }),
    /** True when the document is there because of a folder, and goes with its last file. */
    owned: integer('owned', { mode: 'boolean' }).notNull().default(false),
    error: text('error', { mode: 'json' }).$type<Failure | null>(),
  },
  (table) => [primaryKey({ columns: [table.folder_id, table.path] }), index('folder_files_of_document').on(table.document_id)],
);
