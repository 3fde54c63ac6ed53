/** A model as callers see it: its files, the engine that runs it, and the job that fetches it, put together. */

import { availableParallelism } from 'node:os';
import type { Job } from '../../contract/jobs';
import type { Model, ModelKind } from '../../contract/models';
import type { Ports } from '../ports';
import type { ModelFacts, ModelOrder, StoredModel } from '../ports/model-store';
import type { Events } from '../system/events';
import { ELSEWHERE, fitOf, type Room, type Sized } from './fit';
import { availableBytes } from './memory';
import { readOrder } from './orders';
import { recommended } from './recommend';

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
    const present = await Promise.all(stored.map((model) => this.present(model, jobs.get(model.id))));
    const all = [...present, ...coming.filter((model) => model !== null)].sort((one, two) => (one.id < two.id ? -1 : 1));
    const order = stored.map(({ id }) => id);
    const best = recommended(all, order, availableParallelism(), this.room().gpu !== null);
    return all.map((model) => (best.has(model.id) ? { ...model, recommended: true } : model));
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
    return this.ports.engines.inUse(kind) === id;
  }

  /** Fetches under way or waiting, by model. */
  async openJobs(): Promise<Map<string, Job>> {
    const { jobs } = this.ports.records;
    const wanted = KINDS.flatMap((kind) => OPEN_STATES.map((state) => ({ kind, state, limit: OPEN_AT_MOST })));
    const pages = await Promise.all(wanted.map((query) => jobs.list(query)));
    return new Map(pages.flatMap(({ items }) => items.map((job) => [job.subject ?? '', job])));
  }

  private room(): Room {
    const { used, memory } = this.ports.chat.gpu();
    return { ram: availableBytes(), gpu: used === null || used === 'none' ? null : (memory?.free_bytes ?? null) };
  }

  private async present(model: StoredModel, job: Job | undefined): Promise<Model> {
    const { id, name, kind, origin, licence, languages, purpose, installed } = model;
    const facts = await this.ports.models.facts(model);
    const info = this.ports.engines.of(model)?.info();
    const sized = sizedOf(model, facts);
    return {
      id,
      name,
      kind,
      origin,
      licence,
      languages,
      purpose,
      installed,
      size_bytes: model.size_bytes,
      context_tokens: info?.context_tokens ?? sized.context_tokens,
      state: info?.state ?? stateOf(installed, job),
      detail: detailOf(model, info?.detail ?? null, facts, info !== undefined),
      in_use: this.isInUse(model),
      job_id: job?.id ?? null,
      fit: origin === 'external' ? ELSEWHERE : fitOf(sized, info?.state === 'loaded', this.room()),
      recommended: false,
      parameters: model.parameters ?? facts?.parameters ?? null,
      architecture: model.architecture ?? facts?.architecture ?? null,
      quantisation: model.quantisation ?? facts?.quantisation ?? null,
      dimensions: info?.dimensions ?? model.embedding?.dimensions ?? facts?.dimensions ?? null,
      sources: model.sources ?? [],
      checksum_known: model.checksum_known ?? true,
      sends_text_to: model.sends_text_to ?? null,
    };
  }

  /** A model that exists only as a job so far. */
  private async coming(job: Job): Promise<Model | null> {
    const order = await this.orderOf(job);
    if (order === null || order.from === 'catalogue') return null;
    const { id, name, kind } = order;
    const size_bytes = order.size_bytes ?? job.progress.total;
    const sized: Sized = { kind, size_bytes, context_tokens: null, shape: null, basis: 'size' };
    const unknown = { licence: null, context_tokens: null, languages: [], purpose: null, detail: null };
    const state = { installed: false, in_use: false, state: 'downloading' as const, job_id: job.id };
    return { id, name, kind, origin: 'imported', size_bytes, ...unknown, ...UNTOLD, ...state, fit: fitOf(sized, false, this.room()) };
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

const sizedOf = (model: StoredModel, facts: ModelFacts | null): Sized => ({
  kind: model.kind,
  size_bytes: model.size_bytes,
  context_tokens: facts?.context_tokens ?? model.context_tokens,
  shape: facts?.shape ?? model.shape ?? null,
  basis: facts?.shape ? 'header' : model.shape ? 'catalogue' : 'size',
});

/** What the person should know about it; the engine's own words go first. */
function detailOf({ kind, installed }: StoredModel, engine: string | null, facts: ModelFacts | null, runs: boolean): string | null {
  if (engine !== null || !installed) return engine;
  if (!runs) return 'This version of Pressmark has no engine that runs it yet.';
  if (kind === 'chat' && facts?.template === false)
    return 'Its file holds no chat format: it was probably trained to go on with a text, not to answer. It is only used when it is chosen.';
  return null;
}

const stateOf = (installed: boolean, job: Job | undefined): Model['state'] => (installed ? 'available' : job ? 'downloading' : 'absent');
