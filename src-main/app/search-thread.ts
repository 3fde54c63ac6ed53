/** The threads that search, seen from outside: one compares vectors while another looks up words. Each starts with its first question. */
import { Worker } from 'node:worker_threads';
import { AppError } from '../core/errors';
import type { KeywordHit, Records } from '../core/ports/records';
import type { VectorHit, VectorStore } from '../core/ports/vector-store';

type VectorQuery = Parameters<VectorStore['search']>[0];
type KeywordQuery = Parameters<Records['index']['keyword']>[0];
export type SearchQuestion = { id: number } & ({ of: 'vectors'; query: VectorQuery } | { of: 'words'; query: KeywordQuery });
export type SearchAnswer = { id: number; hits: VectorHit[] | KeywordHit[] } | { id: number; error: string };
type Unnumbered<One> = One extends unknown ? Omit<One, 'id'> : never;

const SEARCH_MS = 30_000;
const TOO_LONG =
  'The search took longer than its limit. In a very large project the first one reads all vectors into memory, which goes on: search again in a minute.';
const HEAP_MIB = 256;

interface Place {
  /** The library file. */
  path: string;
  /** The bundled `search-worker.cjs`. */
  workerPath: string;
}

export function createSearchThreads(place: Place) {
  const [vectors, words] = [createThread(place), createThread(place)];
  return {
    search: (query: VectorQuery) => vectors.ask<VectorHit[]>({ of: 'vectors', query }),
    keyword: (query: KeywordQuery) => words.ask<KeywordHit[]>({ of: 'words', query }),
    async close(): Promise<void> {
      await Promise.all([vectors.close(), words.close()]);
    },
  };
}

interface Waiting {
  resolve(hits: unknown): void;
  reject(error: Error): void;
}

function createThread({ path, workerPath }: Place) {
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
    started.on('exit', () => worker === started && failAll(new Error('the thread that searches stopped')));
    return started;
  }

  return {
    /** `Hits` is what this kind of question is answered with. */
    ask<Hits>(question: Unnumbered<SearchQuestion>): Promise<Hits> {
      worker ??= start();
      const asked = worker;
      last += 1;
      const id = last;
      return new Promise<unknown>((resolve, reject) => {
        const late = setTimeout(() => {
          waiting.delete(id);
          reject(new AppError('TIMED_OUT', TOO_LONG, { limit_ms: SEARCH_MS }));
        }, SEARCH_MS);
        const settle =
          <T>(end: (value: T) => void) =>
          (value: T) => {
            clearTimeout(late);
            end(value);
          };
        waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
        asked.postMessage({ id, ...question } satisfies SearchQuestion);
      }) as Promise<Hits>;
    },
    async close(): Promise<void> {
      const ending = worker;
      failAll(new Error('Pressmark is closing'));
      await ending?.terminate();
    },
  };
}
