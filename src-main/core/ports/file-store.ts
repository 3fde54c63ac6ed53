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
  /** Path of an original; it may be missing when someone deleted it by hand, or when only another server had it so far: see `ready`. */
  path(sha256: string): string;
  /** The same path, once the original lies there; where it is nowhere to be had, the file is missing. */
  ready(sha256: string): Promise<string>;
  /** Nobody else on the same originals takes in or deletes these bytes until the returned function is called. */
  claim(sha256: string): Promise<() => Promise<void>>;
  /** Unless a document still has these bytes, where that can be known. */
  remove(sha256: string): Promise<void>;
  /** Drops this machine's copy of an original that another server deleted. */
  forget(sha256: string): Promise<void>;
  /** Hashes of all originals. */
  list(): AsyncIterable<string>;
  /** Folder for what is unpacked, or costly to get again, while a document is read; it need not be there. */
  scratch(document_id: string): string;
  clearScratch(document_id: string): Promise<void>;
  /** Deletes temporary files that a killed process left. @param reading documents whose scratch is still wanted */
  sweep(reading: ReadonlySet<string>): Promise<void>;
}

/** Where several servers keep their originals together. */
export interface SharedOriginals {
  /** Whole or not at all; one that is there already stays. Durable when this returns. */
  write(file: { sha256: string; size_bytes: number }, source: AsyncIterable<Buffer>): Promise<void>;
  /** Its bytes, in pieces of up to a mebibyte; null when it is not there. */
  read(sha256: string): Promise<AsyncIterable<Buffer> | null>;
  /** Unless a document has these bytes. */
  remove(sha256: string): Promise<boolean>;
  /** Those of these hashes that are there. */
  among(hashes: string[]): Promise<Set<string>>;
  list(): AsyncIterable<string>;
  claim: FileStore['claim'];
}
