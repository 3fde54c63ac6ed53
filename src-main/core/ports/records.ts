/**
 * The records of a library: rows and full text. Every method is one whole unit of work that the adapter makes
 * atomic; there is no `transaction(async …)`, since a synchronous SQLite driver cannot await inside one.
 * Methods that name a row which is not there return null (reads) or throw AppError NOT_FOUND (writes).
 */
import type { Conversation, Message } from '../../contract/chat';
import type { Chunk, Document, DocumentPage, DocumentState, Failure } from '../../contract/documents';
import type { Job, JobState } from '../../contract/jobs';
import type { Project } from '../../contract/projects';
import type { Page, PageQuery } from '../../contract/shared';
import type { AuditRecords, IdempotencyRecords, TokenRecords } from './access';
import type { FolderRecords } from './folders';
import type { OutboxRecords } from './outbox';

/** What the acceptance of a file stores. The caller made `document_id` and `job_id`. */
export interface NewDocument {
  document_id: string;
  job_id: string;
  project_id: string;
  filename: string;
  mime_type: string;
  size_bytes: number;
  sha256: string;
}

/** A page as the reader found it; `words` are boxes in page points, origin top left, packed by core/documents/words.ts. Offsets are code points of `content`. */
export type PageRow = Omit<DocumentPage, 'document_id' | 'words'> & { words: Uint8Array };

/** A chunk before it has an id; `text` equals the code-point slice [char_start, char_end) of the document's content. */
export type ChunkDraft = Omit<Chunk, 'id' | 'document_id'>;

export interface KeywordHit {
  chunk_id: string;
  /** BM25, larger is better. */
  score: number;
}

/** A chunk with what a hit needs of its document. */
export interface FoundChunk extends Chunk {
  project_id: string;
  filename: string;
  /** Of `page_from`, where that is called otherwise than by its number. */
  page_label: string | null;
}

export interface Counts {
  projects: number;
  documents: number;
  chunks: number;
  embeddings: number;
  jobs_open: number;
}

/** A page of a list in the asked order; `q`: the name contains this. Without `sort`, the order that the contract names. */
export interface ListQuery extends PageQuery {
  sort?: string | undefined;
  q?: string | undefined;
}

export interface DocumentFilter {
  state?: DocumentState | undefined;
  mime_type?: string | undefined;
  /** ISO 8601, UTC. */
  created_after?: string | undefined;
  created_before?: string | undefined;
}

/** A project that comes in from elsewhere. */
export interface ProjectImport {
  project: { id: string; name: string; settings: Record<string, unknown> };
  documents: NewDocument[];
  conversations: { id: string; title: string; created_at: string; updated_at: string; messages: Message[] }[];
}

export interface ProjectRecords {
  create(input: { id: string; name: string; settings: Record<string, unknown> }): Promise<Project>;
  get(id: string): Promise<Project | null>;
  list(query: ListQuery): Promise<Page<Project>>;
  /** Cheaper than `get`, for whoever only needs to know. */
  exists(id: string): Promise<boolean>;
  /** Throws AppError PRECONDITION_FAILED unless the present version is among `expected`, when that is given. */
  update(
    id: string,
    change: { name?: string | undefined; settings?: Record<string, unknown> | undefined },
    expected?: number[],
  ): Promise<Project>;
  /** A whole project with its documents and their jobs, queued, and its conversations, in one transaction. */
  import(input: ProjectImport): Promise<Project>;
  /** Deletes the project with its documents, chunks, vectors, jobs and conversations; returns the ids of its documents. */
  remove(id: string): Promise<string[]>;
}

export interface DocumentRecords {
  /** Row and job in one transaction. Returns the existing document instead when the project already has these bytes. */
  accept(input: NewDocument): Promise<{ document: Document; job: Job | null; duplicate: boolean }>;
  /** With `content`. */
  get(id: string): Promise<Document | null>;
  /** Without `content` (null). */
  facts(id: string): Promise<Document | null>;
  /** Likewise. */
  list(query: ListQuery & DocumentFilter & { project_id: string }): Promise<Page<Document>>;
  /** Sets state and whatever else is given; returns the row without content. */
  update(id: string, change: Partial<Pick<Document, 'filename' | 'state' | 'pages' | 'metadata' | 'error'>>): Promise<Document>;
  /**
   * Removes the document, everything derived from it and its words in answers; returns how many documents still use the same bytes in
   * any project. With none the hash is kept among the `dropped` until it is said that the original is deleted.
   */
  remove(id: string): Promise<{ sha256: string; uses: number }>;
  dropped(): Promise<string[]>;
  forgetDropped(sha256: string): Promise<void>;
  /** Does a document of any project have these bytes? */
  isUsed(sha256: string): Promise<boolean>;
  page(id: string, page: number): Promise<DocumentPage | null>;
  chunks(id: string, query: PageQuery): Promise<Page<Chunk>>;
}

/** Writing the result of a parse, batch by batch. Nothing of it is visible to search before `finish`. */
export interface IndexRecords {
  /** Drops what an earlier, unfinished or outdated parse left. */
  begin(document_id: string): Promise<void>;
  add(document_id: string, batch: { pages: PageRow[]; chunks: ChunkDraft[] }): Promise<void>;
  /** Sets `content`, page and chunk counts and state `searchable`, and makes the chunks findable, in one transaction. */
  finish(document_id: string, result: { content: string; pages: number | null; metadata: Record<string, unknown> }): Promise<Document>;
  /** Keyword search over searchable documents; words are matched whole or stemmed, none is required. */
  keyword(query: { project_id: string; text: string; limit: number; document_ids?: string[] | undefined }): Promise<KeywordHit[]>;
  /** Chunks by id, in the given order; missing ones are left out. */
  chunks(ids: string[]): Promise<FoundChunk[]>;
  /** The chunks of a document with these ordinals, for context around a hit. */
  neighbours(document_id: string, from: number, to: number): Promise<FoundChunk[]>;
}

