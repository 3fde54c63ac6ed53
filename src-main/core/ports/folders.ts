/** Folders of this machine that are followed: what the disk says of them, and what is remembered of their files. */
import type { Failure } from '../../contract/documents';
import type { Page, PageQuery } from '../../contract/shared';

/** Paths of files are below their folder, with `/` between the parts. */
export interface FoundFile {
  path: string;
  size_bytes: number;
  /** When bytes, name or rights last changed, in milliseconds since 1970. */
  changed_ms: number;
}

/** A part of a folder that cannot be looked into. */
export interface Blind {
  path: string;
  reason: string;
}

export interface Place {
  /** Without links and detours. */
  path: string;
  /** Tells this directory from another that gets its name. */
  identity: string;
}

export interface LocalFolders {
  /** Null when there is no directory. Throws AppError VALIDATION_FAILED for one that must not be followed. */
  locate(path: string): Promise<Place | null>;
  /** Every file but hidden ones, links, leftovers of programs and those that `ignore` names, in no order. */
  walk(path: string, ignore: string[], signal: AbortSignal): AsyncGenerator<FoundFile | Blind>;
  /** Bytes where the disk has a name that is no UTF-8. */
  absolute(folder: string, path: string): string | Buffer;
  /** A path as people read it; only `absolute` leads to the file. */
  shown(path: string): string;
  sha256(path: string | Buffer, signal: AbortSignal): Promise<string>;
  /** Calls `changed` at every change, soon and perhaps more than once. @returns its end */
  watch(path: string, ignore: string[], heard: { changed(): void; failed(reason: string): void }): () => Promise<void>;
}

export interface FolderRow {
  id: string;
  project_id: string;
  path: string;
  ignore: string[];
  identity: string;
  paused: boolean;
  last_scan_at: string | null;
  created_at: string;
}

export interface FolderFile {
  path: string;
  size_bytes: number;
  changed_ms: number;
  sha256: string | null;
  /** Null when it is none, or somebody deleted that. */
  document_id: string | null;
  error: Failure | null;
}

/** A document that came from a folder, and lies in none any more. */
export type Orphan = string | null;

export interface FolderRecords {
  add(row: FolderRow): Promise<FolderRow>;
  get(id: string): Promise<FolderRow | null>;
  list(query: PageQuery & { project_id: string }): Promise<Page<FolderRow>>;
  all(): Promise<FolderRow[]>;
  /** Forgets the folder and its files. */
  remove(id: string): Promise<void>;
  pause(id: string, paused: boolean): Promise<void>;
  setIgnore(id: string, ignore: string[]): Promise<void>;
  scanned(id: string, at: { identity: string; last_scan_at: string }): Promise<void>;
  file(id: string, path: string): Promise<FolderFile | null>;
  /** `path` of known files, by path, after `after`. */
  paths(id: string, after: string, limit: number): Promise<string[]>;
  /** @param created true when this file made the document, which then goes with the last file that has its bytes */
  put(id: string, file: FolderFile, created: boolean): Promise<Orphan>;
  /** Forgets a file. `kept`: its document lies elsewhere in a folder too, there. */
  drop(id: string, path: string): Promise<{ orphan: Orphan; kept: { document_id: string; path: string } | null }>;
  counts(id: string): Promise<{ files: number; documents: number; unsupported: number; failed: number }>;
  errors(id: string, limit: number): Promise<{ path: string; error: Failure }[]>;
}
