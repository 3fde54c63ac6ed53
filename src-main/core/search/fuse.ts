/** Reciprocal rank fusion: one order from several (Cormack, Clarke, Büttcher: SIGIR 2009). */

/** A ranked list of ids, best first, and how much it counts. */
export interface RankedList {
  ids: string[];
  weight: number;
}

/** The constant of the paper: how much the first places stand out. */
const K = 60;

/** Ids with their fused scores, best first; equal scores keep the order of the first list that has them. */
export function fuse(lists: RankedList[]): { id: string; score: number }[] {
  const scores = new Map<string, number>();
  for (const { ids, weight } of lists) {
    ids.forEach((id, rank) => {
      scores.set(id, (scores.get(id) ?? 0) + weight / (K + rank + 1));
    });
  }
  return [...scores].map(([id, score]) => ({ id, score })).sort((a, b) => b.score - a.score);
}
