/** Backups: ordering one, looking at those there are, and laying one ready to be restored. */
import type { Backup, Restored, RestoreSource } from '../../contract/backups';
import type { Page, PageQuery } from '../../contract/shared';
import { AppError, notFound } from '../errors';
import type { Runner } from '../jobs/runner';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';

/** 20261123-161500, in UTC. */
const stamp = (at: Date): string => at.toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '').replace('T', '-');

export class Backups {
  private preparing = false;

  constructor(
    private readonly ports: Ports,
    private readonly runner: Runner,
  ) {}

  /** Queues a backup; one that waits for the same file is returned instead. */
  async create({ path }: { path?: string | undefined } = {}): Promise<{ job_id: string; backup: Backup }> {
    const { records, runtime, backups } = this.ports;
    const target = path ?? (await this.freePath());
    const obstacle = await backups.obstacle(target);
    if (obstacle) throw new AppError('CONFLICT', obstacle, { path: target });
    await this.requireRoom();
    const order = { id: runtime.id(), kind: 'backup', stage: 'backup', subject: target } as const;
    const job = await records.jobs.add({ ...order, payload: { path: target } });
    this.runner.queued(job);
    return { job_id: job.id, backup: { name: backups.nameOf(target), path: target, size_bytes: null, created_at: job.created_at } };
  }

  async list({ limit, cursor }: PageQuery): Promise<Page<Backup>> {
    const all = (await this.ports.backups.list()).filter(({ name }) => !cursor || name < cursor);
    const items = all.slice(0, limit);
    return { items, next_cursor: all.length > limit ? (items.at(-1)?.name ?? null) : null };
  }

  async get(name: string): Promise<Backup & { name: string }> {
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
    const { backups, runtime } = this.ports;
    const archive = name === undefined ? path : (await this.get(name)).path;
    if (archive === undefined || (await backups.size(archive)) === null) {
      throw new AppError('NOT_FOUND', 'There is no file at this path.', { path: archive ?? null });
    }
    if (this.preparing) throw new AppError('CONFLICT', 'Another backup is being checked right now; try again when it is ready.');
    this.preparing = true;
    try {
      const { id: _, ...waiting } = await backups.prepare(archive, runtime.id(), signal);
      runtime.log.info('a backup waits for the next start', { made: waiting.created_at, kept_at: waiting.kept_at });
      return { restart_needed: true, ...waiting };
    } finally {
      this.preparing = false;
    }
  }

  private async freePath(): Promise<string> {
    const { backups, records, runtime } = this.ports;
    const name = `pressmark-${stamp(runtime.now())}`;
    for (let count = 1; ; count += 1) {
      const path = backups.path(`${name}${count === 1 ? '' : `-${count}`}.zip`);
      const { items } = await records.jobs.list({ kind: 'backup', subject: path, limit: 1 });
      if (items.length === 0 && (await backups.size(path)) === null) return path;
    }
  }

  private async requireRoom(): Promise<void> {
    const { items } = await this.ports.records.jobs.list({ kind: 'backup', state: 'queued', limit: LIMITS.backupsWaiting });
    if (items.length < LIMITS.backupsWaiting) return;
    throw new AppError('UNAVAILABLE', `${items.length} backups are waiting already; let some of them finish first.`, { retry_after_s: 60 });
  }
}
