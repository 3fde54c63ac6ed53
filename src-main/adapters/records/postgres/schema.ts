/**
 * The tables of a library in PostgreSQL: those of `sqlite/schema.ts` under the same names, with what only a server has marked as such.
 * `npm run migrations:postgres` turns changes here into SQL below `migrations/postgres`.
 */
import { sql } from 'drizzle-orm';
import { bigint, boolean, customType, doublePrecision, index, integer, json, pgTable, primaryKey, uniqueIndex } from 'drizzle-orm/pg-core';
import type { AuditOutcome } from '../../../contract/audit';
import type { CheckedSentence, Citation } from '../../../contract/chat';
import type { DocumentState, Failure } from '../../../contract/documents';
import type { EntityType, RelationType } from '../../../contract/graph';
import type { Job, JobState } from '../../../contract/jobs';
import type { Scope } from '../../../contract/op';
import type { KeptAnswer } from '../../../core/ports/access';

/** Compared by bytes, as SQLite does, whatever language the database was made for. */
const text = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });
const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });
const transaction = customType<{ data: string }>({ dataType: () => 'xid8' });
const whole = (name: string) => bigint(name, { mode: 'number' });
/** Like SQLite's AUTOINCREMENT: never given twice. */
const row = () => whole('row').primaryKey().generatedAlwaysAsIdentity();

const id = () => text('id').primaryKey();
const created = () => text('created_at').notNull();
const updated = () => text('updated_at').notNull();
/** Grows by one with each change that a caller makes; its ETag. */
const version = () => integer('version').notNull().default(1);
type Facts = Record<string, unknown>;

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

const projectId = () =>
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

const documentId = () =>
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
    created_at: created(),
    updated_at: updated(),
  },
  (table) => [index('jobs_to_claim').on(table.state, table.stage, table.not_before), index('jobs_of_document').on(table.document_id)],
);

export const settings = pgTable('settings', { key: text('key').primaryKey(), value: json('value').notNull() });

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

const entityRow = (name: string) =>
  whole(name)
    .notNull()
    .references(() => entities.row, { onDelete: 'cascade' });
const chunkRow = () =>
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

/** Access tokens that were given out; the token itself is not kept. */
export const tokens = pgTable(
  'tokens',
  {
    id: id(),
    name: text('name').notNull(),
    scopes: json('scopes').$type<Scope[]>().notNull(),
    /** Grows when the token is renewed: what was signed for an earlier generation is not valid any more. */
    generation: integer('generation').notNull().default(1),
    /** The one that the ready line shows. */
    installation: boolean('installation').notNull().default(false),
    created_at: created(),
    expires_at: text('expires_at'),
    last_used_at: text('last_used_at'),
    revoked_at: text('revoked_at'),
  },
  // Two servers that start at once make one.
  (table) => [uniqueIndex('tokens_of_installation').on(table.installation).where(sql`installation AND revoked_at IS NULL`)],
);

/** Answers to requests that carried an Idempotency-Key, kept for a day. */
export const idempotency = pgTable(
  'idempotency',
  {
    /** The caller's token and its key. */
    owner: text('owner').notNull(),
    key: text('key').notNull(),
    fingerprint: text('fingerprint').notNull(),
    /** Null while the first request is being answered. */
    answer: json('answer').$type<KeptAnswer | null>(),
    /** Here only: the server that answers it. */
    server: text('server').notNull().default(''),
    created_at: created(),
  },
  (table) => [primaryKey({ columns: [table.owner, table.key] }), index('idempotency_in_time').on(table.created_at)],
);

export const auditLog = pgTable(
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
    details: json('details').$type<Facts>().notNull(),
  },
  (table) => [index('audit_log_in_time').on(table.timestamp), index('audit_log_by_action').on(table.action, table.id)],
);

/** Folders of this machine that a project follows. */
export const folders = pgTable(
  'folders',
  {
    id: id(),
    project_id: projectId(),
    path: text('path').notNull(),
    ignore: json('ignore').$type<string[]>().notNull(),
    /** Of the directory, when it last held something. */
    identity: text('identity').notNull(),
    paused: boolean('paused').notNull().default(false),
    last_scan_at: text('last_scan_at'),
    /** Here only: the server on whose machine it lies, and which follows it. */
    server: text('server').notNull().default(''),
    created_at: created(),
  },
  (table) => [uniqueIndex('folders_once').on(table.project_id, table.path, table.server)],
);

/** The files of followed folders as they were last seen. */
export const folderFiles = pgTable(
  'folder_files',
  {
    folder_id: text('folder_id')
      .notNull()
      .references(() => folders.id, { onDelete: 'cascade' }),
    path: text('path').notNull(),
    size_bytes: whole('size_bytes').notNull(),
    changed_ms: whole('changed_ms').notNull(),
    sha256: text('sha256'),
    document_id: text('document_id').references(() => documents.id, { onDelete: 'set null' }),
    /** True when the document is there because of a folder, and goes with its last file. */
    owned: boolean('owned').notNull().default(false),
    error: json('error').$type<Failure | null>(),
  },
  (table) => [primaryKey({ columns: [table.folder_id, table.path] }), index('folder_files_of_document').on(table.document_id)],
);

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
