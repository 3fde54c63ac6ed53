/** What the embedding model and its worker thread say to each other. */
import type { Embedded } from '../../../core/ports/llm';

/** Given to the worker when it starts. */
export interface EmbedderOptions {
  modelPath: string;
  tokenizerPath: string;
  pooling: 'cls' | 'mean';
  /** Window of the model; longer texts are cut here. */
  maxTokens: number;
  threads: number;
}

export type WorkerRequest = { type: 'embed'; texts: string[] } | { type: 'close' };

export type WorkerReply =
  | { type: 'ready' }
  | { type: 'failed'; message: string }
  /** One vector a text, in their order. */
  | { type: 'vectors'; vectors: Embedded[] }
  | { type: 'error'; message: string };
