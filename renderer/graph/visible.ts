/** Which part of the graph is shown: by kind, by strength, with or without what stands alone. */
import type { Entity, EntityType, Relation } from '../../src-main/contract/graph';
import { drawsOnProcessor } from './processor';

export type Node = Pick<Entity, 'id' | 'name' | 'type' | 'mentions'> & {
  /** The number of the group that it belongs to, 0 for the largest; -1 outside of all. */
  group: number;
};
export type Edge = Pick<Relation, 'source' | 'target' | 'type' | 'weight'>;

export interface GraphData {
  nodes: Node[];
  edges: Edge[];
  /** There is more than can be drawn. */
  truncated: boolean;
}

export interface Filters {
  hidden: ReadonlySet<EntityType>;
  /** Relations that stand in fewer sentences are left out. */
  weight: number;
  /** Also what has no relation that is shown. */
  lonely: boolean;
}
export const ALL: Filters = { hidden: new Set(), weight: 1, lonely: false };

export function visiblePart({ nodes, edges }: GraphData, { hidden, weight, lonely }: Filters): { nodes: Node[]; edges: Edge[] } {
  const kept = new Map(nodes.filter(({ type }) => !hidden.has(type)).map((node) => [node.id, node]));
  const shown = edges.filter((edge) => edge.weight >= weight && kept.has(edge.source) && kept.has(edge.target));
  if (lonely) return { nodes: [...kept.values()], edges: shown };
  const connected = new Set(shown.flatMap(({ source, target }) => [source, target]));
  return { nodes: [...kept.values()].filter(({ id }) => connected.has(id)), edges: shown };
}

/** More lines than these are a grey cloud; without a graphics card each of them takes time. */
const LINES = 8_000;
const LINES_ON_PROCESSOR = 5_000;

/** The strongest, and of each thing at least one. @param edges strongest first */
export function drawnEdges(edges: Edge[]): Edge[] {
  const most = drawsOnProcessor() ? LINES_ON_PROCESSOR : LINES;
  if (edges.length <= most) return edges;
  const reached = new Set<string>();
  return edges.filter(({ source, target }, n) => {
    const isDrawn = n < most || !reached.has(source) || !reached.has(target);
    if (isDrawn) reached.add(source).add(target);
    return isDrawn;
  });
}

/** How many relations each thing has. */
export function degrees(edges: Edge[]): Map<string, number> {
  const count = new Map<string, number>();
  for (const { source, target } of edges) for (const id of [source, target]) count.set(id, (count.get(id) ?? 0) + 1);
  return count;
}
