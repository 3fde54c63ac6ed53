/**
 * Texts waiting for the embedding engine: queries first, passages after them; a few at a time and in turns, so that a query never waits
 * long, and whoever sends one text does not wait for all of somebody's thousands.
 */

import type { Embedded } from '../../core/ports/llm';

/** Texts handed to the worker at once; a query waits for at most so many passages. */
const TEXTS_AT_ONCE = 4;

interface Waiting {
  kind: 'query' | 'passage';
  texts: string[];
  vectors: Embedded[];
  resolve(vectors: Embedded[]): void;
  reject(error: unknown): void;
}

export interface EmbedQueue {
  add(item: Waiting): void;
  remove(item: Waiting): void;
  /** The next texts to embed, or null when nothing waits. */
  next(): { item: Waiting; texts: string[] } | null;
  /** Takes the vectors of `next()`; resolves the item when it is whole. */
  fill(item: Waiting, vectors: Embedded[]): void;
  /** The engine could not do the texts of `next()`; others may be luckier. */
  fail(item: Waiting, error: unknown): void;
  rejectAll(error: unknown): void;
}

export function createQueue(): EmbedQueue {
  const items: Waiting[] = [];
  const remove = (item: Waiting) => {
    const at = items.indexOf(item);
    if (at >= 0) items.splice(at, 1);
  };
  /** Behind those of its kind. */
  const add = (item: Waiting) => {
    const firstPassage = item.kind === 'query' ? items.findIndex(({ kind }) => kind === 'passage') : -1;
    if (firstPassage >= 0) items.splice(firstPassage, 0, item);
    else items.push(item);
  };
  return {
    add,
    remove,
    next() {
      const item = items[0];
      return item ? { item, texts: item.texts.slice(item.vectors.length, item.vectors.length + TEXTS_AT_ONCE) } : null;
    },
    fill(item, vectors) {
      item.vectors.push(...vectors);
      // It may have been taken out meanwhile.
      if (!items.includes(item)) return;
      remove(item);
      if (item.vectors.length < item.texts.length) add(item);
      else item.resolve(item.vectors);
    },
    fail(item, error) {
      remove(item);
      item.reject(error);
    },
    rejectAll(error) {
      for (const item of items.splice(0)) item.reject(error);
    },
  };
}

/** Puts texts into the queue; the promise settles with their vectors, or at once when the signal aborts. */
export function enqueue(
  queue: EmbedQueue,
  { kind, texts, signal }: Pick<Waiting, 'kind' | 'texts'> & { signal: AbortSignal | undefined },
): Promise<Embedded[]> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  let abort: () => void = () => undefined;
  const vectors = new Promise<Embedded[]>((resolve, reject) => {
    const item: Waiting = { kind, texts, vectors: [], resolve, reject };
    abort = () => {
      queue.remove(item);
      reject(signal?.reason);
    };
    queue.add(item);
  });
  signal?.addEventListener('abort', abort);
  return vectors.finally(() => signal?.removeEventListener('abort', abort));
}
