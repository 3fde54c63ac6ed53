/** Writing the result of a parse, and finding chunks by words, in SQLite. */
import { setImmediate as breathe } from 'node:timers/promises';
import { and, asc, count, eq, gte, inArray, lte } from 'drizzle-orm';
import { v7 as uuid } from 'uuid';
import type { Document } from '../../../../contract/documents';
import { embeddingHash } from '../../../../core/documents/embedding-text';
import { notFound } from '../../../../core/errors';
import type { ChunkDraft, FoundChunk, IndexRecords, PageRow } from '../../../../core/ports/records';
import { now, only } from '../../shared/paging';
import { unspaced } from '../../shared/terms';
import type { SqliteDatabase } from '../database';
import { chunks, documents, pages } from '../schema';
import { deleteDerived } from './derived';
import { toChunk, toDocument } from './documents';

import { createKeyword } from './keyword';

/** Pages and chunks in one transaction: about 5 ms. */
const BATCH = 16;

/** Prepared once, since a book has thousands of these rows and building a statement costs as much as running it. */
const CHUNK_FIELDS = ['ordinal', 'text', 'heading_path', 'page_from', 'page_to', 'char_start', 'char_end'] satisfies (keyof ChunkDraft)[];
const PAGE_FIELDS = ['page', 'label', 'text', 'char_start', 'char_end', 'width', 'height', 'words'] satisfies (keyof PageRow)[];
const insertion = (table: string, columns: string[]) =>
  `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((column) => `:${column}`).join(', ')})`;

type ChunkRow = typeof chunks.$inferSelect;
type DocumentRow = typeof documents.$inferSelect;

const JOINED = { chunk: chunks, project_id: documents.project_id, filename: documents.filename, page_label: pages.label };
type Joined = { chunk: ChunkRow } & Pick<FoundChunk, 'project_id' | 'filename' | 'page_label'>;

const toFound = ({ chunk, ...of }: Joined): FoundChunk => ({ ...toChunk(chunk), ...of });

export class ChunkTables implements IndexRecords {
  readonly keyword: IndexRecords['keyword'];
  private readonly insertChunk;
  private readonly insertPage;
  private readonly addWords;
  private readonly addTrigrams;

  constructor(
    private readonly database: SqliteDatabase,
    elsewhere?: IndexRecords['keyword'],
  ) {
    this.insertChunk = database.sql.prepare(insertion('chunks', ['id', 'document_id', 'embed_hash', ...CHUNK_FIELDS]));
    this.insertPage = database.sql.prepare(insertion('pages', ['document_id', ...PAGE_FIELDS]));
    this.addWords = database.sql.prepare('INSERT INTO chunk_words (rowid, text, headings) VALUES (?, ?, ?)');
    this.addTrigrams = database.sql.prepare('INSERT INTO chunk_trigrams (rowid, text) VALUES (?, ?)');
    this.keyword = createKeyword(database.sql, elsewhere);
  }

  begin(document_id: string): Promise<void> {
    return deleteDerived(this.database, document_id);
  }

  /** Several small transactions: what is there of an interrupted parse is invisible, and the next one starts over. */
  async add(document_id: string, batch: { pages: PageRow[]; chunks: ChunkDraft[] }): Promise<void> {
    const write = this.database.sql.transaction((pagesNow: PageRow[], chunksNow: ChunkDraft[]) => {
      for (const page of pagesNow) this.addPage(document_id, page);
      for (const chunk of chunksNow) this.addChunk(document_id, chunk);
    });
    const most = Math.max(batch.pages.length, batch.chunks.length);
    for (let from = 0; from < most; from += BATCH) {
      write(batch.pages.slice(from, from + BATCH), batch.chunks.slice(from, from + BATCH));
      await breathe();
    }
  }

  async finish(document_id: string, { content, pages: pageCount, metadata }: Parameters<IndexRecords['finish']>[1]): Promise<Document> {
    const { orm } = this.database;
    const counted = orm.select({ chunks: count() }).from(chunks).where(eq(chunks.document_id, document_id)).get();
    const result = { content, pages: pageCount, metadata, chunks: counted?.chunks ?? 0 };
    const change = { ...result, indexed: true, state: 'searchable', error: null, updated_at: now() } as const;
    const row = orm.update(documents).set(change).where(eq(documents.id, document_id)).returning().get() as DocumentRow | undefined;
    const { indexed: _indexed, content: _content, ...listed } = only(row, () => notFound('document', document_id));
    return toDocument(listed);
  }

  async chunks(ids: string[]): Promise<FoundChunk[]> {
    const rows = new Map(
      this.found()
        .where(inArray(chunks.id, ids))
        .all()
        .map((row) => [row.chunk.id, toFound(row)]),
    );
    return ids.flatMap((id) => rows.get(id) ?? []);
  }

  async neighbours(document_id: string, from: number, to: number): Promise<FoundChunk[]> {
    const where = and(eq(chunks.document_id, document_id), gte(chunks.ordinal, from), lte(chunks.ordinal, to));
    return this.found().where(where).orderBy(asc(chunks.ordinal)).all().map(toFound);
  }

  private found() {
    const page = and(eq(pages.document_id, chunks.document_id), eq(pages.page, chunks.page_from));
    return this.database.orm.select(JOINED).from(chunks).innerJoin(documents, eq(documents.id, chunks.document_id)).leftJoin(pages, page);
  }

  private addPage(document_id: string, page: PageRow): void {
    this.insertPage.run({ ...page, document_id });
  }

  private addChunk(document_id: string, chunk: ChunkDraft): void {
    const path = JSON.stringify(chunk.heading_path);
    const row = BigInt(
      this.insertChunk.run({ ...chunk, id: uuid(), document_id, heading_path: path, embed_hash: embeddingHash(chunk) }).lastInsertRowid,
    );
    const headings = chunk.heading_path.join(' ');
    this.addWords.run(row, chunk.text, headings);
    if (unspaced(chunk.text) || unspaced(headings)) this.addTrigrams.run(row, `${headings}\n${chunk.text}`);
  }
}
