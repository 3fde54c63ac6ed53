/** Reading a file into pages and chunks, away from the main thread. */
import type { ChunkDraft, PageRow } from './records';

/** One piece of a document, in order. Offsets are final: code points of the content as it will be stored. */
export interface ReadBatch {
  pages: PageRow[];
  chunks: ChunkDraft[];
  /** Pages (or, where there are none, parts) read so far, and in all when known. */
  done: number;
  total: number | null;
}

/** What is known at the end; `content` is the text that every offset refers to. */
export interface ReadResult {
  content: string;
  /** Null where the format has no pages. */
  pages: number | null;
  metadata: Record<string, unknown>;
}

export interface ReadInput {
  path: string;
  filename: string;
  mime_type: string;
  password: string | null;
  /** A folder for what is unpacked, and for results that are costly to get again. */
  scratch: string;
}

export interface DocumentReader {
  /** The kind of these bytes, told by content first and by name second; null when Pressmark cannot read it. */
  detect(path: string, filename: string): Promise<string | null>;
  /**
   * Reads a file in a worker thread. Calls `onBatch` in order and waits for it (back-pressure).
   * Throws DocumentError (NO_TEXT, PASSWORD_NEEDED, CORRUPT, TOO_LARGE, TIMED_OUT, WORKER_CRASHED…).
   */
  read(input: ReadInput, onBatch: (batch: ReadBatch) => Promise<void>, signal: AbortSignal): Promise<ReadResult>;
  close(): Promise<void>;
}
