/** Places of the graph as pressmarks: the sentences that name an entity or say a relation. */
import type { Relation } from '../../contract/graph';
import type { Pressmark } from '../../contract/search';
import type { Ports } from '../ports';
import type { Place, StoredRelation } from '../ports/graph';
import { pressmarkAt, sentenceAt } from '../search/quote';

type Reading = typeof pressmarkAt;

/** Those whose chunk is still there. */
async function pressmarks({ records }: Ports, places: Place[], read: Reading): Promise<Map<Place, Pressmark>> {
  const found = await records.index.chunks([...new Set(places.map(({ chunk_id }) => chunk_id))]);
  const chunks = new Map(found.map((chunk) => [chunk.id, chunk]));
  const marks = new Map<Place, Pressmark>();
  for (const place of places) {
    const chunk = chunks.get(place.chunk_id);
    if (chunk) marks.set(place, read(chunk, place));
  }
  return marks;
}

/** The sentences around names. */
export async function sentencesAt(ports: Ports, places: Place[]): Promise<Pressmark[]> {
  return [...(await pressmarks(ports, places, sentenceAt)).values()];
}

/** @param each sentences for each relation at most */
export async function withEvidence(ports: Ports, relations: StoredRelation[], each: number): Promise<Relation[]> {
  if (each === 0) return relations.map((relation) => ({ ...relation, evidence: [] }));
  const ids = relations.map(({ id }) => id);
  const found = await ports.graph.evidence(ids, each);
  const marks = await pressmarks(ports, [...found.values()].flat(), pressmarkAt);
  return relations.map((relation) => ({
    ...relation,
    evidence: (found.get(relation.id) ?? []).flatMap((place) => marks.get(place) ?? []),
  }));
}
