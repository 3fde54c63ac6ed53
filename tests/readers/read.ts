/** Reads a sample as the program does, through the pool and its worker thread, and keeps all that comes. */
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createReaderPool } from '../../src-main/adapters/readers/pool';
import type { DocumentPage } from '../../src-main/contract/documents';
import { unpackWords } from '../../src-main/core/documents/words';
import type { DocumentReader, ReadBatch, ReadInput, ReadResult } from '../../src-main/core/ports/document-reader';
import type { ChunkDraft } from '../../src-main/core/ports/records';

export const sample = (name: string) => fileURLToPath(new URL(`../samples/${name}`, import.meta.url));
export const WORKER = fileURLToPath(new URL('../../dist/main/parse-worker.cjs', import.meta.url));

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export const openPool = (options: Partial<Parameters<typeof createReaderPool>[0]> = {}) =>
  createReaderPool({ workerPath: WORKER, size: 1, log: silent, ...options });

export const inputOf = (path: string, mime_type: string, password: string | null = null): ReadInput => ({
  path,
  filename: basename(path),
  mime_type,
  password,
  scratch: join(tmpdir(), `pressmark-scratch-${randomUUID()}`),
});

/** With its words unpacked. */
export type ReadPage = Omit<DocumentPage, 'document_id'>;

export interface Whole {
  mime_type: string;
  pages: ReadPage[];
  chunks: ChunkDraft[];
  batches: ReadBatch[];
  result: ReadResult;
}

export async function readWhole(pool: DocumentReader, path: string): Promise<Whole> {
  const mime_type = await pool.detect(path, path);
  if (mime_type === null) throw new Error(`${path} is of no known kind`);
  const batches: ReadBatch[] = [];
  const result = await pool.read(
    inputOf(path, mime_type),
    async (batch) => {
      batches.push(batch);
    },
    new AbortController().signal,
  );
  const pages = batches.flatMap((batch) => batch.pages.map((page) => ({ ...page, words: unpackWords(page.words, page.char_start) })));
  return { mime_type, batches, result, pages, chunks: batches.flatMap((batch) => batch.chunks) };
}

/** For comparing texts that lines break differently. */
export const flat = (text: string) => text.replace(/[\s\u00ad]+/g, '');
