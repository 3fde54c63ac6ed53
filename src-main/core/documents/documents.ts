/** Documents: everything a caller can ask of one once it was received. */
import type { Chunk, Document, DocumentPage, UploadItem, UploadResult } from '../../contract/documents';
import type { Page, PageQuery } from '../../contract/shared';
import { AppError, notFound } from '../errors';
import type { Runner } from '../jobs/runner';
import type { Ports } from '../ports';
import type { NewDocument } from '../ports/records';
import type { SettingsService } from '../settings/settings';
import type { Events } from '../system/events';
import { createHashLock, type HashLock } from './hash-lock';
import { takeInOrphans } from './orphans';
import type { Passwords } from './passwords';
import { type Incoming, importPath, receiveFile } from './receive';

const MiB = 1024 * 1024;

const AGAIN = new Set<Document['state']>(['failed', 'cancelled']);
/** Of failed documents. */
const ASKS = new Set(['PASSWORD_NEEDED', 'PASSWORD_WRONG']);

type ListQuery = Parameters<Ports['records']['documents']['list']>[0];

export class Documents {
  private readonly lock: HashLock;

  constructor(
    private readonly ports: Ports,
    private readonly events: Events,
    private readonly runner: Runner,
    private readonly settings: SettingsService,
    private readonly passwords: Passwords,
  ) {
    this.lock = createHashLock((sha256) => ports.files.claim(sha256));
  }

  /** Of one file, as the settings say now. */
  get limit_bytes(): number {
    return this.settings.current.max_file_mib * MiB;
  }

  async get(id: string): Promise<Document> {
    const document = await this.ports.records.documents.get(id);
    if (!document) throw notFound('document', id);
    return document;
  }

  async list(query: ListQuery): Promise<Page<Document>> {
    const page = await this.ports.records.documents.list(query);
    // Rows prove their project, so only an empty page needs the question.
    if (page.items.length === 0) await this.requireProject(query.project_id);
    return page;
  }

  /**
   * Takes in one file from a stream; it is durable when this returns. See `receiveFile`.
   * A project that is only named after the file's bytes is a promise.
   */
  async receive(input: Omit<Incoming, 'limit_bytes'>): Promise<UploadItem> {
    const project_id = this.existing(input.project_id);
    project_id.catch(() => undefined);
    if (typeof input.project_id === 'string') await project_id;
    return this.received(await receiveFile(this.ports, this.lock, { ...input, project_id, limit_bytes: this.limit_bytes }));
  }

  /** A file that was there before, and could not be read then, is tried again. */
  private async received(item: UploadItem): Promise<UploadItem> {
    const { document, duplicate_of } = item;
    if (duplicate_of === null || !document || !AGAIN.has(document.state)) {
      await this.announce(item);
      return item;
    }
    return { ...item, ...(await this.reindex(document.id)) };
  }

  private async existing(project_id: string | Promise<string>): Promise<string> {
    const id = await project_id;
    await this.requireProject(id);
    return id;
  }

  /** Copies local files into the library, one after the other; each gets its own verdict. */
  async importPaths(input: { project_id: string; paths: string[] }): Promise<UploadResult> {
    await this.requireProject(input.project_id);
    const items: UploadItem[] = [];
    for (const path of input.paths) {
      const item = await importPath(this.ports, this.lock, { project_id: input.project_id, path, limit_bytes: this.limit_bytes });
      items.push(await this.received(item));
    }
    return { items };
  }

  async remove(id: string): Promise<{ id: string; deleted: true }> {
    const { project_id, sha256 } = await this.get(id);
    await this.runner.cancelDocument(id);
    await this.lock(sha256, async () => {
      const { uses } = await this.ports.records.documents.remove(id);
      if (uses === 0) await this.dropFile(sha256);
      await this.ports.files.clearScratch(id);
    });
    this.events.emit({ type: 'document_removed', document_id: id, project_id });
    return { id, deleted: true };
  }

  /** After a restart: what a killed process had not deleted yet. */
  async tidy(): Promise<void> {
    const { records, files } = this.ports;
    for (const sha256 of await records.documents.dropped()) await this.lock(sha256, () => this.dropFile(sha256));
    await files.sweep(await records.jobs.reading());
  }

  private async dropFile(sha256: string): Promise<void> {
    const { records, files } = this.ports;
    await files.remove(sha256);
    await records.documents.forgetDropped(sha256);
  }

