/** One look through a followed folder: what is new, changed, moved or gone there becomes so in the library. */
import { basename } from 'node:path';
import type { Failure } from '../../contract/documents';
import type { Documents } from '../documents/documents';
import { readUnchanged } from '../documents/unchanged';
import { AppError, storageFault } from '../errors';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { Blind, FolderFile, FolderRow, FoundFile } from '../ports/folders';

export interface Scanned {
  /** Some files were still being written, or are missing for the first time: look again soon. */
  unsettled: boolean;
  /** Known files that were not there. Only one that the next scan misses, too, is gone. */
  missing: ReadonlySet<string>;
  /** What was not followed, in words. */
  detail: string | null;
  /** Files that there are. */
  files: number;
}

export interface ScanProgress {
  looked: number;
  /** Null while they are counted. */
  total: number | null;
}

export class FolderScan {
  private readonly seen = new Set<string>();
  /** What cannot be looked into is not gone. */
  private readonly blind: Blind[] = [];
  /** Sizes of files that are being written, or have just come from another place. */
  private readonly unsettled = new Set<number>();
  private readonly missing = new Set<string>();
  private truncated = false;

  /**
   * @param again also files that failed before and did not change
   * @param missed what the scan before missed: a file that moves during a scan can be missed at its old place and at its new one
   */
  constructor(
    private readonly ports: Ports,
    private readonly documents: Documents,
    private readonly folder: FolderRow,
    private readonly again: boolean,
    private readonly missed: ReadonlySet<string>,
    private readonly signal: AbortSignal,
    private readonly report: (progress: ScanProgress) => void,
  ) {}

  async run(): Promise<Scanned> {
    const { path, ignore } = this.folder;
    const total = await this.count();
    const looking = new Set<Promise<void>>();
    try {
      for await (const found of this.ports.folders.walk(path, ignore, this.signal)) {
        if ('reason' in found) this.blind.push(found);
        else if (this.seen.size >= LIMITS.folderFiles) this.truncated = true;
        else {
          this.seen.add(found.path);
          const look = this.look(found).finally(() => looking.delete(look));
          // One that fails while the next file is being found has nobody waiting for it yet, which would end the process; all are awaited below.
          look.catch(() => undefined);
          looking.add(look);
        }
        if (this.truncated) break;
        if (looking.size >= AT_ONCE) await Promise.race(looking);
        this.report({ looked: this.seen.size - looking.size, total: Math.max(total, this.seen.size) });
      }
      await Promise.all(looking);
    } finally {
      await Promise.allSettled(looking);
    }
    // Files that moved were met under their new names by now, so that their documents stay.
    const rootUnread = this.blind.some((blind) => blind.path === '');
    if (!this.truncated && !rootUnread) await this.dropGone();
    const unsettled = this.unsettled.size + this.missing.size > 0;
    return { unsettled, missing: this.missing, detail: this.detail(), files: this.seen.size };
  }

  /** Walking is quick beside reading, and tells how far it will be. */
  private async count(): Promise<number> {
    this.report({ looked: 0, total: null });
    let files = 0;
    for await (const found of this.ports.folders.walk(this.folder.path, this.folder.ignore, this.signal)) {
      if (!('reason' in found)) files += 1;
      if (files >= LIMITS.folderFiles) break;
    }
    return files;
  }

  private async look(found: FoundFile): Promise<void> {
    this.signal.throwIfAborted();
    const known = await this.ports.records.folders.file(this.folder.id, found.path);
    const same = known?.size_bytes === found.size_bytes && known.changed_ms === found.changed_ms;
    if (same && !(this.again && known.error)) return;
    const age = this.ports.runtime.now().getTime() - found.changed_ms;
    if (age >= 0 && age < LIMITS.folderSettleMs) this.unsettled.add(found.size_bytes);
    else await this.take(found, known).catch((error: unknown) => this.refused(found, error));
  }

