/** Language and embedding models. Both load on first use and unload when idle; none is required. */
import type { GpuInfo, ModelInfo } from '../../contract/system';

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

export interface ChatModel {
  info(): ModelInfo;
  gpu(): GpuInfo;
  /** Threads that inference uses on this machine. */
  threads(): number;
  /** True when a model file is there and has not failed to load. */
  available(): boolean;
  /** Tokens of a text; loads the model. */
  countTokens(text: string): Promise<number>;
  /** Context window in tokens; loads the model. */
  contextTokens(): Promise<number>;
  /** Streams pieces of text. The last turn is the user's. Ends early, without an error, when the signal aborts. */
  generate(turns: ChatTurn[], options: GenerateOptions): AsyncIterable<string>;
  /** Called after every change of `info()`. */
  onChange(listener: () => void): void;
  close(): Promise<void>;
}

export interface EmbeddingModel {
  info(): ModelInfo;
  available(): boolean;
  /** Name stored beside each vector; changes when the vectors are not comparable any more. */
  model(): string;
  /** Unit-length vectors in the order of the texts. Over-long texts are cut at the model's window. `query` and `passage` may be prefixed differently. */
  embed(texts: string[], kind: 'query' | 'passage', signal?: AbortSignal): Promise<Float32Array[]>;
  onChange(listener: () => void): void;
  close(): Promise<void>;
}
