/** Follows one folder: watches it, looks through it when something changed, and knows how it is. */
import type { Folder, FolderState } from '../../contract/folders';
import type { Documents } from '../documents/documents';
import { storageFault } from '../errors';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { FolderRow } from '../ports/folders';
import { FolderScan, type ScanProgress } from './scan';

export type Condition = { state: FolderState; detail: string | null };
/** Scans of all folders take turns. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

/** Changes come in flocks: a scan waits this long for the others. */
const QUIET_MS = 400;

export class Follower {
  private current: Condition = { state: 'waiting', detail: null };
  private scanProgress: (ScanProgress & { since: number }) | null = null;
  private readonly ending = new AbortController();
  private pausing = new AbortController();
  private unwatch: (() => Promise<void>) | null = null;
  private timer: NodeJS.Timeout | null = null;
  private due_ms = Number.POSITIVE_INFINITY;
  private again = false;
  /** By the scan before. */
  private missed: ReadonlySet<string> = new Set();
  private scanning: Promise<void> | null = null;
  private deaf: string | null = null;

  constructor(
    private readonly ports: Ports,
    private readonly documents: Documents,
    private readonly turn: Turn,
    private readonly id: string,
    private readonly changed: (id: string) => void,
  ) {}

  get condition(): Condition {
    return this.current;
  }

  set condition(condition: Condition) {
    this.current = condition;
    if (condition.state !== 'scanning') this.scanProgress = null;
    this.changed(this.id);
  }

  /** Of the scan that goes on. */
  progress(): Folder['progress'] {
    if (!this.scanProgress) return null;
    const { looked, total, since } = this.scanProgress;
    const pace = (Date.now() - since) / Math.max(1, looked);
    return { looked, total, eta_s: total === null || looked < 10 ? null : Math.round(((total - looked) * pace) / 1000) };
  }

  /** Looks through the folder in `ms`, or earlier when that was planned. @param again also files that failed and did not change */
  plan(ms: number, again = false): void {
    this.again ||= again;
    const due = Date.now() + ms;
    if (this.ending.signal.aborted || this.pausing.signal.aborted || due >= this.due_ms) return;
    if (this.timer) clearTimeout(this.timer);
    this.due_ms = due;
    this.timer = setTimeout(() => this.begin(), ms);
  }

  /** Ends the scan that goes on, and begins none until it is resumed. */
  async pause(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.due_ms = Number.POSITIVE_INFINITY;
    this.pausing.abort();
    // One that waits for its turn behind another folder finds out by itself.
    if (this.condition.state === 'scanning') await this.scanning;
    this.condition = { state: 'paused', detail: null };
  }

  resume(): void {
    this.pausing = new AbortController();
    this.condition = { state: 'waiting', detail: null };
    this.plan(0, true);
  }

  /** Looks again by rules that changed: the scan by those before ends. */
  async reconsider(): Promise<void> {
    const { state } = this.condition;
    await this.pause();
    await this.unwatch?.();
    this.unwatch = null;
    if (state !== 'paused') this.resume();
  }

  /** Stops, and waits until nothing of it runs any more. */
  async end(): Promise<void> {
    this.ending.abort();
    if (this.timer) clearTimeout(this.timer);
    await this.scanning;
    await this.unwatch?.();
  }

  /** Changes during a scan plan another one, which waits for it. */
  private begin(): void {
    this.due_ms = Number.POSITIVE_INFINITY;
    this.scanning = (this.scanning ?? Promise.resolve())
      .then(() => this.turn(() => this.scan()))
      .catch((error: unknown) => this.failed(error));
  }

  private async scan(): Promise<void> {
    const { records, folders } = this.ports;
    const signal = AbortSignal.any([this.ending.signal, this.pausing.signal]);
    const folder = signal.aborted ? null : await records.folders.get(this.id);
    if (!folder) return;
    if (folder.paused) {
      this.pausing.abort();
      this.condition = { state: 'paused', detail: null };
      return;
    }
    const place = await folders.locate(folder.path).catch(() => null);
    if (place === null) return this.missing('There is no folder at this path right now; its documents are kept until it is back.');
    const wasEmpty = (await records.folders.counts(this.id)).files === 0;
    if (!wasEmpty && place.identity !== folder.identity && (await this.isEmpty(folder))) {
      return this.missing('Another, empty folder is at this path; is a disk not connected? Its documents are kept.');
    }
    this.watch(folder);
    const again = this.again;
    this.again = false;
    this.condition = { state: 'scanning', detail: null };
    const { unsettled, missing, detail } = await new FolderScan(
      this.ports,
      this.documents,
      folder,
      again,
      this.missed,
      signal,
      (progress) => this.report(progress),
    ).run();
    this.missed = missing;
    await records.folders.scanned(this.id, { identity: place.identity, last_scan_at: this.ports.runtime.now().toISOString() });
    this.condition = { state: 'watching', detail: detail ?? this.deaf };
    this.plan(unsettled ? LIMITS.folderSettleMs : LIMITS.folderRescanMs, !unsettled);
  }

  private report(progress: ScanProgress): void {
    this.scanProgress = { ...progress, since: this.scanProgress?.since ?? Date.now() };
    this.changed(this.id);
  }

  private async isEmpty({ path, ignore }: FolderRow): Promise<boolean> {
    for await (const _ of this.ports.folders.walk(path, ignore, this.ending.signal)) return false;
    return true;
  }

  private watch({ path, ignore }: FolderRow): void {
    this.unwatch ??= this.ports.folders.watch(path, ignore, {
      changed: () => this.plan(QUIET_MS),
      failed: (reason) => {
        this.deaf = `Not every change is seen at once (${reason}); the folder is looked through every ${LIMITS.folderRescanMs / 60_000} minutes.`;
      },
    });
  }

  /** The watch is given up too: what comes back may be another directory. */
  private async missing(detail: string): Promise<void> {
    this.condition = { state: 'missing', detail };
    await this.unwatch?.();
    this.unwatch = null;
    this.plan(LIMITS.folderMissingMs);
  }

  private failed(error: unknown): void {
    if (this.ending.signal.aborted || this.pausing.signal.aborted) return;
    const fault = storageFault(error);
    const unknown = 'Something went wrong while looking through this folder; the log file says more.';
    this.condition = { state: 'failed', detail: fault?.message ?? unknown };
    this.ports.runtime.log.error('a folder could not be looked through', { folder_id: this.id, message: String(error) });
    this.plan(fault ? LIMITS.storageRetryMs : LIMITS.folderRescanMs, true);
  }
}
