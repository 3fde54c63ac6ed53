/** Language and embedding models. Both load on first use and unload when idle; none is required. */
import type { ModelKind } from '../../contract/models';
import type { GpuInfo, ModelInfo } from '../../contract/system';
import type { StoredModel } from './model-store';

/** A JSON schema in the words that core/chat/schema.ts leaves: what an engine can force its output to follow. Bounds of numbers only in `schema`. */
export type NarrowSchema = Readonly<Record<string, unknown>>;

/** A function that the caller offers; the model may ask for it, the caller runs it. */
export interface Tool {
  name: string;
  description?: string | undefined;
  /** Of its arguments, an object; null when it takes none. */
  parameters: NarrowSchema | null;
}

/** A call that the model asked for. */
export interface ToolCall {
  name: string;
  arguments: unknown;
}

export interface ChatTurn {
  role: 'system' | 'user' | 'assistant';
  content: string;
  /** Calls that the assistant asked for, after its content, and what came of them; undefined is nothing yet. */
  calls?: (ToolCall & { result: unknown })[];
}

export interface GenerateOptions {
  /** Cut to what is left of the context window. */
  max_tokens: number;
  temperature: number;
  /** The engine's own choice when left out. */
  top_p?: number | undefined;
  /** Left out: another text each time, unless the temperature is 0. */
  seed?: number | undefined;
  /** Reads the whole prompt again, so that a seed gives the same text whatever was asked before. */
  fresh?: boolean | undefined;
  /** Texts that end the answer; they are not part of it. */
  stop?: readonly string[] | undefined;
  frequency_penalty?: number | undefined;
  presence_penalty?: number | undefined;
  /** The whole text is JSON that follows this schema, unless it ends early. Not together with `tools`. */
  schema?: NarrowSchema | undefined;
  tools?: readonly Tool[] | undefined;
  /** One call at most. */
  single_call?: boolean | undefined;
  signal: AbortSignal;
}

/** How a generation ended. */
export interface Generated {
  /** `end`: the model was done; `stop`: one of the stop texts came; `length`: no more tokens were allowed; `aborted`: the signal. */
  reason: 'end' | 'stop' | 'length' | 'calls' | 'aborted';
  calls: ToolCall[];
  /** Tokens that the model wrote, those of calls and hidden thoughts among them. */
  tokens: number;
  /** Tokens of the prompt that were still in memory from an earlier call, so that they were not read again. */
  cached: number;
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
  /** Tokens of these turns as the model reads them; loads the model. */
  promptTokens(turns: readonly ChatTurn[], tools?: readonly Tool[]): Promise<number>;
  /** Context window in tokens; loads the model. */
  contextTokens(): Promise<number>;
  /**
   * Streams pieces of text, and returns how it ended. Ends early, without an error, when the signal aborts.
   * Throws when the turns leave no room in the context window.
   */
  generate(turns: readonly ChatTurn[], options: GenerateOptions): AsyncGenerator<string, Generated>;
}

/** A text as an embedding model sees it. */
export interface Embedded {
  /** Of unit length. */
  vector: Float32Array;
  /** Of the whole text, with the marks around it; more than the model's window when it was cut there. */
  tokens: number;
}

export interface EmbeddingModel extends Engine {
  /** Name stored beside each vector; changes when the vectors are not comparable any more. */
  model(): string;
  /** Unit-length vectors in the order of the texts. Over-long texts are cut at the model's window. `query` and `passage` may be prefixed differently. */
  embed(texts: string[], kind: 'query' | 'passage', signal?: AbortSignal): Promise<Float32Array[]>;
  /** The same with the number of tokens of each text. */
  embedCounted(texts: string[], kind: 'query' | 'passage', signal?: AbortSignal): Promise<Embedded[]>;
}

export interface RerankerModel extends Engine {
  /** How well each passage answers the question, 0 to 1, in the order of the passages. Rejects when the signal aborts. */
  rank(question: string, passages: string[], signal: AbortSignal): Promise<number[]>;
}

/** An endpoint elsewhere that speaks the OpenAI protocol. */
export interface ExternalPlace {
  base_url: string;
  api_key: string | null;
  chat_model: string | null;
  embedding_model: string | null;
}

/** The models in use, and every other installed one. */
export interface ModelEngines {
  /** Whichever chat model is chosen at the moment; stays the same object when another is chosen. */
  chat: ChatModel;
  embedding: EmbeddingModel;
  reranker: RerankerModel;
  /** The models of the store, and those of the external engine while it is on. */
  list(): StoredModel[];
  /** Sets the external engine up; null switches it off. */
  setExternal(place: ExternalPlace | null): void;
  /** Never rejects. */
  askExternal(place: ExternalPlace): Promise<{ ok: boolean; models: string[]; message: string }>;
  /** The engine of an installed model, chosen or not; null when this program cannot run that kind. */
  of(model: StoredModel): Engine | null;
  /** Id of the model in use; null when there is none. */
  inUse(kind: ModelKind): string | null;
  /** An id uses that model, `none` uses none, null the best one installed. */
  choose(kind: ModelKind, choice: string | null): void;
  /** Models came or went: looks again at what is installed. */
  refresh(): void;
  /** Closes the engine of a model whose files are about to go. */
  forget(id: string): Promise<void>;
  /** Called with the id of each model whose engine changed, and with that of a model that came into use. */
  onChange(listener: (id: string) => void): void;
  close(): Promise<void>;
}