  /** Removes a document in whose place another one came: what did not change in it is not embedded again. */
  async replace(id: string, heir_id: string | null): Promise<void> {
    if (heir_id !== null) await this.ports.vectors.keep(id, heir_id);
    await this.remove(id);
  }

  /** Unless it has another name than `from` by now. */
  async rename(id: string, from: string, filename: string): Promise<void> {
    const { documents } = this.ports.records;
    if (from === filename || (await documents.get(id))?.filename !== from) return;
    this.events.emit({ type: 'document', document: await documents.update(id, { filename }) });
  }

  async removeAll(project_id: string): Promise<void> {
    for (;;) {
      const { items } = await this.ports.records.documents.list({ project_id, limit: 100 });
      if (items.length === 0) return;
      for (const { id } of items) await this.remove(id);
    }
  }

  /** Where the original lies, for doors that send bytes. */
  async original(id: string): Promise<Pick<Document, 'filename' | 'mime_type' | 'size_bytes' | 'sha256'> & { path: string }> {
    const { sha256, filename, mime_type, size_bytes } = await this.get(id);
    return { path: await this.ports.files.ready(sha256), filename, mime_type, size_bytes, sha256 };
  }

  async page(id: string, page: number): Promise<DocumentPage> {
    const found = await this.ports.records.documents.page(id, page);
    if (found) return found;
    const { pages } = await this.get(id);
    throw new AppError('NOT_FOUND', `This document has no page ${page}.`, { page, pages });
  }

  async chunks(id: string, query: PageQuery): Promise<Page<Chunk>> {
    await this.get(id);
    return this.ports.records.documents.chunks(id, query);
  }

  /** Parses the original again. */
  reindex(id: string): Promise<{ document: Document; job_id: string }> {
    return this.readAgain(id);
  }

  /** @param here where only this server can */
  private async readAgain(id: string, here = false): Promise<{ document: Document; job_id: string }> {
    const { records, runtime } = this.ports;
    await this.get(id);
    await this.runner.cancelDocument(id);
    const job = await records.jobs.enqueue({ id: runtime.id(), document_id: id, stage: 'parse', here });
    const document = await records.documents.update(id, { state: 'queued', error: null });
    this.events.emit({ type: 'document', document });
    this.events.emit({ type: 'job', job });
    this.runner.wake();
    return { document, job_id: job.id };
  }

  /** Reads a protected file with the password that was given; whether it is the right one, the document says when it was tried. */
  async unlock({ id, password }: { id: string; password: string }): Promise<{ document: Document; job_id: string }> {
    const { error, state } = await this.get(id);
    if (!error || !ASKS.has(error.code)) throw new AppError('CONFLICT', 'This document does not ask for a password.', { state });
    this.passwords.give(id, password);
    return this.readAgain(id, true);
  }

  /** Nobody else takes in or deletes these bytes while the work goes on. Always in the same order, so that no two wait for each other. */
  async withOriginals<T>(hashes: string[], work: () => Promise<T>): Promise<T> {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    try {
      for (const sha256 of [...new Set(hashes)].sort()) {
        await new Promise<void>((got) => {
          void this.lock(sha256, () => {
            got();
            return ended;
          });
        });
      }
      return await work();
    } finally {
      end();
    }
  }

  /** Documents that came in with their project. */
  async announceAll(documents: NewDocument[]): Promise<void> {
    for (const { document_id, job_id } of documents) {
      const [document, job] = await Promise.all([this.ports.records.documents.get(document_id), this.ports.records.jobs.get(job_id)]);
      if (document) this.events.emit({ type: 'document', document });
      if (job) this.events.emit({ type: 'job', job });
    }
    this.runner.wake();
  }

  /** Originals that no document has any more, since the library was lost with their names: they become documents of a project of their own. */
  async takeInWhatIsLeft(): Promise<void> {
    const taken = await takeInOrphans(this.ports);
    if (taken > 0) this.ports.runtime.log.warn('originals without a document were taken in again', { documents: taken });
  }

  private async announce({ document, job_id }: UploadItem): Promise<void> {
    if (!document || !job_id) return;
    this.events.emit({ type: 'document', document: { ...document, content: null } });
    const job = await this.ports.records.jobs.get(job_id);
    if (job) this.events.emit({ type: 'job', job });
    this.runner.wake();
  }

  private async requireProject(id: string): Promise<void> {
    if (!(await this.ports.records.projects.exists(id))) throw notFound('project', id);
  }
}