export interface JobFilter {
  state?: JobState | undefined;
  kind?: Job['kind'] | undefined;
  project_id?: string | undefined;
  document_id?: string | undefined;
  subject?: string | undefined;
}

export interface JobRecords {
  get(id: string): Promise<Job | null>;
  list(query: ListQuery & JobFilter): Promise<Page<Job>>;
  /** What `add` was given; null when the job needs nothing. */
  payload(id: string): Promise<unknown>;
  /**
   * Takes the next queued job of this stage whose `not_before` has passed and marks it running; null when there is none.
   * Fair between projects: the project served longest ago goes first, then the oldest job.
   */
  claim(stage: Job['stage'], now: Date, leased_until: Date): Promise<Job | null>;
  progress(id: string, progress: Job['progress'], eta_s: number | null): Promise<Job>;
  /** Sets the attempts of a running job back to this one. */
  advanced(id: string): Promise<void>;
  /** Hands the job on to its next stage, queued. */
  advance(id: string, stage: Job['stage']): Promise<Job>;
  /** Queues a running job again, behind those that wait; its progress stays and it costs no attempt. */
  yield(id: string): Promise<Job>;
  /** Queues an open job where no `claim` finds it until `resume`; it costs no attempt. */
  pause(id: string): Promise<Job>;
  /** Lets a paused job be claimed again. */
  resume(id: string): Promise<Job>;
  /** Whether `claim` would find a job. */
  waiting(stage: Job['stage'], now: Date): Promise<boolean>;
  /** Ends the job, or queues it again when `retry_at` is given; `free`: that attempt does not count. */
  end(id: string, state: 'done' | 'failed' | 'cancelled', error: Failure | null, retry_at?: Date, free?: boolean): Promise<Job>;
  /** Queues a new ingest job for a document; an open one of the same document is returned instead. `here`: only this server may run it. */
  enqueue(input: { id: string; document_id: string; stage: Job['stage']; here?: boolean | undefined }): Promise<Job>;
  /** Queues a job that belongs to no document; an open one of the same kind and subject is returned instead. */
  add(input: { id: string; kind: Job['kind']; stage: Job['stage']; subject: string; payload: unknown }): Promise<Job>;
  /** Documents that are neither finished nor have a job (killed between the two writes), with the stage they wait for. */
  forgotten(): Promise<{ document_id: string; stage: 'parse' | 'embed' }[]>;
  /** Documents with a queued or running job. */
  reading(): Promise<Set<string>>;
  /** Holds on to running jobs. */
  renew(ids: string[], until: Date): Promise<void>;
  /**
   * Running jobs whose lease ended before are queued again. Without a time, at the start, also those that this program itself left running:
   * alone on its records, that is all of them. Returns how many.
   */
  recover(at?: Date): Promise<number>;
}

export interface ConversationRecords {
  create(input: { id: string; project_id: string; title: string }): Promise<Conversation>;
  get(id: string): Promise<Conversation | null>;
  /** Latest change first. */
  list(query: ListQuery & { project_id: string }): Promise<Page<Conversation>>;
  /** As with projects. */
  rename(id: string, title: string, expected?: number[]): Promise<Conversation>;
  remove(id: string): Promise<void>;
  /** `branch: latest` leaves out what did not lead to the newest message. */
  messages(id: string, query: ListQuery & { branch?: 'all' | 'latest' }): Promise<Page<Message>>;
  message(id: string, message_id: string): Promise<Message | null>;
  /** At most `limit` messages of one branch, oldest first. @param end the last one; left out: the newest of the conversation */
  recent(id: string, limit: number, end?: string): Promise<Message[]>;
  /** Adds messages in one transaction and touches the conversation. */
  append(conversation_id: string, messages: Message[]): Promise<void>;
}

export interface SettingRecords {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  /** Sets it unless it is there. @returns what is there then */
  keep(key: string, value: unknown): Promise<unknown>;
}

/** The file (or files) that the records lie in. */
export interface LibraryCare {
  size(): Promise<number>;
  /**
   * Writes it anew, so that nothing is left in it of what was deleted. Reading goes on meanwhile, writing waits.
   * Throws AppError CONFLICT when the disk is full.
   */
  compact(): Promise<void>;
  /** Looks at all of it in a thread of its own, reading only. */
  check(signal: AbortSignal): Promise<Damage[]>;
  /** Makes the full text anew out of the chunks; searches for words find less meanwhile. Returns how many chunks that were. */
  rebuildFullText(): Promise<number>;
  /** Makes the indexes of a table anew. */
  reindex(table: string): Promise<void>;
  /** The graph is read anew, out of the chunks. */
  resetGraph(): Promise<void>;
  /** Has the next start save what can be read into a new file. */
  repairAtStart(reason: string): Promise<void>;
}

/** `structure`: pages of the file itself are damaged; the others can be made anew from what is there. */
export interface Damage {
  kind: 'structure' | 'index' | 'full_text' | 'graph';
  table: string;
  message: string;
}

/** Everything that must be atomic and durable lives behind this one port. */
export interface Records {
  engine: string;
  projects: ProjectRecords;
  documents: DocumentRecords;
  index: IndexRecords;
  jobs: JobRecords;
  conversations: ConversationRecords;
  settings: SettingRecords;
  tokens: TokenRecords;
  audit: AuditRecords;
  idempotency: IdempotencyRecords;
  folders: FolderRecords;
  outbox: OutboxRecords;
  care: LibraryCare;
  counts(): Promise<Counts>;
  close(): Promise<void>;
}
