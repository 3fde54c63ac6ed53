/** Documents and their pages in SQLite. */
import { and, asc, count, eq, getTableColumns, gt, lt } from 'drizzle-orm';
import type { Chunk, Document, DocumentPage } from '../../../../contract/documents';
import type { Job } from '../../../../contract/jobs';
import type { Page, PageQuery } from '../../../../contract/shared';
import { unpackWords } from '../../../../core/documents/words';
import { notFound } from '../../../../core/errors';
import type { DocumentRecords, NewDocument } from '../../../../core/ports/records';
import { ingestJob } from '../../shared/jobs';
import { badCursor, now, only, pageOf } from '../../shared/paging';
import type { Purge } from '../care/purge';
import type { SqliteDatabase } from '../database';
import { chunks, documents, droppedFiles, jobs, pages, projects } from '../schema';
import { deleteDerived } from './derived';
import { createForgetting } from './forget';
import { toJob } from './jobs';
import { contains, createListing, inAnyCase } from './listing';
import { equals, prepareById } from './statements';

const { content: _content, indexed: _indexed, ...listed } = getTableColumns(documents);

type ListedRow = Omit<typeof documents.$inferSelect, 'content' | 'indexed'>;
export const toDocument = (row: ListedRow, content: string | null = null): Document => ({ ...row, error: row.error ?? null, content });

type WholeRow = Omit<typeof documents.$inferSelect, 'indexed'>;

type ChunkRow = typeof chunks.$inferSelect;
export const toChunk = ({ row: _row, embed_hash: _hash, ...chunk }: ChunkRow): Chunk => chunk;

const createDocumentList = (database: SqliteDatabase) =>
  createListing<ListedRow, Document>(database, {
    table: documents,
    columns: listed,
    id: documents.id,
    sorts: {
      created_at: null,
      updated_at: documents.updated_at,
      filename: inAnyCase(documents.filename),
      size_bytes: documents.size_bytes,
      state: documents.state,
    },
    sort: '-created_at',
    filters: {
      project_id: (value) => equals(documents.project_id, value),
      state: (value) => equals(documents.state, value),
      mime_type: (value) => equals(documents.mime_type, value),
      q: contains(documents.filename),
      created_after: (value) => gt(documents.created_at, value),
      created_before: (value) => lt(documents.created_at, value),
    },
    key: (row, field) => row[field as 'updated_at' | 'filename' | 'size_bytes' | 'state'],
    idOf: ({ id }) => id,
    toItem: (row) => toDocument(row),
  });

export class DocumentTables implements DocumentRecords {
  private readonly listed;
  private readonly whole;
  private readonly brief;

  private readonly forgetting;

  /** @param purge what the full text still holds of deleted rows */
  constructor(
    private readonly database: SqliteDatabase,
    private readonly purge: Purge,
  ) {
    this.forgetting = createForgetting(database.sql);
    this.listed = createDocumentList(database);
    this.brief = prepareById<ListedRow>(database, { table: documents, columns: listed }, documents.id);
    this.whole = prepareById<WholeRow>(database, { table: documents, columns: { ...listed, content: documents.content } }, documents.id);
  }

  async accept({ document_id, job_id, ...file }: NewDocument): Promise<{ document: Document; job: Job | null; duplicate: boolean }> {
    return this.database.orm.transaction((tx) => {
      const same = and(eq(documents.project_id, file.project_id), eq(documents.sha256, file.sha256));
      const present = tx.select(listed).from(documents).where(same).get();
      if (present) return { document: toDocument(present), job: null, duplicate: true };
      tx.delete(droppedFiles).where(eq(droppedFiles.sha256, file.sha256)).run();
      const project = tx.select({ id: projects.id }).from(projects).where(eq(projects.id, file.project_id)).get();
      if (!project) throw notFound('project', file.project_id);
      const at = now();
      const row = { id: document_id, ...file, state: 'queued', metadata: {}, created_at: at, updated_at: at } as const;
      const document = toDocument(tx.insert(documents).values(row).returning(listed).get());
      const job = toJob(
        tx
          .insert(jobs)
          .values(ingestJob(job_id, document, 'parse'))
          .returning()
          .get(),
      );
      return { document, job, duplicate: false };
    });
  }

  async facts(id: string): Promise<Document | null> {
    const row = this.brief(id);
    return row ? toDocument(row) : null;
  }

  async get(id: string): Promise<Document | null> {
    const row = this.whole(id);
    if (!row) return null;
    const { content, ...rest } = row;
    return toDocument(rest, content);
  }

  async list(query: Parameters<DocumentRecords['list']>[0]): Promise<Page<Document>> {
    return this.listed({ ...query });
  }

  async update(id: string, change: Parameters<DocumentRecords['update']>[1]): Promise<Document> {
    const update = this.database.orm.update(documents).set({ ...change, updated_at: now() });
    const row = update.where(eq(documents.id, id)).returning(listed).get() as ListedRow | undefined;
    return toDocument(only(row, () => notFound('document', id)));
  }

  async remove(id: string): Promise<{ sha256: string; uses: number }> {
    await deleteDerived(this.database, id);
    const { orm, sql } = this.database;
    const take = sql.transaction(() => {
      this.forgetting.document(id);
      const deletion = orm.delete(documents).where(eq(documents.id, id)).returning({ sha256: documents.sha256 });
      const { sha256 } = only(deletion.get() as { sha256: string } | undefined, () => notFound('document', id));
      const uses = orm.select({ uses: count() }).from(documents).where(eq(documents.sha256, sha256)).get()?.uses ?? 0;
      // Whoever dies before the original is off the disk finds here what is left to do.
      if (uses === 0) orm.insert(droppedFiles).values({ sha256 }).onConflictDoNothing().run();
      return { sha256, uses };
    });
    const dropped = take();
    this.purge.soon();
    return dropped;
  }

  async dropped(): Promise<string[]> {
    return this.database.orm
      .select()
      .from(droppedFiles)
      .all()
      .map(({ sha256 }) => sha256);
  }

  async forgetDropped(sha256: string): Promise<void> {
    this.database.orm.delete(droppedFiles).where(eq(droppedFiles.sha256, sha256)).run();
  }

  async isUsed(sha256: string): Promise<boolean> {
    return this.database.orm.select({ id: documents.id }).from(documents).where(eq(documents.sha256, sha256)).limit(1).get() !== undefined;
  }

  async page(id: string, page: number): Promise<DocumentPage | null> {
    const where = and(eq(pages.document_id, id), eq(pages.page, page));
    const row = this.database.orm.select().from(pages).where(where).get();
    return row ? { ...row, words: unpackWords(row.words, row.char_start) } : null;
  }

  async chunks(id: string, { limit, cursor }: PageQuery): Promise<Page<Chunk>> {
    if (cursor !== undefined && !/^\d+$/.test(cursor)) throw badCursor();
    const where = and(eq(chunks.document_id, id), cursor ? gt(chunks.ordinal, Number(cursor)) : undefined);
    const query = this.database.orm.select().from(chunks).where(where);
    const rows = query
      .orderBy(asc(chunks.ordinal))
      .limit(limit + 1)
      .all();
    return pageOf(rows, limit, ({ ordinal }) => String(ordinal), toChunk);
  }
}
