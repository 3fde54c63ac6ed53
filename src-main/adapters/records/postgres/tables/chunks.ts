/** Writing the result of a parse, and finding chunks by words, in PostgreSQL. */
import { v7 as uuid } from 'uuid';
import type { Document } from '../../../../contract/documents';
import { embeddingHash } from '../../../../core/documents/embedding-text';
import { notFound } from '../../../../core/errors';
import type { ChunkDraft, FoundChunk, IndexRecords, PageRow } from '../../../../core/ports/records';
import { now, only } from '../../shared/paging';
import type { Query } from '../database';
import { deleteDerived, requireMine } from './derived';
import { CHUNK, DOCUMENT, withoutText } from './documents';
import { addWords, createStemming, type Stemming } from './full-text';
import { createKeywordSearch } from './keyword';
import { assignments, hex, insertRows, type Shared } from './rows';

/** Pages and chunks in one transaction. */
const BATCH = 64;

const FOUND = `
  SELECT ${CHUNK}, d.project_id, d.filename, p.label AS page_label FROM chunks c JOIN documents d ON d.id = c.document_id
  LEFT JOIN pages p ON p.document_id = c.document_id AND p.page = c.page_from`;
const BY_ID = `${FOUND} JOIN unnest($1::text[]) WITH ORDINALITY w(id, nth) ON w.id = c.id ORDER BY w.nth`;
const NEIGHBOURS = `${FOUND} WHERE c.document_id = $1 AND c.ordinal BETWEEN $2 AND $3 ORDER BY c.ordinal`;

export function createChunkTables(shared: Shared): IndexRecords {
  const { database, server } = shared;
  const stemming = createStemming();
  return {
    async begin(document_id) {
      await requireMine(database, server, document_id);
      await deleteDerived(shared, document_id);
    },
    /** Several small transactions: what is there of an interrupted parse is invisible, and the next one starts over. */
    async add(document_id, { pages, chunks }) {
      for (let from = 0; from < Math.max(pages.length, chunks.length); from += BATCH) {
        const some = { pages: pages.slice(from, from + BATCH), chunks: chunks.slice(from, from + BATCH) };
        await database.transaction(async (query) => {
          await requireMine(query, server, document_id);
          await addBatch(query, stemming, document_id, some);
        });
      }
    },
    async finish(document_id, { content, pages, metadata }) {
      return database.transaction(async (query) => {
        await requireMine(query, server, document_id);
        const change = { content, pages, metadata, indexed: true, state: 'searchable', error: null, updated_at: now() };
        const { set, values } = assignments(change, 2);
        const row = await query.row<Omit<Document, 'content'>>(
          `UPDATE documents SET ${set}, chunks = (SELECT count(*) FROM chunks WHERE document_id = $1) WHERE id = $1 RETURNING ${DOCUMENT}`,
          [document_id, ...values],
        );
        return withoutText(only(row, () => notFound('document', document_id)));
      });
    },
    keyword: createKeywordSearch(database, stemming),
    chunks: (ids) => database.rows<FoundChunk>(BY_ID, [ids]),
    neighbours: (document_id, from, to) => database.rows<FoundChunk>(NEIGHBOURS, [document_id, from, to]),
  };
}

async function addBatch(
  query: Query,
  stemming: Stemming,
  document_id: string,
  { pages, chunks }: { pages: PageRow[]; chunks: ChunkDraft[] },
): Promise<void> {
  const sheets = pages.map((page) => ({ ...page, document_id, words: hex(page.words) }));
  await insertRows(query, 'pages', sheets);
  const drafts = chunks.map((chunk) => ({ ...chunk, id: uuid(), document_id, embed_hash: hex(embeddingHash(chunk)) }));
  const rows = await insertRows<{ row: number; ordinal: number }>(query, 'chunks', drafts, 'RETURNING row, ordinal');
  const rowOf = new Map(rows.map(({ row, ordinal }) => [ordinal, row]));
  await addWords(
    query,
    stemming,
    chunks.map(({ text, heading_path, ordinal }) => ({ text, heading_path, row: rowOf.get(ordinal) ?? 0 })),
  );
}
