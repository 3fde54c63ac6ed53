/** What every thread that searches does: one answer for each question. */
import { parentPort } from 'node:worker_threads';
import type { KeywordHit } from '../core/ports/records';
import type { VectorHit } from '../core/ports/vector-store';
import type { SearchAnswer, SearchQuestion } from './search-thread';

export function serveSearches(answer: (question: SearchQuestion) => Promise<VectorHit[] | KeywordHit[]>): void {
  const port = parentPort;
  if (!port) throw new Error('searches run in a worker thread only');
  port.on('message', (question: SearchQuestion) => {
    const { id } = question;
    answer(question).then(
      (hits) => port.postMessage({ id, hits } satisfies SearchAnswer),
      (error: unknown) => port.postMessage({ id, error: String(error) } satisfies SearchAnswer),
    );
  });
}
