/** Backups: ordering one, looking at those there are, and laying one ready to be restored. */
import type { Readable } from 'node:stream';
import type { Backup, Restored, RestoreSource } from '../../contract/backups';
import type { Page, PageQuery } from '../../contract/shared';
import { AppError, notFound } from '../errors';
import type { Runner } from '../jobs/runner';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { Waiting } from '../ports/backup';

/** 20261123-161500, in UTC. */
const stamp = (at: Date): string => at.toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '').replace('T', '-');

type Ordered = { job_id: string; backup: Backup };

const toRestored = ({ id: _, ...waiting }: Waiting): Restored => ({ restart_needed: true, ...waiting });

/** Names the field by which the archive came. */
function about(field: string, error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'VALIDATION_FAILED') return error;
  const { message } = error;
  return new AppError('VALIDATION_FAILED', `${field}: ${message}`, { issues: [{ path: field, message }] });
}

export class Backups {
  private preparing = false;
  private ordering: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly ports: Ports,
    private readonly runner: Runner,
  ) {}

  /** Queues a backup under a name of its own: one order after the other, so that no two find the same name free. */
  create(): Promise<Ordered> {
    const ordered = this.ordering.then(() => this.order());
    this.ordering = ordered.catch(() => undefined);
    return ordered;
  }

  private async order(): Promise<Ordered> {
    const { records, runtime, backups } = this.ports;
    this.requireOwn();
    await this.requireRoom();
    const name = await this.freeName();
    const job = await records.jobs.add({ id: runtime.id(), kind: 'backup', stage: 'backup', subject: name, payload: { name } });
    this.runner.queued(job);
    return { job_id: job.id, backup: { name, path: backups.path(name), size_bytes: null, created_at: job.created_at } };
  }

  async list({ limit, cursor }: PageQuery): Promise<Page<Backup>> {
    const all = (await this.ports.backups.list()).filter(({ name }) => !cursor || name < cursor);
    const items = all.slice(0, limit);
    return { items, next_cursor: all.length > limit ? (items.at(-1)?.name ?? null) : null };
  }

  async get(name: string): Promise<Backup & { size_bytes: number }> {
    const found = await this.ports.backups.find(name);
    if (!found) throw notFound('backup', name);
    return found;
  }

  async remove(name: string): Promise<{ name: string; deleted: true }> {
    await this.get(name);
    await this.ports.backups.remove(name);
    return { name, deleted: true };
  }

  /** Checks the whole archive; what it holds becomes the library at the next start. */
  async restore({ name, path }: RestoreSource, signal: AbortSignal): Promise<Restored> {
    this.requireOwn();
    const archive = name === undefined ? path : (await this.get(name)).path;
    if (archive === undefined || (await this.ports.backups.size(archive)) === null) {
      throw new AppError('NOT_FOUND', 'There is no file at this path.', { path: archive ?? null });
    }
    return this.alone(() => this.prepare(archive, name === undefined ? 'path' : 'name', signal));
  }

  /** The same for an archive that comes as a stream. */
  async restoreFrom(source: Readable, signal: AbortSignal): Promise<Restored> {
    const { backups, files } = this.ports;
    return this.alone(async () => {
      const staged = await files.stage(source, await backups.room());
      return this.prepare(staged.path, 'file', signal).finally(() => files.discard(staged));
    });
  }

  async waiting(): Promise<{ waiting: Restored | null }> {
    const waiting = await this.ports.backups.waiting();
    return { waiting: waiting && toRestored(waiting) };
  }

  /** The present library stays. */
  async dropWaiting(): Promise<{ dropped: true }> {
    if (!(await this.ports.backups.waiting())) throw new AppError('NOT_FOUND', 'No backup waits to be restored.');
    await this.ports.backups.forget();
    return { dropped: true };
  }

  private async prepare(archive: string, field: string, signal: AbortSignal): Promise<Restored> {
    const { backups, runtime } = this.ports;
    const waiting = await backups.prepare(archive, runtime.id(), signal).catch((error: unknown) => {
      throw about(field, error);
    });
    runtime.log.info('a backup waits for the next start', { made: waiting.created_at, kept_at: waiting.kept_at });
    return toRestored(waiting);
  }

  private requireOwn(): void {
    const { elsewhere } = this.ports.backups;
    if (elsewhere !== null) throw new AppError('CONFLICT', elsewhere);
  }

  private async alone<T>(work: () => Promise<T>): Promise<T> {
    this.requireOwn();
    if (this.preparing) throw new AppError('CONFLICT', 'Another backup is being checked right now; try again when it is ready.');
    this.preparing = true;
    try {
      return await work();
    } finally {
      this.preparing = false;
    }
  }

  private async freeName(): Promise<string> {
    const { backups, records, runtime } = this.ports;
    const start = `pressmark-${stamp(runtime.now())}`;
    for (let count = 1; ; count += 1) {
      const name = `${start}${count === 1 ? '' : `-${count}`}.zip`;
      const { items } = await records.jobs.list({ kind: 'backup', subject: name, limit: 1 });
      if (items.length === 0 && (await backups.find(name)) === null) return name;
    }
  }

  private async requireRoom(): Promise<void> {
    const { items } = await this.ports.records.jobs.list({ kind: 'backup', state: 'queued', limit: LIMITS.backupsWaiting });
    if (items.length < LIMITS.backupsWaiting) return;
    throw new AppError('TOO_MANY_REQUESTS', `${items.length} backups are waiting already; let some of them finish first.`, {
      retry_after_s: 30,
    });
  }
}
