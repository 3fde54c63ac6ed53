/** Groups of entities that belong together, found among the strongest relations of a project; kept until the graph changes. */
import { LRUCache } from 'lru-cache';
import { AppError } from '../errors';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { GraphStore } from '../ports/graph';

/** Smaller ones say nothing. */
const SMALLEST = 3;
const REMEMBERED = 5;

type Numbered = Awaited<ReturnType<GraphStore['edges']>>;

export interface Groups {
  /** Ids of the members, the best connected first; the largest group first. */
  members: string[][];
  /** Position in `members` of the group that an entity belongs to. */
  groupOf: Map<string, number>;
  edges: Numbered;
}

export type FindGroups = (project_id: string) => Promise<Groups>;

/** What the graph of a project was made of: it changes with the graph. */
export async function revisionOf({ graph, graphReader }: Pick<Ports, 'graph' | 'graphReader'>, project_id: string): Promise<string> {
  const { entities, relations, chunks_done } = await graph.counts(project_id, graphReader.rules);
  // Undoing one merge and making another leaves as many of each.
  const { items } = await graph.merges(project_id, { limit: 1 });
  return `${project_id} ${entities} ${relations} ${chunks_done} ${items[0]?.id ?? ''}`;
}

/** What is worked out for one state of a project's graph and kept for its next question; asked twice at once it is worked out once. */
export function keptByRevision<T>(
  ports: Pick<Ports, 'graph' | 'graphReader'>,
  find: (project_id: string) => Promise<T>,
): (project_id: string) => Promise<T> {
  const kept = new LRUCache<string, { found: Promise<T> }>({ max: REMEMBERED });
  return async (project_id) => {
    const key = await revisionOf(ports, project_id);
    const known = kept.get(key);
    if (known) return known.found;
    const found = find(project_id);
    kept.set(key, { found });
    found.catch(() => kept.delete(key));
    return found;
  };
}

export const createGroups = (ports: Ports): FindGroups => keptByRevision(ports, (project_id) => findGroups(ports, project_id));

async function findGroups({ graph, graphReader }: Ports, project_id: string): Promise<Groups> {
  const edges = await graph.edges(project_id, LIMITS.graphEdges);
  const members = edges.ids.length === 0 ? [] : grouped(edges, await graphReader.communities(numbersOf(edges)).catch(unavailable));
  const groupOf = new Map(members.flatMap((group, at) => group.map((id) => [id, at] as const)));
  return { members, groupOf, edges };
}

const numbersOf = ({ nodes, sources, targets, weights }: Numbered) => ({ nodes, sources, targets, weights });

/** The graph's thread was busy for too long, or stopped. */
export function unavailable(): never {
  throw new AppError('UNAVAILABLE', 'This could not be worked out just now; try again.', { retry_after_s: 5 });
}

function grouped({ ids, sources, targets, weights }: Numbered, groups: Int32Array): string[][] {
  const strength = new Float64Array(ids.length);
  weights.forEach((weight, at) => {
    for (const node of [sources[at] ?? 0, targets[at] ?? 0]) strength[node] = (strength[node] ?? 0) + weight;
  });
  const nodes = new Map<number, number[]>();
  for (const [node, group] of groups.entries()) {
    const known = nodes.get(group) ?? [];
    known.push(node);
    nodes.set(group, known);
  }
  return [...nodes.values()]
    .filter(({ length }) => length >= SMALLEST)
    .map((members) => members.sort((a, b) => (strength[b] ?? 0) - (strength[a] ?? 0)).flatMap((node) => ids[node] ?? []))
    .sort((a, b) => b.length - a.length);
}