  private async take(found: FoundFile, known: FolderFile | null): Promise<void> {
    const { folders, reader, records } = this.ports;
    const path = folders.absolute(this.folder.path, found.path);
    const { limit_bytes } = this.documents;
    if (found.size_bytes > limit_bytes) return this.note(found, tooLarge(limit_bytes));
    if (known?.sha256 && !known.error && (await folders.sha256(path, this.signal)) === known.sha256) {
      await this.put({ ...known, ...found }, false);
      return;
    }
    const filename = this.nameOf(found.path);
    // Spares copying what nobody reads; of a name that only bytes tell, the copy is looked at.
    if (found.size_bytes > 0 && typeof path === 'string' && (await reader.detect(path, filename)) === null)
      return this.note(found, UNSUPPORTED);
    const source = readUnchanged(path);
    const { document, duplicate_of, error } = await this.documents.receive({ project_id: this.folder.project_id, filename, source });
    if (!document) return this.note(found, error ?? unreadable(null));
    if (!(await records.folders.get(this.folder.id))) return;
    await this.put({ ...found, sha256: document.sha256, document_id: document.id, error: null }, duplicate_of === null);
  }

  private async refused(found: FoundFile, error: unknown): Promise<void> {
    // What this disk does not take is not the file's fault: the whole scan stops and is tried again.
    const fault = storageFault(error);
    if (fault) throw fault;
    if (error instanceof AppError && error.code === 'CONFLICT') this.unsettled.add(found.size_bytes);
    else await this.note(found, unreadable(error));
  }

  /** A file that is not (any more) a document. */
  private async note(found: FoundFile, error: Failure): Promise<void> {
    this.signal.throwIfAborted();
    await this.put({ ...found, sha256: null, document_id: null, error }, false);
  }

  private async put(file: FolderFile, created: boolean): Promise<void> {
    const orphan = await this.ports.records.folders.put(this.folder.id, file, created);
    if (orphan !== null) await this.documents.replace(orphan, file.document_id);
  }

  private async dropGone(): Promise<void> {
    const { records } = this.ports;
    let after = '';
    for (;;) {
      const paths = await records.folders.paths(this.folder.id, after, PATHS_AT_ONCE);
      const last = paths.at(-1);
      if (last === undefined) return;
      after = last;
      for (const path of paths) {
        if (this.seen.has(path) || this.isBlind(path)) continue;
        if (this.missed.has(path)) await this.drop(path);
        else this.missing.add(path);
      }
    }
  }

  private async drop(path: string): Promise<void> {
    this.signal.throwIfAborted();
    const known = await this.ports.records.folders.file(this.folder.id, path);
    // It may have moved to a place that the next scan takes up.
    if (known && this.unsettled.has(known.size_bytes)) return void this.missing.add(path);
    const { orphan, kept } = await this.ports.records.folders.drop(this.folder.id, path);
    if (orphan !== null) await this.documents.remove(orphan);
    if (kept) await this.documents.rename(kept.document_id, this.nameOf(path), this.nameOf(kept.path));
  }

  private nameOf(path: string): string {
    return basename(this.ports.folders.shown(path));
  }

  private isBlind(path: string): boolean {
    return this.blind.some((blind) => path.startsWith(`${blind.path}/`));
  }

  private detail(): string | null {
    const [first] = this.blind;
    if (this.truncated) return `Only the first ${LIMITS.folderFiles} files are followed; choose smaller folders.`;
    if (!first) return null;
    const others = this.blind.length > 1 ? ` and ${this.blind.length - 1} more` : '';
    return `The folder "${this.ports.folders.shown(first.path)}"${others} could not be looked into (${first.reason}).`;
  }
}

const PATHS_AT_ONCE = 500;
/** While one file is flushed to the disk, others are read. */
const AT_ONCE = 4;

const UNSUPPORTED: Failure = { code: 'UNSUPPORTED_TYPE', message: 'Pressmark cannot read this kind of file yet.', action: null };
const tooLarge = (limit: number): Failure => ({
  code: 'TOO_LARGE',
  message: `The file is larger than the limit of ${Math.round(limit / 1024 / 1024)} MiB.`,
  action: 'Split the file, or raise the limit in the settings and look through the folder again.',
});

function unreadable(error: unknown): Failure {
  if (error instanceof AppError) return { code: error.code, message: error.message, action: null };
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  return { code: 'UNREADABLE', message: `The file could not be read (${reason}).`, action: 'Check that you may read it.' };
}
