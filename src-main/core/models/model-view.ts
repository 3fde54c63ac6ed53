/** A model as callers see it: its files, the engine that runs it, and the job that fetches it, put together. */
import type { Job } from '../../contract/jobs';
import type { Model, ModelKind } from '../../contract/models';
import type { Ports } from '../ports';
import type { ModelOrder, StoredModel } from '../ports/model-store';
import type { Events } from '../system/events';
import { ELSEWHERE, fitOf } from './fit';
import { readOrder } from './orders';

/** More fetches at once than anybody will start. */
const OPEN_AT_MOST = 100;
const KINDS = ['model_download', 'model_import'] as const;
const OPEN_STATES = ['queued', 'running'] as const;

export class ModelView {
  constructor(
    private readonly ports: Ports,
    private readonly events: Events,
  ) {}

  /** All models by id: the catalogue, what is in the models folder, and what is on its way. */
  async all(): Promise<Model[]> {
    const jobs = await this.openJobs();
    const stored = this.ports.engines.list();
    const known = new Set(stored.map(({ id }) => id));
    const coming = await Promise.all([...jobs.values()].filter(({ subject }) => !known.has(subject ?? '')).map((job) => this.coming(job)));
    const present = stored.map((model) => this.present(model, jobs.get(model.id)));
    return [...present, ...coming.filter((model) => model !== null)].sort((one, two) => (one.id < two.id ? -1 : 1));
  }

  async one(id: string): Promise<Model | null> {
    return (await this.all()).find((model) => model.id === id) ?? null;
  }

  /** Tells everybody how a model is now; `kind` is that of an imported one, which may be gone. */
  async announce(id: string, kind?: ModelKind): Promise<void> {
    if (this.announceEngine(id)) return;
    const model = await this.one(id);
    const gone = { in_use: false, state: 'absent' as const, detail: null, context_tokens: null };
    const { in_use, state, detail, context_tokens } = model ?? gone;
    const known = model?.kind ?? kind;
    if (!known) return;
    this.events.emit({ type: 'model', kind: known, in_use, model: { id, state, detail, context_tokens, engine: null, dimensions: null } });
  }

  /** The same at once, for one that is installed; false when it is not. */
  announceEngine(id: string): boolean {
    const model = this.ports.engines.list().find((one) => one.id === id);
    const info = model && this.ports.engines.of(model)?.info();
    if (!model || !info) return false;
    this.events.emit({ type: 'model', kind: model.kind, in_use: this.isInUse(model), model: info });
    return true;
  }

  private isInUse({ id, kind }: StoredModel): boolean {
    return kind !== 'reranker' && this.ports.engines.inUse(kind) === id;
  }

  /** Fetches under way or waiting, by model. */
  async openJobs(): Promise<Map<string, Job>> {
    const { jobs } = this.ports.records;
    const wanted = KINDS.flatMap((kind) => OPEN_STATES.map((state) => ({ kind, state, limit: OPEN_AT_MOST })));
    const pages = await Promise.all(wanted.map((query) => jobs.list(query)));
    return new Map(pages.flatMap(({ items }) => items.map((job) => [job.subject ?? '', job])));
  }

  private present(model: StoredModel, job: Job | undefined): Model {
    const { id, name, kind, origin, size_bytes, licence, languages, purpose, installed } = model;
    const info = this.ports.engines.of(model)?.info();
    const facts = { id, name, kind, origin, size_bytes, licence, languages, purpose, installed };
    const without = installed ? 'This version of Pressmark has no engine that runs it yet.' : null;
    return {
      ...facts,
      context_tokens: info?.context_tokens ?? model.context_tokens,
      state: info?.state ?? stateOf(installed, job),
      detail: info ? info.detail : without,
      in_use: this.isInUse(model),
      job_id: job?.id ?? null,
      fit: model.origin === 'external' ? ELSEWHERE : fitOf(size_bytes, info?.state === 'loaded'),
      ...UNTOLD,
      sends_text_to: model.sends_text_to ?? null,
      dimensions: info?.dimensions ?? model.embedding?.dimensions ?? null,
    };
  }

  /** A model that exists only as a job so far. */
  private async coming(job: Job): Promise<Model | null> {
    const order = await this.orderOf(job);
    if (order === null || order.from === 'catalogue') return null;
    const { id, name, kind } = order;
    const size_bytes = order.size_bytes ?? job.progress.total;
    const unknown = { licence: null, context_tokens: null, languages: [], purpose: null, detail: null };
    const state = { installed: false, in_use: false, state: 'downloading' as const, job_id: job.id };
    return { id, name, kind, origin: 'imported', size_bytes, ...unknown, ...UNTOLD, ...state, fit: fitOf(size_bytes, false) };
  }

  private async orderOf({ id }: Job): Promise<ModelOrder | null> {
    const payload = await this.ports.records.jobs.payload(id);
    return payload === null ? null : readOrder(payload);
  }
}

const UNTOLD = {
  recommended: false,
  parameters: null,
  architecture: null,
  quantisation: null,
  dimensions: null,
  sources: [] as string[],
  checksum_known: true,
  sends_text_to: null,
};

const stateOf = (installed: boolean, job: Job | undefined): Model['state'] => (installed ? 'available' : job ? 'downloading' : 'absent');
