/** The embedding model of an ONNX file: lives in a worker thread that starts on the first text and ends when idle. */
import type { EmbeddingModel } from '../../../core/ports/llm';
import type { Log } from '../../../core/ports/runtime';
import { createDrain } from '../drain';
import { createQueue, enqueue } from '../queue';
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
  const queue = createQueue();
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
  const drain = createDrain(queue, (texts) => resident.use((client) => client.embed(texts)));
  const embedCounted: EmbeddingModel['embedCounted'] = async (texts, kind, signal) => {
    if (texts.length === 0) return [];
    const prefix = kind === 'query' ? options.queryPrefix : options.passagePrefix;
    const prefixed = texts.map((text) => prefix + text);
    const vectors = enqueue(queue, { kind, texts: prefixed, signal });
    void drain();
    return vectors;
  };
  return {
    info: () => ({
      id,
      ...resident.status(),
      engine: 'onnxruntime',
      context_tokens: embedder.maxTokens,
      dimensions: options.dimensions,
    }),
    available: () => resident.status().state !== 'failed',
    model: () => options.version,
    embed: async (texts, kind, signal) => (await embedCounted(texts, kind, signal)).map(({ vector }) => vector),
    embedCounted,
    load: resident.load,
    unload: resident.unload,
    busy: resident.busy,
    onChange: resident.onChange,
    async close() {
      queue.rejectAll(new Error(`the embedding model ${id} is closed`));
      await resident.close();
    },
  };
}
