/** The best passages looked at once more by a model that reads question and passage together, where one is installed. */
import type { Ports } from '../ports';
import type { Passage } from './passage';

/** A CPU reads a few hundred words a second with it. */
const PASSAGES = 16;
/** Past this the order of the search stands: an answer that comes is better than a better one that does not. */
const MOST_MS = 8_000;

export async function rerank(
  { reranker, runtime }: Pick<Ports, 'reranker' | 'runtime'>,
  question: string,
  passages: Passage[],
  signal: AbortSignal | undefined,
): Promise<Passage[]> {
  if (passages.length < 2 || !reranker.available()) return passages;
  const limit = AbortSignal.timeout(MOST_MS);
  const first = passages.slice(0, PASSAGES);
  try {
    const texts = first.map(({ chunk }) => [...chunk.heading_path, chunk.text].join('\n'));
    const scores = await reranker.rank(question, texts, signal ? AbortSignal.any([signal, limit]) : limit);
    const ranked = first.map((passage, at) => ({ ...passage, rerank: scores[at] ?? null }));
    ranked.sort((one, two) => (two.rerank ?? 0) - (one.rerank ?? 0));
    return [...ranked, ...passages.slice(PASSAGES)];
  } catch (error) {
    signal?.throwIfAborted();
    runtime.log.warn('the passages could not be ranked once more', { message: String(error) });
    return passages;
  }
}
