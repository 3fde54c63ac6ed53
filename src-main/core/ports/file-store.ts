/** The originals, kept by their hash. */
import type { Readable } from 'node:stream';

/** A file received but not yet accepted. */
export interface StagedFile {
  path: string;
  sha256: string;
  size_bytes: number;
}

export interface FileStore {
  /**
   * Streams to a temporary file, hashing on the way; flushed to the disk before it returns.
   * Throws AppError PAYLOAD_TOO_LARGE past `limit_bytes`; on any error or abort nothing is left behind.
   */
  stage(source: Readable, limit_bytes: number): Promise<StagedFile>;
  /** Moves a staged file to its place, atomically; a whole file with the same hash that is there already wins. */
  keep(staged: StagedFile): Promise<string>;
  discard(staged: StagedFile): Promise<void>;
  /** Path of an original; it may be missing when someone deleted it by hand. */
  path(sha256: string): string;
  remove(sha256: string): Promise<void>;
  /** Hashes of all originals. */
  list(): AsyncIterable<string>;
  /** Folder for what is unpacked, or costly to get again, while a document is read; it need not be there. */
  scratch(document_id: string): string;
  clearScratch(document_id: string): Promise<void>;
  /** Deletes temporary files that a killed process left. @param reading documents whose scratch is still wanted */
  sweep(reading: ReadonlySet<string>): Promise<void>;
}
