/** Documents and their pages in PostgreSQL. */
import type { Chunk, Document, DocumentPage } from '../../../../contract/documents';
import type { Job } from '../../../../contract/jobs';
import { unpackWords } from '../../../../core/documents/words';
import { notFound } from '../../../../core/errors';
import type { DocumentRecords, NewDocument } from '../../../../core/ports/records';
import { ingestJob } from '../../shared/jobs';
import { now, only, ordinalOf, pageOf } from '../../shared/paging';
import type { Query } from '../database';
import { deleteDerived } from './derived';
import { forgetDocument } from './forget';
import { JOB } from './jobs';
import { asNumber, asText, contains, inAnyCase, list } from './listing';
import { assignments, equals, filters, insertRows, type Shared } from './rows';

/** Of a document without its text. */
export const DOCUMENT = `id, project_id, filename, mime_type, size_bytes, sha256, state, pages, chunks, embedded_chunks, error, metadata,
  created_at, updated_at`;
export const CHUNK = 'c.id, c.document_id, c.ordinal, c.text, c.heading_path, c.page_from, c.page_to, c.char_start, c.char_end';
const PAGE = 'document_id, page, label, text, char_start, char_end, width, height, words';
const CHUNKS = `SELECT ${CHUNK} FROM chunks c WHERE c.document_id = $1 AND c.ordinal > $2 ORDER BY c.ordinal LIMIT $3`;

type Brief = Omit<Document, 'content'>;
export const withoutText = (row: Brief): Document => ({ ...row, content: null });

/** An accepted file, but for its id and project. */
export const newDocument = (file: Omit<NewDocument, 'document_id' | 'job_id' | 'project_id'>, at: string) => ({
  ...file,
  state: 'queued',
  metadata: {},
  created_at: at,
  updated_at: at,
});

export function createDocumentTables(shared: Shared): DocumentRecords {
  const { database } = shared;
  return {
    accept: (input) => database.transaction((query) => accept(query, input)),
    get: async (id) => (await database.row<Document>(`SELECT ${DOCUMENT}, content FROM documents WHERE id = $1`, [id])) ?? null,
    async facts(id) {
      const row = await database.row<Brief>(`SELECT ${DOCUMENT} FROM documents WHERE id = $1`, [id]);
      return row ? withoutText(row) : null;
    },
    list: (query) => listDocuments(database, query),
    async update(id, change) {
      const { set, values } = assignments({ ...change, updated_at: now() }, 2);
      const row = await database.row<Brief>(`UPDATE documents SET ${set} WHERE id = $1 RETURNING ${DOCUMENT}`, [id, ...values]);
      return withoutText(only(row, () => notFound('document', id)));
    },
    async remove(id) {
      await deleteDerived(shared, id);
      return database.transaction((query) => remove(query, id));
    },
    dropped: async () => (await database.rows<{ sha256: string }>('SELECT sha256 FROM dropped_files')).map(({ sha256 }) => sha256),
    forgetDropped: async (sha256) => void (await database.run('DELETE FROM dropped_files WHERE sha256 = $1', [sha256])),
    isUsed: async (sha256) => (await database.row('SELECT 1 FROM documents WHERE sha256 = $1 LIMIT 1', [sha256])) !== undefined,
    async page(id, page) {
      type Row = Omit<DocumentPage, 'words'> & { words: Buffer };
      const row = await database.row<Row>(`SELECT ${PAGE} FROM pages WHERE document_id = $1 AND page = $2`, [id, page]);
      return row ? { ...row, words: unpackWords(row.words, row.char_start) } : null;
    },
    async chunks(id, { limit, cursor }) {
      const rows = await database.rows<Chunk>(CHUNKS, [id, ordinalOf(cursor), limit + 1]);
      return pageOf(
        rows,
        limit,
        ({ ordinal }) => String(ordinal),
        (chunk) => chunk,
      );
    },
  };
}

function listDocuments(query: Query, { project_id, q, ...asked }: Parameters<DocumentRecords['list']>[0]) {
  const { where, values } = filters([
    [equals('project_id'), project_id],
    [equals('state'), asked.state],
    [equals('mime_type'), asked.mime_type],
    [contains('filename'), q],
    [(value) => `created_at > ${value}`, asked.created_after],
    [(value) => `created_at < ${value}`, asked.created_before],
  ]);
  return list<Brief, Document>(query, asked, {
    columns: DOCUMENT,
    from: `FROM documents WHERE ${where}`,
    values,
    id: 'id',
    sorts: {
      created_at: null,
      updated_at: asText('updated_at'),
      filename: inAnyCase('filename'),
      size_bytes: asNumber('size_bytes'),
      state: asText('state'),
    },
    sort: '-created_at',
    toItem: withoutText,
  });
}

const SAME = `SELECT ${DOCUMENT} FROM documents WHERE project_id = $1 AND sha256 = $2`;

/** The project is held on to, so that nobody deletes it meanwhile; of two servers that take in the same bytes one finds the other's. */
async function accept(query: Query, { document_id, job_id, project_id, ...file }: NewDocument): ReturnType<DocumentRecords['accept']> {
  const project = await query.row('SELECT 1 FROM projects WHERE id = $1 FOR KEY SHARE', [project_id]);
  only(project, () => notFound('project', project_id));
  const row = { ...newDocument(file, now()), id: document_id, project_id };
  const [added] = await insertRows<Brief>(query, 'documents', [row], `ON CONFLICT (project_id, sha256) DO NOTHING RETURNING ${DOCUMENT}`);
  if (!added) {
    const present = await query.row<Brief>(SAME, [project_id, file.sha256]);
    return { document: withoutText(only(present, () => notFound('document', document_id))), job: null, duplicate: true };
  }
  await query.run('DELETE FROM dropped_files WHERE sha256 = $1', [file.sha256]);
  const [job] = await insertRows<Job>(query, 'jobs', [ingestJob(job_id, added, 'parse')], `RETURNING ${JOB}`);
  return { document: withoutText(added), job: job ?? null, duplicate: false };
}

async function remove(query: Query, id: string): Promise<{ sha256: string; uses: number }> {
  // An answer that cites it is either written before, and found below, or finds it gone.
  const document = await query.row<{ sha256: string }>('SELECT sha256 FROM documents WHERE id = $1 FOR UPDATE', [id]);
  const { sha256 } = only(document, () => notFound('document', id));
  await forgetDocument(query, id);
  await query.run('DELETE FROM documents WHERE id = $1', [id]);
  const counted = await query.row<{ uses: number }>('SELECT count(*) AS uses FROM documents WHERE sha256 = $1', [sha256]);
  const uses = counted?.uses ?? 0;
  // Whoever dies before the original is off the disk finds here what is left to do.
  if (uses === 0) await query.run('INSERT INTO dropped_files (sha256) VALUES ($1) ON CONFLICT DO NOTHING', [sha256]);
  return { sha256, uses };
}
