/** Receiving one file: stream to the disk, tell its kind by its content, commit its row and its job together. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import type { Failure, UploadItem } from '../../contract/documents';
import { AppError } from '../errors';
import type { Ports } from '../ports';
import type { StagedFile } from '../ports/file-store';
import type { HashLock } from './hash-lock';
import { readUnchanged } from './unchanged';

/** A file on its way in. */
export interface Incoming {
  project_id: string | Promise<string>;
  filename: string;
  source: Readable;
  limit_bytes: number;
  /** Nothing is taken in before; when it fails, nothing of the file is kept. */
  after?: Promise<unknown>;
}

/**
 * Streams one file in. A file that cannot be taken is a verdict in the answer; a broken or too long stream throws and leaves nothing.
 * The original is in its place before its row is committed, so a row never points at nothing.
 */
export async function receiveFile(
  ports: Ports,
  lock: HashLock,
  { project_id, filename, source, limit_bytes, after }: Incoming,
): Promise<UploadItem> {
  const staged = await ports.files.stage(source, limit_bytes);
  try {
    if (staged.size_bytes === 0) return refused(filename, EMPTY);
    const mime_type = await ports.reader.detect(staged.path, filename);
    if (mime_type === null) return refused(filename, UNSUPPORTED);
    await after;
    const row = { project_id: await project_id, filename, mime_type };
    return await lock(staged.sha256, async () => {
      await ports.files.keep(staged);
      return accept(ports, row, staged);
    });
  } finally {
    await ports.files.discard(staged);
  }
}

/** The same for a local file; whatever is wrong with it becomes its verdict. */
export async function importPath(
  ports: Ports,
  lock: HashLock,
  { path, ...target }: Omit<Incoming, 'filename' | 'source'> & { path: string },
): Promise<UploadItem> {
  const filename = basename(path);
  try {
    if (!(await stat(path)).isFile()) return refused(filename, NOT_A_FILE);
    return await receiveFile(ports, lock, { ...target, filename, source: readUnchanged(path) });
  } catch (error) {
    return refused(filename, unreadable(error));
  }
}

async function accept(
  { records, runtime }: Ports,
  row: { project_id: string; filename: string; mime_type: string },
  { sha256, size_bytes }: StagedFile,
): Promise<UploadItem> {
  const ids = { document_id: runtime.id(), job_id: runtime.id() };
  const { document, job, duplicate } = await records.documents.accept({ ...ids, ...row, sha256, size_bytes });
  return { filename: row.filename, document, job_id: job?.id ?? null, duplicate_of: duplicate ? document.id : null, error: null };
}

const refused = (filename: string, error: Failure): UploadItem => ({ filename, document: null, job_id: null, duplicate_of: null, error });

const EMPTY: Failure = {
  code: 'EMPTY_FILE',
  message: 'The file is empty.',
  action: 'Check that the file was saved, then upload it again.',
};
const UNSUPPORTED: Failure = {
  code: 'UNSUPPORTED_TYPE',
  message: 'Pressmark cannot read this kind of file yet.',
  action: 'Save it as PDF, an office format, a picture or text, and add that.',
};
const NOT_A_FILE: Failure = { code: 'NOT_A_FILE', message: 'This is a folder or a device, not a file.', action: 'Choose files.' };

function unreadable(error: unknown): Failure {
  if (error instanceof AppError) return { code: error.code, message: error.message, action: null };
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  const message = reason === 'ENOENT' ? 'The file is not there any more.' : `The file could not be read (${reason}).`;
  return { code: 'UNREADABLE', message, action: 'Check that the file exists and that you may read it.' };
}
