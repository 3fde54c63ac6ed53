/** The engines of all installed models, and which of them are in use: chosen by the person, else the best there is. */

import type { ModelKind } from '../../contract/models';
import { availableBytes } from '../../core/models/memory';
import type { ChatModel, EmbeddingModel, Engine, ExternalPlace, ModelEngines, RerankerModel } from '../../core/ports/llm';
import type { ModelStore, StoredModel } from '../../core/ports/model-store';
import { absentChat, absentEmbedding, absentReranker } from './absent';
import { chatInUse, embeddingInUse, type Place, rerankerInUse } from './in-use';
import { type OpenOptions, openChat, openEmbedding, openReranker, runs } from './open';
import { askForModels } from './openai/client';
import { externalModels, NO_EXTERNAL } from './openai/external';
import { makeRoom } from './room';

type Kind = ModelKind;

export interface EngineOptions extends OpenOptions {
  models: Pick<ModelStore, 'list' | 'facts'>;
  /** Memory that programs may still take; left out: what the system says. */
  freeBytes?: (() => number) | undefined;
  /** As for `choose`. */
  choices: Record<Kind, string | null>;
}

const KINDS: readonly Kind[] = ['chat', 'embedding', 'reranker'];
const WITHOUT: Record<Kind, string> = {
  chat: 'answers are quotes',
  embedding: 'search goes by words alone',
  reranker: 'the order of the search stands',
};

/** Never throws: where no model is, the one in use is absent and says why. */
export function createEngines(options: EngineOptions): ModelEngines {
  const engines = new Engines(options);
  engines.refresh();
  return engines;
}

class Engines implements ModelEngines {
  private readonly opened = new Map<string, Engine>();
  private readonly listeners = new Set<(id: string) => void>();
  private readonly choices: Record<Kind, string | null>;
  private readonly chatPlace: Place<ChatModel> = { current: absentChat(null, ''), listeners: new Set() };
  private readonly embeddingPlace: Place<EmbeddingModel> = { current: absentEmbedding(null, ''), listeners: new Set() };
  private readonly rerankerPlace: Place<RerankerModel> = { current: absentReranker(null, ''), listeners: new Set() };
  private external = NO_EXTERNAL;
  readonly askExternal = askForModels;
  readonly chat = chatInUse(this.chatPlace);
  readonly embedding = embeddingInUse(this.embeddingPlace);
  readonly reranker = rerankerInUse(this.rerankerPlace);

  constructor(private readonly options: EngineOptions) {
    this.choices = { ...options.choices };
  }

  list(): StoredModel[] {
    return [...this.options.models.list(), ...this.external.list];
  }

  setExternal(place: ExternalPlace | null): void {
    const before = this.external;
    this.external = externalModels(place);
    for (const engine of [this.external.chat, this.external.embedding]) engine?.onChange(() => this.heard(engine));
    this.refresh();
    for (const engine of [before.chat, before.embedding]) void engine?.close();
    for (const { id } of before.list) this.tell(id);
  }

  of(model: StoredModel): Engine | null {
    if (!model.installed) return null;
    if (model.kind === 'reranker') return this.engine(model, openReranker);
    if (model.origin === 'external') return this.external[model.kind];
    return model.kind === 'chat' ? this.engine(model, openChat) : this.engine(model, openEmbedding);
  }

  inUse(kind: Kind): string | null {
    const { id, state } = this[kind].info();
    return state === 'absent' ? null : id;
  }

  choose(kind: Kind, choice: string | null): void {
    this.choices[kind] = choice;
    this.refresh();
  }

  refresh(): void {
    const all = this.options.models.list().filter(runs);
    this.place(
      this.chatPlace,
      this.chosenExternal('chat') ?? this.own('chat', all, openChat) ?? absentChat(...this.whyAbsent('chat', all)),
    );
    const embedding = this.chosenExternal('embedding') ?? this.own('embedding', all, openEmbedding);
    this.place(this.embeddingPlace, embedding ?? absentEmbedding(...this.whyAbsent('embedding', all)));
    const reranker = this.own('reranker', all, openReranker);
    this.place(this.rerankerPlace, reranker ?? absentReranker(...this.whyAbsent('reranker', all)));
  }

  /** Text leaves the machine only where somebody named the external model. */
  private chosenExternal<K extends 'chat' | 'embedding'>(kind: K) {
    const named = this.external.list.some((model) => model.kind === kind && model.id === this.choices[kind]);
    return named ? this.external[kind] : null;
  }

