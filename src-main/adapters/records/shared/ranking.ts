/** Ranking chunks by words. */
import type { KeywordHit } from '../../../core/ports/records';

/** A word in a heading counts this many times one in the text. */
export const HEADING_WEIGHT = 1.5;
/** Of a run of letters too short to tell much. */
export const SHORT_RUN_SCORE = 0.1;

/** A chunk that was found in several ways counts with all its scores. */
export function best(hits: KeywordHit[], limit: number): KeywordHit[] {
  const scores = new Map<string, number>();
  for (const { chunk_id, score } of hits) scores.set(chunk_id, (scores.get(chunk_id) ?? 0) + score);
  return [...scores]
    .map(([chunk_id, score]) => ({ chunk_id, score }))
    .sort((a, b) => b.score - a.score)
    .slice(0, limit);
}

/** BM25, as SQLite's full text has it (sqlite.org/fts5.html#the_bm25_function). */
const K1 = 1.2;
const B = 0.75;
const LEAST_RARITY = 1e-6;

/** How telling a term is that `having` of `all` chunks have. */
export const rarity = (having: number, all: number): number =>
  Math.max(Math.log((Math.max(all - having, 0) + 0.5) / (having + 0.5)), LEAST_RARITY);

/** What one term adds to the score of a chunk. @param length of the chunk against the usual one */
export const termScore = (rare: number, times: number, length: number): number =>
  (rare * times * (K1 + 1)) / (times + K1 * (1 - B + B * length));
