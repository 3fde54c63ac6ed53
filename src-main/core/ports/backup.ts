/** Backups on the disk: one archive that holds the records and the originals, and the library that waits to take the present one's place. */
import type { Restored } from '../../contract/backups';

/** A file in the backups folder. */
export interface BackupFile {
  name: string;
  path: string;
  size_bytes: number;
  created_at: string;
}

/** What a backup says of itself. */
export interface BackupFacts {
  /** Of the order that made it. */
  id: string;
  version: string;
  created_at: string;
  counts: Restored['counts'];
}

/** What is to be written where. */
export interface BackupOrder {
  id: string;
  path: string;
  version: string;
}

export interface Waiting extends BackupFacts {
  /** Where the present library will be kept. */
  kept_at: string;
}

/** The records as they were at one moment, in a file of their own that others do not change. */
export interface LibraryCopy {
  /** A single closed file without tokens, keys and answers kept for repeated requests; there after `close`. */
  path: string;
  schema_version: number;
  originals: string[];
  counts(): Restored['counts'];
  /** Takes documents out whose originals were deleted since; those that the library still has stay. */
  forget(originals: string[]): Promise<void>;
  close(): void;
}

export interface BackupStore {
  /** Why there are none, and what to do instead; null where there are. */
  elsewhere: string | null;
  /** Names end in `.zip`; newest name first. */
  list(): Promise<BackupFile[]>;
  find(name: string): Promise<BackupFile | null>;
  remove(name: string): Promise<void>;
  /** All that holds the library of an earlier time, by its path in the data folder. */
  copies(): Promise<string[]>;
  /** The path that a backup of this name has in the backups folder. */
  path(name: string): string;
  /** Null when there is no file that could be read. */
  size(path: string): Promise<number | null>;
  /** Bytes for which the disk has room. */
  room(): Promise<number>;
  /**
   * Writes the archive beside its name and renames it when it is whole; on any error or abort nothing is left. Written by this order
   * before: done. Throws JobError DISK_FULL, EXISTS or UNWRITABLE.
   */
  write(order: BackupOrder, control: { signal: AbortSignal; progress(done: number, total: number): void }): Promise<void>;
  /**
   * Checks the whole archive and lays its library ready for the next start; one laid ready before is dropped.
   * Throws AppError VALIDATION_FAILED for what is no whole backup, CONFLICT for one of a newer program or when the disk is full.
   */
  prepare(path: string, id: string, signal: AbortSignal): Promise<Waiting>;
  /** What `prepare` laid ready, and no start has put in place yet. */
  waiting(): Promise<Waiting | null>;
  /** Drops that. */
  forget(): Promise<void>;
  /** Deletes what a killed process left half done. */
  sweep(): Promise<void>;
}
