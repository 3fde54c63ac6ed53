/** Followed folders: adding and removing them, and how they are. */
import type { Folder } from '../../contract/folders';
import type { Page, PageQuery } from '../../contract/shared';
import type { Documents } from '../documents/documents';
import { AppError, notFound } from '../errors';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { FolderRow } from '../ports/folders';
import type { Events } from '../system/events';
import { Follower } from './follow';

const ERRORS_SHOWN = 20;
const ANNOUNCE_MS = 500;
const ELSEWHERE = 'Another server follows this folder.';

/** The request is as it should be, and so is the project; it is the disk that has no such folder, perhaps only now. */
function nowhere(): AppError {
  const message = 'there is no folder at this path on this machine';
  return new AppError('CONFLICT', `path: ${message}.`, { issues: [{ path: 'path', message }] });
}

interface InProject {
  id: string;
  folder_id: string;
}

export class Folders {
  private readonly followers = new Map<string, Follower>();
  private last: Promise<unknown> = Promise.resolve();
  private readonly announcing = new Set<string>();

  constructor(
    private readonly ports: Ports,
    private readonly documents: Documents,
    private readonly events: Events,
  ) {}

  /** Follows all of them, beginning with a look for what changed meanwhile. A command has no time for that. */
  async start(): Promise<void> {
    if (this.ports.runtime.host === 'cli') return;
    for (const { id } of await this.ports.records.folders.all()) this.follow(id);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.followers.values()].map((follower) => follower.end()));
    this.followers.clear();
  }

  async add({ id: project_id, path, ignore }: { id: string; path: string; ignore: string[] }): Promise<Folder> {
    const { records, folders, runtime } = this.ports;
    await this.requireProject(project_id);
    const place = await folders.locate(path);
    if (place === null) throw nowhere();
    if ((await records.folders.all()).length >= LIMITS.folders) {
      throw new AppError('CONFLICT', `${LIMITS.folders} folders are followed already; remove one first.`, { limit: LIMITS.folders });
    }
    const { path: real, identity } = place;
    const created_at = runtime.now().toISOString();
    const row = await records.folders.add({
      id: runtime.id(),
      project_id,
      path: real,
      ignore,
      identity,
      paused: false,
      last_scan_at: null,
      created_at,
    });
    this.follow(row.id);
    return this.describe(row);
  }

  async list({ id: project_id, ...query }: PageQuery & { id: string }): Promise<Page<Folder>> {
    await this.requireProject(project_id);
    const { items, next_cursor } = await this.ports.records.folders.list({ ...query, project_id });
    return { items: await Promise.all(items.map((row) => this.describe(row))), next_cursor };
  }

  async get(at: InProject): Promise<Folder> {
    return this.describe(await this.row(at));
  }

  async rescan(at: InProject): Promise<Folder> {
    const row = await this.row(at);
    this.requireHere(row.id);
    if (row.paused) throw new AppError('CONFLICT', 'This folder is paused; resume it first.', { state: 'paused' });
    const follower = this.followers.get(row.id) ?? this.follow(row.id);
    follower.plan(0, true);
    if (follower.condition.state !== 'scanning') follower.condition = { state: 'waiting', detail: null };
    return this.describe(row);
  }

  /** Files that are ignored from now on count as gone. */
  async update({ ignore, ...at }: InProject & { ignore: string[] }): Promise<Folder> {
    const { id } = await this.row(at);
    await this.ports.records.folders.setIgnore(id, ignore);
    await this.followers.get(id)?.reconsider();
    return this.get(at);
  }

  async pause(at: InProject): Promise<Folder> {
    const { id } = await this.row(at);
    this.requireHere(id);
    await this.ports.records.folders.pause(id, true);
    await this.followers.get(id)?.pause();
    return this.get(at);
  }

  async resume(at: InProject): Promise<Folder> {
    const { id, paused } = await this.row(at);
    this.requireHere(id);
    await this.ports.records.folders.pause(id, false);
    if (paused) (this.followers.get(id) ?? this.follow(id)).resume();
    return this.get(at);
  }

  async remove({ documents, ...at }: InProject & { documents: 'keep' | 'remove' }): Promise<{ id: string; deleted: true }> {
    const { id } = await this.row(at);
    await this.unfollow(id);
    if (documents === 'remove') await this.removeDocuments(id);
    await this.ports.records.folders.remove(id);
    return { id, deleted: true };
  }

  /** Before a project goes. */
  async endProject(project_id: string): Promise<void> {
    for (const folder of await this.ports.records.folders.all()) if (folder.project_id === project_id) await this.unfollow(folder.id);
  }

  /** Another server changed what is known of a folder, or forgot it. */
  async changedElsewhere(id: string): Promise<void> {
    const row = await this.ports.records.folders.get(id);
    if (row) this.events.emit({ type: 'folder', folder: await this.describe(row) });
    else await this.unfollow(id);
  }

  /** A folder lies on the machine of the server that follows it. */
  private requireHere(id: string): void {
    if (!this.ports.peers || this.followers.has(id)) return;
    throw new AppError('CONFLICT', `${ELSEWHERE} Ask that one.`, { folder: id });
  }

  private follow(id: string): Follower {
    const follower = new Follower(
      this.ports,
      this.documents,
      (work) => this.turn(work),
      id,
      (changed) => this.announce(changed),
    );
    this.followers.set(id, follower);
    follower.plan(0, true);
    return follower;
  }

  private async unfollow(id: string): Promise<void> {
    await this.followers.get(id)?.end();
    this.followers.delete(id);
  }

  private turn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work);
    this.last = mine.catch(() => undefined);
    return mine;
  }

  private async removeDocuments(id: string): Promise<void> {
    const { folders } = this.ports.records;
    for (;;) {
      const paths = await folders.paths(id, '', 500);
      if (paths.length === 0) return;
      for (const path of paths) {
        const { orphan } = await folders.drop(id, path);
        if (orphan !== null) await this.documents.remove(orphan);
      }
    }
  }

  private async row({ id, folder_id }: InProject): Promise<FolderRow> {
    await this.requireProject(id);
    const row = await this.ports.records.folders.get(folder_id);
    if (row?.project_id !== id) throw notFound('folder', folder_id);
    return row;
  }

  /** A scan reports each file; followers hear of it a few times a second. */
  private announce(id: string): void {
    if (this.announcing.has(id)) return;
    this.announcing.add(id);
    setTimeout(() => {
      this.announcing.delete(id);
      this.tell(id).catch((error: unknown) => this.ports.runtime.log.warn('a folder could not be announced', { message: String(error) }));
    }, ANNOUNCE_MS).unref();
  }

  private async tell(id: string): Promise<void> {
    if (!this.followers.has(id)) return;
    const row = await this.ports.records.folders.get(id);
    if (row) this.events.emit({ type: 'folder', folder: await this.describe(row) });
  }

  private async describe({ identity: _, paused: __, ...row }: FolderRow): Promise<Folder> {
    const { folders } = this.ports.records;
    const follower = this.followers.get(row.id);
    const { state, detail } = follower?.condition ?? { state: 'waiting', detail: this.ports.peers ? ELSEWHERE : null };
    // A scan may have ended since the row was read.
    const last_scan_at = (await folders.get(row.id))?.last_scan_at ?? row.last_scan_at;
    const errors = await folders.errors(row.id, ERRORS_SHOWN);
    return {
      ...row,
      last_scan_at,
      state,
      detail,
      progress: follower?.progress() ?? null,
      counts: await folders.counts(row.id),
      errors: errors.map(({ path, error }) => ({ path: this.ports.folders.shown(path), error })),
    };
  }

  private async requireProject(id: string): Promise<void> {
    if (!(await this.ports.records.projects.exists(id))) throw notFound('project', id);
  }
}
