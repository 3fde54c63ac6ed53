/** What retrieval finds, before it is cited. */
import type { FoundChunk } from '../ports/records';

/** A chunk with the scores of the lists that found it. */
export interface Passage {
  chunk: FoundChunk;
  /** Of the chunk's text, comparable; made once, since finding them is most of a search's work. */
  words: ReadonlySet<string>;
  score: number;
  keyword: number | null;
  vector: number | null;
  graph: number | null;
  /** By the reranker, of those that it read. */
  rerank: number | null;
}
