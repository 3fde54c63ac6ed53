/** Models as files: those of the catalogue, those that people imported or put into the models folder. */
import type { ModelKind } from '../../contract/models';

/** How an embedding model wants its texts. */
export interface EmbeddingFacts {
  dimensions: number;
  pooling: 'cls' | 'mean';
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
  /** The host that gets the text, of an external engine. */
  sends_text_to?: string;
}

/** What the file of a model says of itself. */
export interface ModelFacts {
  context_tokens: number | null;
  licence: string | null;
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
  /** Size of a local file; null when there is none or it is no regular file. */
  fileSize(path: string): Promise<number | null>;
}
