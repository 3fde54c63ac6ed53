/** What every thread that compares vectors does: one answer for each question. */
import { parentPort } from 'node:worker_threads';
import type { SearchAnswer, SearchQuestion } from '../adapters/vectors/search-thread';
import type { VectorStore } from '../core/ports/vector-store';

export function serveSearches(search: VectorStore['search']): void {
  const port = parentPort;
  if (!port) throw new Error('vectors are compared in a worker thread only');
  port.on('message', ({ id, query }: SearchQuestion) => {
    search(query).then(
      (hits) => port.postMessage({ id, hits } satisfies SearchAnswer),
      (error: unknown) => port.postMessage({ id, error: String(error) } satisfies SearchAnswer),
    );
  });
}
