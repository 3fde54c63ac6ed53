/** Rows for the port suites, made through the ports themselves. */
import { v7 as uuid } from 'uuid';
import type { Document } from '../../src-main/contract/documents';
import type { ChunkDraft, Records } from '../../src-main/core/ports/records';
import type { VectorStore } from '../../src-main/core/ports/vector-store';

export interface Stores {
  records: Records;
  vectors: VectorStore;
}

/** A chunk that is its own page. */
export const draft = (text: string, ordinal = 0, heading_path: string[] = []): ChunkDraft => ({
  ordinal,
  text,
  heading_path,
  page_from: 1,
  page_to: 1,
  char_start: 0,
  char_end: [...text].length,
});

/** An accepted document of a (new) project. */
export async function accept({ records }: Stores, project_id = uuid(), sha256 = uuid()) {
  if (!(await records.projects.get(project_id))) await records.projects.create({ id: project_id, name: 'Project', settings: {} });
  const file = { project_id, filename: 'file.txt', mime_type: 'text/plain', size_bytes: 3, sha256 };
  const accepted = await records.documents.accept({ document_id: uuid(), job_id: uuid(), ...file });
  return { ...accepted, project_id };
}

/** A searchable document with one chunk a text. */
export async function seed(
  stores: Stores,
  {
    text,
    texts = [text ?? 'text'],
    project_id,
    heading_path = [],
  }: { text?: string; texts?: string[]; project_id?: string; heading_path?: string[] },
): Promise<{ document: Document; project_id: string }> {
  const { document, project_id: project } = await accept(stores, project_id);
  const { index } = stores.records;
  await index.begin(document.id);
  const content = texts.join('\n');
  const page = {
    page: 1,
    label: null,
    text: content,
    char_start: 0,
    char_end: [...content].length,
    width: 595,
    height: 842,
    words: new Uint8Array(),
  };
  await index.add(document.id, { pages: [page], chunks: texts.map((one, ordinal) => draft(one, ordinal, heading_path)) });
  return { document: await index.finish(document.id, { content, pages: 1, metadata: { title: 'Seed' } }), project_id: project };
}

/** Walks a list to its end. */
export async function allPages<T>(list: (cursor: string | undefined) => Promise<{ items: T[]; next_cursor: string | null }>): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | undefined; ; ) {
    const { items, next_cursor } = await list(cursor);
    all.push(...items);
    if (next_cursor === null) return all;
    cursor = next_cursor;
  }
}
