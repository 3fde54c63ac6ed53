/** The models in use as objects that stay the same while another model is chosen behind them. */
import type { ChatModel, EmbeddingModel, Engine, RerankerModel } from '../../core/ports/llm';

/** A place for the engine of one kind; `current` changes, `listeners` stay. */
export interface Place<T extends Engine> {
  current: T;
  listeners: Set<() => void>;
}

/** `close` does nothing: engines are closed by who opened them. */
const follow = <T extends Engine>(place: Place<T>): Engine => ({
  info: () => place.current.info(),
  available: () => place.current.available(),
  load: () => place.current.load(),
  unload: () => place.current.unload(),
  busy: () => place.current.busy(),
  onChange: (listener) => void place.listeners.add(listener),
  close: async () => undefined,
});

export const chatInUse = (place: Place<ChatModel>): ChatModel => ({
  ...follow(place),
  gpu: () => place.current.gpu(),
  threads: () => place.current.threads(),
  countTokens: (text) => place.current.countTokens(text),
  promptTokens: (turns, tools) => place.current.promptTokens(turns, tools),
  contextTokens: () => place.current.contextTokens(),
  generate: (turns, options) => place.current.generate(turns, options),
});

export const embeddingInUse = (place: Place<EmbeddingModel>): EmbeddingModel => ({
  ...follow(place),
  model: () => place.current.model(),
  embed: (texts, kind, signal) => place.current.embed(texts, kind, signal),
  embedCounted: (texts, kind, signal) => place.current.embedCounted(texts, kind, signal),
});

export const rerankerInUse = (place: Place<RerankerModel>): RerankerModel => ({
  ...follow(place),
  rank: (question, passages, signal) => place.current.rank(question, passages, signal),
});
