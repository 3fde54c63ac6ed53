/** Models as files: those of the catalogue, those that people imported or put into the models folder. */
import type { ModelKind } from '../../contract/models';

/** How an embedding model wants its texts. */
export interface EmbeddingFacts {
  dimensions: number;
  /** `last` only where the engine reads it in the file itself. */
  pooling: 'cls' | 'mean' | 'last';
  query_prefix: string;
  passage_prefix: string;
  max_tokens: number;
}

/** One model; `paths` are where its files lie, or will lie. */
export interface StoredModel {
  id: string;
  name: string;
  kind: ModelKind;
  origin: 'catalogue' | 'imported' | 'outside' | 'external';
  engine: 'llama-cpp' | 'onnx' | 'openai';
  size_bytes: number;
  licence: string | null;
  context_tokens: number | null;
  languages: string[];
  purpose: string | null;
  installed: boolean;
  paths: string[];
  /** Tells one version of the files from another; part of the name beside each vector. */
  version: string;
  embedding: EmbeddingFacts | null;
  /** False: no chat format is known, so that it is no good choice for answers. */
  template?: boolean;
  parameters?: number | null;
  architecture?: string | null;
  quantisation?: string | null;
  /** What a conversation takes, where the catalogue knows it. */
  shape?: Shape | null;
  /** Hosts and registries, in the order they are asked. */
  sources?: string[];
  /** False where only the model hub states what the bytes must be. */
  checksum_known?: boolean;
  /** The host that gets the text, of an external engine. */
  sends_text_to?: string;
}

/** What decides how much memory a conversation takes. */
export interface Shape {
  layers: number;
  kv_heads: number;
  /** Numbers of one head's key, which is as long as its value. */
  head_size: number;
  /** Numbers of one token on its way through the layers. */
  width: number;
}

/** What the file of a model says of itself. */
export interface ModelFacts {
  context_tokens: number | null;
  licence: string | null;
  /** What it can be used for, by its architecture; null when that is not certain. */
  kind: ModelKind | null;
  architecture: string | null;
  parameters: number | null;
  quantisation: string | null;
  dimensions: number | null;
  /** A chat format is in the file: it was trained to converse, and how to put the turns is known. */
  template: boolean;
  shape: Shape | null;
}

/** Where a model comes from: the catalogue knows itself; an import names a local file or an address. */
export type ModelOrder = { id: string } & (
  | { from: 'catalogue' }
  | { from: 'path' | 'url'; location: string; sha256: string | null; name: string; kind: ModelKind; size_bytes: number | null }
);

export interface FetchContext {
  signal: AbortSignal;
  /** Bytes there and in all; null when the other side did not say. */
  progress(done: number, total: number | null): void;
}

export interface ModelStore {
  /** All models, the best of a kind first: own ones before those of the catalogue. Looks at the disk. */
  list(): StoredModel[];
  /**
   * Brings the files of a model; goes on where an earlier, interrupted call stopped. The model is installed when it returns.
   * Throws JobError: CHECKSUM_MISMATCH, NOT_A_MODEL (nothing is kept), DOWNLOAD_FAILED, DISK_FULL, NO_FILE.
   */
  fetch(order: ModelOrder, context: FetchContext): Promise<void>;
  /** Deletes what an unfinished fetch left. */
  discard(id: string): Promise<void>;
  /** Deletes what unfinished fetches left that no open job will take up: all but those of `wanted` and recent ones. */
  sweep(wanted: string[]): Promise<void>;
  /** Deletes the files of an installed model. */
  remove(id: string): Promise<void>;
  /** What the file of an installed model says of itself; null when it cannot be read or says nothing. Remembered. */
  facts(model: StoredModel): Promise<ModelFacts | null>;
  /** A base address that stands in for the model hub; null: the hub itself. */
  setMirror(base: string | null): void;
  /** Size of a local file; null when there is none or it is no regular file. */
  fileSize(path: string): Promise<number | null>;
}