  private own<T extends Engine>(kind: Kind, all: StoredModel[], open: (model: StoredModel, options: OpenOptions) => T | null): T | null {
    const picked = this.pick(kind, all);
    return picked ? this.engine(picked, open) : null;
  }

  async forget(id: string): Promise<void> {
    const engine = this.opened.get(id);
    this.opened.delete(id);
    await engine?.close();
  }

  onChange(listener: (id: string) => void): void {
    this.listeners.add(listener);
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.opened.values()].map((engine) => engine.close()));
  }

  /** The engine of a model, opened once. */
  private engine<T extends Engine>(model: StoredModel, open: (model: StoredModel, options: OpenOptions) => T | null): T | null {
    const present = this.opened.get(model.id) as T | undefined;
    if (present) return present;
    const engine = open(model, { ...this.options, admit: (one) => this.admit(one) });
    if (!engine) return null;
    this.opened.set(model.id, engine);
    engine.onChange(() => this.heard(engine));
    return engine;
  }

  private admit(model: StoredModel): Promise<void> {
    const { models, freeBytes = availableBytes } = this.options;
    const { used } = this.chat.gpu();
    return makeRoom(model, {
      models,
      freeBytes,
      onCard: () => model.kind === 'chat' && used !== null && used !== 'none',
      // Those that nobody chose go first.
      others: ({ id }) =>
        [...this.opened]
          .filter(([other]) => other !== id)
          .sort(([one], [two]) => Number(this.isInUse(one)) - Number(this.isInUse(two)))
          .map(([, engine]) => engine),
    });
  }

  private isInUse(id: string): boolean {
    return KINDS.some((kind) => this.inUse(kind) === id);
  }

  private heard(engine: Engine): void {
    for (const place of [this.chatPlace, this.embeddingPlace, this.rerankerPlace]) {
      if (place.current === engine) for (const listener of place.listeners) listener();
    }
    this.tell(engine.info().id);
    // A chat model that cannot be loaded makes room for the next best. Vectors are worth too much to change models for a failure.
    if (this.chatPlace.current === engine && !engine.available() && this.choices.chat === null) this.refresh();
  }

  private tell(id: string | null): void {
    if (id !== null) for (const listener of this.listeners) listener(id);
  }

  private pick(kind: Kind, all: StoredModel[]): StoredModel | undefined {
    const choice = this.choices[kind];
    const installed = all.filter((model) => model.kind === kind && model.installed);
    if (choice !== null) return installed.find(({ id }) => id === choice);
    // On a CPU ONNX is four times as fast; where a card is, somebody may choose the other.
    const answering = installed
      .filter(({ template }) => kind !== 'chat' || template !== false)
      .sort((one, two) => Number(two.engine === 'onnx') - Number(one.engine === 'onnx'));
    const present = kind === 'embedding' ? installed.find(({ id }) => id === this.inUse(kind)) : undefined;
    return present ?? answering.find(({ id }) => this.opened.get(id)?.available() !== false) ?? answering[0];
  }

  private place<T extends Engine>(place: Place<T>, next: T): void {
    const { current } = place;
    const [before, after] = [current.info(), next.info()];
    place.current = next;
    if (current === next || (before.state === 'absent' && after.state === 'absent')) return;
    // Two chat models in memory may be one too many.
    if (!current.busy()) void current.unload();
    for (const listener of place.listeners) listener();
    this.tell(before.id);
    this.tell(after.id);
  }

  /** What the absent model says of itself. */
  private whyAbsent(kind: Kind, all: StoredModel[]): [string | null, string] {
    const choice = this.choices[kind];
    const without = WITHOUT[kind];
    if (choice === 'none') return [null, `No ${kind} model is used, as the settings say; ${without}.`];
    const known = all.filter((model) => model.kind === kind);
    const chosen = choice === null ? known[0] : known.find(({ id }) => id === choice);
    if (chosen?.origin === 'outside') return [choice, `There is no file ${chosen.paths[0]}; ${without}.`];
    if (chosen)
      return [choice, `The ${kind} model ${chosen.id} is not installed yet; download it, or import another. Until then ${without}.`];
    return [choice, `There is no ${kind} model ${choice}; known are ${known.map(({ id }) => id).join(', ')}. Until then ${without}.`];
  }
}
