/** Works a queue of texts off, with whichever engine makes the vectors. */
import type { Embedded } from '../../core/ports/llm';
import type { EmbedQueue } from './queue';

/** A second call while it works does nothing. What the engine throws, everything that waits is told. */
export function createDrain(queue: EmbedQueue, embed: (texts: string[]) => Promise<Embedded[]>): () => Promise<void> {
  let working = false;
  return async () => {
    if (working) return;
    working = true;
    for (let next = queue.next(); next; next = queue.next()) {
      const { item, texts } = next;
      try {
        queue.fill(item, await embed(texts));
      } catch (error) {
        queue.rejectAll(error);
      }
    }
    working = false;
  };
}
