/** Search through the graph: the passages that name what a question names, and what is connected with it. */
import type { Ports } from '../ports';
import { namedIn } from './named';

const NAMED = 10;
/** Entities around those that the question names. */
const NEIGHBOURS = 20;
/** Further apart, two things have little to do with each other. */
const LONGEST_WAY = 4;
/** Of each step of the way. */
const SENTENCES = 3;
/** A passage that names what was asked for outweighs any that only names its neighbours. */
const NEIGHBOUR_WEIGHT = 0.1;

/** Chunks with scores, best first; null when the graph knows nothing that the question names. */
export async function graphList(
  ports: Pick<Ports, 'graph'>,
  scope: { project_id: string; limit: number; document_ids: string[] | undefined },
  query: string,
): Promise<Map<string, number> | null> {
  const { project_id } = scope;
  const named = await namedIn(ports, project_id, query, NAMED);
  if (named.length === 0) return null;
  const from = named.map(({ id }) => id);
  const { entities } = await ports.graph.around({ project_id, from, depth: 1, limit: named.length + NEIGHBOURS });
  const weighed = entities.map(({ id, depth }) => ({ id, weight: depth === 0 ? 1 : NEIGHBOUR_WEIGHT }));
  const found = await ports.graph.chunks({ ...scope, entities: weighed });
  const way = await wayBetween(ports, scope, from);
  const best = found[0]?.score ?? 1;
  // What connects the two that are asked about comes before what names only one of them.
  const scores = new Map(way.map((chunk_id, at) => [chunk_id, best + 1 / (at + 1)]));
  for (const { chunk_id, score } of found) if (!scores.has(chunk_id)) scores.set(chunk_id, score);
  return scores.size > 0 ? scores : null;
}

/** Chunks whose sentences say, step by step, how the first two entities are connected. */
async function wayBetween(
  { graph }: Pick<Ports, 'graph'>,
  { project_id, document_ids }: { project_id: string; document_ids: string[] | undefined },
  [from, to]: string[],
): Promise<string[]> {
  // The way may lead through other documents than those that are asked.
  if (from === undefined || to === undefined || document_ids !== undefined) return [];
  const way = await graph.path({ project_id, from, to, max_depth: LONGEST_WAY });
  if (!way) return [];
  const places = await graph.evidence(
    way.relations.map(({ id }) => id),
    SENTENCES,
  );
  return [...new Set(way.relations.flatMap(({ id }) => places.get(id) ?? []).map(({ chunk_id }) => chunk_id))];
}
