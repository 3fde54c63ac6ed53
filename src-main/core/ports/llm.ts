/** Language and embedding models. Both load on first use and unload when idle; none is required. */
import type { GpuInfo, ModelInfo } from '../../contract/system';
import type { StoredModel } from './model-store';

export interface ChatTurn {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface GenerateOptions {
  max_tokens: number;
  temperature: number;
  seed?: number;
  signal: AbortSignal;
}

/** What every model that lives in memory for a while can be asked. */
export interface Engine {
  info(): ModelInfo;
  /** True when a model file is there and has not failed to load. */
  available(): boolean;
  /** Loads it now; one that failed is tried again. Rejects with a sentence. */
  load(): Promise<void>;
  /** Takes it out of memory; the next use loads it again. Does nothing while it is busy. */
  unload(): Promise<void>;
  /** True while it works for somebody. */
  busy(): boolean;
  /** Called after every change of `info()`. */
  onChange(listener: () => void): void;
  close(): Promise<void>;
}

export interface ChatModel extends Engine {
  gpu(): GpuInfo;
  /** Threads that inference uses on this machine. */
  threads(): number;
  /** Tokens of a text; loads the model. */
  countTokens(text: string): Promise<number>;
  /** Context window in tokens; loads the model. */
  contextTokens(): Promise<number>;
  /** Streams pieces of text. The last turn is the user's. Ends early, without an error, when the signal aborts. */
  generate(turns: ChatTurn[], options: GenerateOptions): AsyncIterable<string>;
}

export interface EmbeddingModel extends Engine {
  /** Name stored beside each vector; changes when the vectors are not comparable any more. */
  model(): string;
  /** Unit-length vectors in the order of the texts. Over-long texts are cut at the model's window. `query` and `passage` may be prefixed differently. */
  embed(texts: string[], kind: 'query' | 'passage', signal?: AbortSignal): Promise<Float32Array[]>;
}

/** The models in use, and every other installed one. */
export interface ModelEngines {
  /** Whichever chat model is chosen at the moment; stays the same object when another is chosen. */
  chat: ChatModel;
  embedding: EmbeddingModel;
  /** The engine of an installed model, chosen or not; null when this program cannot run that kind. */
  of(model: StoredModel): Engine | null;
  /** Id of the model in use; null when there is none. */
  inUse(kind: 'chat' | 'embedding'): string | null;
  /** An id uses that model, `none` uses none, null the best one installed. */
  choose(kind: 'chat' | 'embedding', choice: string | null): void;
  /** Models came or went: looks again at what is installed. */
  refresh(): void;
  /** Closes the engine of a model whose files are about to go. */
  forget(id: string): Promise<void>;
  /** Called with the id of each model whose engine changed, and with that of a model that came into use. */
  onChange(listener: (id: string) => void): void;
  close(): Promise<void>;
}
