/** Search through the graph: the passages that name what a question names, and what is connected with it. */
import type { Ports } from '../ports';
import { namedIn } from './named';

const NAMED = 10;
/** Entities around those that the question names. */
const NEIGHBOURS = 20;
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
  return found.length > 0 ? new Map(found.map(({ chunk_id, score }) => [chunk_id, score])) : null;
}
