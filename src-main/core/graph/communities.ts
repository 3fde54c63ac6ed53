/** Groups of entities that belong together, found among the strongest relations of a project. */
import { LRUCache } from 'lru-cache';
import type { Community } from '../../contract/graph';
import type { Page } from '../../contract/shared';
import { AppError } from '../errors';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';

/** Entities of a community that are shown. */
const SHOWN = 10;
/** Smaller ones say nothing. */
const SMALLEST = 3;
const REMEMBERED = 20;

/** Members of each community as ids, the best connected first; the largest community first. */
type Communities = string[][];

/** The function that answers pages of a project's communities. */
export function createCommunities(ports: Ports) {
  const { graph, graphReader } = ports;
  /** By project and size: they change with the graph. */
  const known = new LRUCache<string, Communities>({ max: REMEMBERED });

  async function communitiesOf(project_id: string): Promise<Communities> {
    const { entities, relations, chunks_done } = await graph.counts(project_id, graphReader.rules);
    const key = `${project_id} ${entities} ${relations} ${chunks_done}`;
    const found = known.get(key) ?? (await findCommunities(ports, project_id));
    known.set(key, found);
    return found;
  }

  return async (project_id: string, { limit, cursor }: { limit: number; cursor?: string | undefined }): Promise<Page<Community>> => {
    const all = await communitiesOf(project_id);
    const from = Number(cursor ?? 0);
    const items = await Promise.all(all.slice(from, from + limit).map((members) => shown(ports, project_id, members)));
    return { items: items.filter((item) => item !== null), next_cursor: from + limit < all.length ? String(from + limit) : null };
  };
}

async function findCommunities({ graph, graphReader }: Ports, project_id: string): Promise<Communities> {
  const { ids, ...edges } = await graph.edges(project_id, LIMITS.graphEdges);
  if (ids.length === 0) return [];
  const groups = await graphReader.communities(edges).catch(() => {
    throw new AppError('UNAVAILABLE', 'The communities could not be found just now; try again.', { retry_after_s: 5 });
  });
  const strength = new Float64Array(ids.length);
  edges.weights.forEach((weight, at) => {
    for (const node of [edges.sources[at] ?? 0, edges.targets[at] ?? 0]) strength[node] = (strength[node] ?? 0) + weight;
  });
  const members = new Map<number, number[]>();
  for (const [node, group] of groups.entries()) members.set(group, [...(members.get(group) ?? []), node]);
  return [...members.values()]
    .filter(({ length }) => length >= SMALLEST)
    .map((nodes) => nodes.sort((a, b) => (strength[b] ?? 0) - (strength[a] ?? 0)).flatMap((node) => ids[node] ?? []))
    .sort((a, b) => b.length - a.length);
}

/** Null when all of its best connected entities have gone meanwhile. */
async function shown({ graph }: Ports, project_id: string, members: string[]): Promise<Community | null> {
  const found = await Promise.all(members.slice(0, SHOWN).map((id) => graph.entity(project_id, id)));
  const entities = found.filter((entity) => entity !== null);
  const [first] = entities;
  return first
    ? {
        id: first.id,
        name: entities
          .slice(0, 3)
          .map(({ name }) => name)
          .join(', '),
        size: members.length,
        entities,
      }
    : null;
}
