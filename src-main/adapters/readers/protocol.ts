/** What the reader pool and a parse worker say to each other. */
import type { DocumentError } from '../../core/errors';
import type { ReadBatch, ReadInput, ReadResult } from '../../core/ports/document-reader';

/** To the worker: one `read`, then one `more` for each batch it has sent. */
export type ToWorker = { type: 'read'; input: ReadInput } | { type: 'more' };

/** From the worker: batches, each to be answered by `more`, then one `done` or `failed`; `alive` in between, while a page takes long. */
export type FromWorker = Said | { type: 'alive' };
export type Said =
  | { type: 'batch'; batch: ReadBatch }
  | { type: 'done'; result: ReadResult }
  | { type: 'failed'; error: Pick<DocumentError, 'code' | 'message' | 'action' | 'retryable'> };
