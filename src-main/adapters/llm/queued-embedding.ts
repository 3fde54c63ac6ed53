/** An embedding model over an engine that takes a few texts at a time: questions go before the passages that wait. */
import type { ModelInfo } from '../../contract/system';
import type { Embedded, EmbeddingModel } from '../../core/ports/llm';
import { createQueue, type EmbedQueue, enqueue } from './queue';
import type { Resident } from './resident';

export interface QueuedEmbedding<T> {
  id: string;
  /** Name stored beside each vector. */
  version: string;
  queryPrefix: string;
  passagePrefix: string;
  resident: Resident<T>;
  /** One vector a text, in their order. */
  embed(engine: T, texts: string[]): Promise<Embedded[]>;
  facts(): Pick<ModelInfo, 'engine' | 'context_tokens' | 'dimensions'>;
}

export function createQueuedEmbedding<T>(options: QueuedEmbedding<T>): EmbeddingModel {
  const { id, version, queryPrefix, passagePrefix, resident, embed, facts } = options;
  const queue = createQueue();
  const drain = createDrain(queue, (texts) => resident.use((engine) => embed(engine, texts)));
  const embedCounted: EmbeddingModel['embedCounted'] = async (texts, kind, signal) => {
    if (texts.length === 0) return [];
    const prefix = kind === 'query' ? queryPrefix : passagePrefix;
    const vectors = enqueue(queue, { kind, texts: texts.map((text) => prefix + text), signal });
    void drain();
    return vectors;
  };
  return {
    info: () => ({ id, ...resident.status(), ...facts() }),
    available: resident.usable,
    model: () => version,
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

/** Works the queue off; a second call while it works does nothing. What the engine throws, the caller of those texts is told. */
function createDrain(queue: EmbedQueue, embed: (texts: string[]) => Promise<Embedded[]>): () => Promise<void> {
  let working = false;
  return async () => {
    if (working) return;
    working = true;
    for (let next = queue.next(); next; next = queue.next()) {
      const { item, texts } = next;
      try {
        queue.fill(item, await embed(texts));
      } catch (error) {
        queue.fail(item, error);
      }
    }
    working = false;
  };
}
