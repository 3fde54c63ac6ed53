/**
 * Which vectors are searched. After another embedding model was chosen, the old vectors serve, and questions are embedded by the old
 * model, until every chunk has a vector of the new one; then all searches change over at once, and the old vectors go.
 */
import type { SystemInfo } from '../../contract/system';
import type { Ports } from '../ports';
import type { EmbeddingModel } from '../ports/llm';
import type { Events } from '../system/events';

const KEY = 'serving_vectors';
/** Documents that could not be embedded must not keep the others with the old model for ever. */
const MAY_LACK = 0.05;
const MOST = 10_000;

interface Kept {
  /** Name of the vectors, and id of the model that makes them. */
  model: string;
  id: string;
}

export class Serving {
  private kept: Kept | null = null;
  /** The engine of the vectors that are kept. */
  private keeper: EmbeddingModel | null = null;
  private readonly stopping = new AbortController();
  private following: Promise<void> = Promise.resolve();
  private checking: Promise<void> = Promise.resolve();
  /** The model that questions are embedded with; stays the same object over a change. */
  readonly embedding: EmbeddingModel;

  constructor(
    private readonly ports: Ports,
    private readonly events: Events,
  ) {
    const present = () => this.old ?? ports.embedding;
    this.embedding = {
      info: () => present().info(),
      available: () => present().available(),
      load: () => present().load(),
      unload: () => present().unload(),
      busy: () => present().busy(),
      onChange: (listener) => ports.embedding.onChange(listener),
      close: async () => undefined,
      model: () => present().model(),
      embed: (texts, kind, signal) => present().embed(texts, kind, signal),
      embedCounted: (texts, kind, signal) => present().embedCounted(texts, kind, signal),
    };
  }

  /** The engine that serves although another model is chosen; null when the chosen one serves. Right at any moment, without a check. */
  private get old(): EmbeddingModel | null {
    const { embedding } = this.ports;
    if (!this.kept || !embedding.available() || embedding.model() === this.kept.model) return null;
    return this.keeper?.available() ? this.keeper : null;
  }

  /** True where vectors are kept that no engine can search any more: the one that made them has gone. */
  isBereft(): boolean {
    const { embedding } = this.ports;
    // When the program ends, engines go without being gone.
    if (this.stopping.signal.aborted) return false;
    // One that failed to load, for want of memory say, may load again.
    if (this.keeper?.info().state === 'failed') return false;
    return this.kept !== null && embedding.available() && embedding.model() !== this.kept.model && this.old === null;
  }

  async start(): Promise<void> {
    this.kept = ((await this.ports.records.settings.get(KEY)) as Kept | null) ?? null;
    await this.check();
    this.following = this.follow();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.following;
    await this.checking;
  }

  /** Looks whether another model was chosen, or the new one has become complete. Calls wait for each other. */
  check(): Promise<void> {
    this.checking = this.checking
      .then(() => (this.stopping.signal.aborted ? undefined : this.look()))
      .catch((error) => {
        this.ports.runtime.log.warn('the change of the embedding model waits', { message: String(error) });
      });
    return this.checking;
  }

  async status(): Promise<SystemInfo['vectors']> {
    const { embedding, records } = this.ports;
    const serving = this.embedding.available() ? this.embedding.model() : null;
    if (!this.old) return { serving, next: null };
    const { documents } = await records.counts();
    const lacking = (await this.ports.vectors.incomplete(embedding.model(), MOST)).length;
    return { serving, next: { model: embedding.model(), done: Math.max(0, documents - lacking), total: documents } };
  }

  private async follow(): Promise<void> {
    for await (const event of this.events.follow(undefined, this.stopping.signal)) {
      const embedded = event.type === 'job' && event.job.kind === 'ingest' && event.job.state !== 'running';
      const nearer = embedded || event.type === 'document_removed' || event.type === 'missed';
      if ((this.old && nearer) || this.isBereft()) await this.check();
    }
  }

  private async look(): Promise<void> {
    const { embedding } = this.ports;
    if (!embedding.available()) return;
    const target = embedding.model();
    const next = { model: target, id: embedding.info().id ?? target };
    this.keeper = this.kept && this.engineOf(this.kept);
    if (this.kept?.model !== target && this.keeper && !(await this.complete(target))) return;
    await this.changeTo(next);
  }

  /** Null when the old model is gone, or is not what it was. */
  private engineOf({ id, model }: Kept): EmbeddingModel | null {
    const { engines } = this.ports;
    const stored = engines.list().find((one) => one.id === id && one.kind === 'embedding');
    const engine = stored ? (engines.of(stored) as EmbeddingModel | null) : null;
    return engine?.available() && engine.model() === model ? engine : null;
  }

  private async complete(target: string): Promise<boolean> {
    const { records, vectors } = this.ports;
    const lacking = await vectors.incomplete(target, MOST);
    if (lacking.length === 0) return true;
    const open = await records.jobs.reading();
    const { documents } = await records.counts();
    return lacking.length <= documents * MAY_LACK && !lacking.some((id) => open.has(id));
  }

  private async changeTo(next: Kept): Promise<void> {
    const before = this.kept;
    if (before?.model !== next.model || before.id !== next.id) await this.ports.records.settings.set(KEY, next);
    this.kept = next;
    this.keeper = this.engineOf(next);
    if (!before || before.model === next.model) return;
    this.ports.runtime.log.info('another model serves the search', { old: before.model, new: next.model });
    await this.ports.vectors.drop?.(before.model);
  }
}
