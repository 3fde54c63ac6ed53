/** The thread that compares vectors, seen from outside: words are looked up in this one meanwhile. It starts with the first search. */
import { Worker } from 'node:worker_threads';
import type { VectorHit, VectorStore } from '../../core/ports/vector-store';

type Query = Parameters<VectorStore['search']>[0];
export interface SearchQuestion {
  id: number;
  query: Query;
}
export type SearchAnswer = { id: number; hits: VectorHit[] } | { id: number; error: string };

const SEARCH_MS = 30_000;
const HEAP_MIB = 256;

interface Waiting {
  resolve(hits: VectorHit[]): void;
  reject(error: Error): void;
}

/** @param path the library file; @param workerPath the bundled `search-worker.cjs` */
export function createSearchThread({ path, workerPath }: { path: string; workerPath: string }) {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let last = 0;

  function failAll(error: Error): void {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    worker = null;
  }

  function start(): Worker {
    const started = new Worker(workerPath, { workerData: { path }, resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB } });
    started.unref();
    started.on('message', (answer: SearchAnswer) => {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('hits' in answer) asked?.resolve(answer.hits);
      else asked?.reject(new Error(answer.error));
    });
    started.on('error', (error) => worker === started && failAll(error instanceof Error ? error : new Error(String(error))));
    started.on('exit', () => worker === started && failAll(new Error('the thread that compares vectors stopped')));
    return started;
  }

  function search(query: Query): Promise<VectorHit[]> {
    worker ??= start();
    const asked = worker;
    last += 1;
    const id = last;
    return new Promise<VectorHit[]>((resolve, reject) => {
      const late = setTimeout(() => {
        waiting.delete(id);
        reject(new Error('comparing vectors took too long'));
      }, SEARCH_MS);
      const settle =
        <T>(end: (value: T) => void) =>
        (value: T) => {
          clearTimeout(late);
          end(value);
        };
      waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      asked.postMessage({ id, query } satisfies SearchQuestion);
    });
  }

  return {
    search,
    async close(): Promise<void> {
      const ending = worker;
      failAll(new Error('Pressmark is closing'));
      await ending?.terminate();
    },
  };
}
