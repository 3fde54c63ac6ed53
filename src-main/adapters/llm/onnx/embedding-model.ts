/** The embedding model of an ONNX file: lives in a worker thread that starts on the first text and ends when idle. */
import type { EmbeddingModel } from '../../../core/ports/llm';
import type { Log } from '../../../core/ports/runtime';
import { createQueuedEmbedding } from '../queued-embedding';
import { createResident } from '../resident';
import type { EmbedderOptions } from './protocol';
import { startWorker, type WorkerClient } from './worker-client';

export interface OnnxEmbeddingOptions {
  id: string;
  /** Name stored beside each vector. */
  version: string;
  dimensions: number;
  queryPrefix: string;
  passagePrefix: string;
  embedder: EmbedderOptions;
  workerPath: string;
  /** Makes sure that there is room in memory. */
  admit(): Promise<void>;
  log: Log;
  idleMs?: number | undefined;
}

/** A worker that crashes rejects what waits; the next call starts another. */
export function createOnnxEmbedding(options: OnnxEmbeddingOptions): EmbeddingModel {
  const { id, log, idleMs, embedder } = options;
  const resident = createResident<WorkerClient>({
    name: `embedding model ${id}`,
    async load() {
      await options.admit();
      return startWorker(options.workerPath, embedder);
    },
    unload: (client) => client.close(),
    alive: (client) => client.alive(),
    log,
    idleMs,
  });
  return createQueuedEmbedding({
    ...options,
    resident,
    facts: () => ({ engine: 'onnxruntime', context_tokens: embedder.maxTokens, dimensions: options.dimensions }),
    embed: (client, texts) => client.embed(texts),
  });
}
