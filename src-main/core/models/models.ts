/** Models: what there is, what is being fetched, loading and unloading, and deletion. */
import type { Job } from '../../contract/jobs';
import type { AcceptedModel, Model, ModelKind, ModelSource } from '../../contract/models';
import type { Page, PageQuery } from '../../contract/shared';
import { AppError, notFound } from '../errors';
import type { Runner } from '../jobs/runner';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { Engine } from '../ports/llm';
import type { ModelOrder } from '../ports/model-store';
import { External } from './external';
import type { ModelView } from './model-view';
import { orderOf } from './orders';

type ListQuery = PageQuery & { kind?: ModelKind | undefined; installed?: boolean | undefined };

export class Models {
  readonly external: External;

  constructor(
    private readonly ports: Ports,
    private readonly runner: Runner,
    private readonly view: ModelView,
  ) {
    this.external = new External(ports);
  }

  /** At the start: deletes what no fetch will take up again. */
  async tidy(): Promise<void> {
    const coming = (await this.view.all()).filter(({ job_id }) => job_id !== null);
    await this.ports.models.sweep(coming.map(({ id }) => id));
  }

  async list({ limit, cursor, kind, installed }: ListQuery): Promise<Page<Model>> {
    const all = (await this.view.all()).filter(
      (model) =>
        (kind ?? model.kind) === model.kind && (installed ?? model.installed) === model.installed && (!cursor || model.id > cursor),
    );
    const items = all.slice(0, limit);
    return { items, next_cursor: all.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  async get(id: string): Promise<Model> {
    const model = await this.view.one(id);
    if (!model) throw notFound('model', id);
    return model;
  }

  /** Fetches a model of the catalogue; a fetch under way is returned instead of a second one. */
  async download(id: string): Promise<AcceptedModel> {
    const model = await this.get(id);
    if (model.installed) throw new AppError('CONFLICT', `The model ${id} is installed already.`, { model: id });
    if (model.origin !== 'catalogue') {
      throw new AppError('CONFLICT', `Pressmark does not know where ${id} can be downloaded; import it instead.`, { model: id });
    }
    const { job } = await this.queue({ id, from: 'catalogue' });
    return this.accepted(id, job);
  }

  /** Takes in a model from a local file or an address. */
  async import(source: ModelSource): Promise<AcceptedModel> {
    const all = new Set((await this.view.all()).map(({ id }) => id));
    for (;;) {
      const order = await orderOf(source, this.ports.models, async (id) => all.has(id));
      const { job, fresh } = await this.queue(order);
      if (fresh) return this.accepted(order.id, job);
      // Somebody took the same name just now, for another file perhaps.
      all.add(order.id);
    }
  }

  /** Loads it really: the answer comes when it is in memory. */
  async load(id: string): Promise<Model> {
    const engine = await this.engineOf(id);
    if (!engine)
      throw new AppError('CONFLICT', `This version of Pressmark keeps ${id}, but has no engine that runs it yet.`, { model: id });
    await within(LIMITS.modelLoadMs, id, engine.load());
    // One that had failed may be the best again.
    this.ports.engines.refresh();
    return this.get(id);
  }

  async unload(id: string): Promise<Model> {
    const engine = await this.engineOf(id);
    if (engine?.busy()) throw inUse(id);
    await engine?.unload();
    return this.get(id);
  }

  async remove(id: string): Promise<{ id: string; deleted: true }> {
    const { kind, in_use, origin } = await this.installed(id);
    const { engines, models } = this.ports;
    if (origin === 'external')
      throw new AppError('CONFLICT', `${id} runs elsewhere; switch the external engine off instead.`, { model: id });
    if (origin === 'outside')
      throw new AppError('CONFLICT', `${id} lies outside the models folder; delete its file yourself.`, { model: id });
    const engine = await this.engineOf(id);
    if (engine?.busy() || (kind === 'embedding' && in_use && (await this.embeds()))) throw inUse(id);
    await engines.forget(id);
    await models.remove(id);
    engines.refresh();
    await this.view.announce(id, kind);
    return { id, deleted: true };
  }

  /** `fresh`: false when the fetch of that model was under way already. */
  private async queue(order: ModelOrder): Promise<{ job: Job; fresh: boolean }> {
    const { records, runtime } = this.ports;
    const open = await this.view.openJobs();
    if (open.size >= LIMITS.modelFetchQueue && !open.has(order.id)) throw tooMany(open.size);
    const kind = order.from === 'catalogue' ? 'model_download' : 'model_import';
    const id = runtime.id();
    const job = await records.jobs.add({ id, kind, stage: 'fetch', subject: order.id, payload: order });
    return { job, fresh: job.id === id };
  }

  private async accepted(id: string, job: Job): Promise<AcceptedModel> {
    // Asked for again, a paused fetch goes on.
    if (job.paused) await this.runner.resume(job);
    else this.runner.queued(job);
    await this.view.announce(id);
    return { model: await this.get(id), job_id: job.id };
  }

  private async installed(id: string): Promise<Model> {
    const model = await this.get(id);
    if (model.installed) return model;
    throw new AppError('CONFLICT', `The model ${id} is not installed${model.job_id ? ' yet' : '; download it first'}.`, {
      model: id,
      state: model.state,
      job_id: model.job_id,
    });
  }

  /** Null when this program has no engine for its kind. */
  private async engineOf(id: string): Promise<Engine | null> {
    await this.installed(id);
    const model = this.ports.engines.list().find((one) => one.id === id);
    return model ? this.ports.engines.of(model) : null;
  }

  private async embeds(): Promise<boolean> {
    const { items } = await this.ports.records.jobs.list({ kind: 'ingest', state: 'running', limit: 50 });
    return items.some(({ stage }) => stage === 'embed');
  }
}

const tooMany = (open: number) =>
  new AppError('TOO_MANY_REQUESTS', `${open} models are being fetched or wait for it; try again when some have come.`, {
    open,
    retry_after_s: 30,
  });

const inUse = (id: string) =>
  new AppError('CONFLICT', `The model ${id} is working right now; try again when it has finished.`, { model: id });

/** A load that failed is answered with its reason; one that takes too long goes on without the caller. */
async function within(ms: number, id: string, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const message = `The model ${id} is still loading after ${ms / 1000} s; look at its state later.`;
    timer = setTimeout(() => reject(new AppError('TIMED_OUT', message, { model: id })), ms);
  });
  const known = work.catch((error: Error) => {
    throw new AppError('CONFLICT', error.message, { model: id, state: 'failed' });
  });
  await Promise.race([known, late]).finally(() => clearTimeout(timer));
}
