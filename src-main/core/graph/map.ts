/** The graph to draw: the most mentioned entities and the strongest relations between them, in columns. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Entity, EntityType } from '../../contract/graph';
import type { GraphMap } from '../../contract/graph-view';
import type { Ports } from '../ports';
import type { Groups } from './groups';

/** Entities read between two breaths. */
const STEP = 500;

interface Wanted {
  id: string;
  limit: number;
  edges: number;
  type?: EntityType | undefined;
}

export async function mapOf({ graph }: Pick<Ports, 'graph'>, { groupOf, edges }: Groups, wanted: Wanted): Promise<GraphMap> {
  const { entities, more } = await mostMentioned({ graph }, wanted);
  const at = new Map(entities.map(({ id }, position) => [id, position]));
  const degrees = entities.map(() => 0);
  const columns = {
    sources: [] as number[],
    targets: [] as number[],
    relation_types: [] as GraphMap['relation_types'],
    weights: [] as number[],
  };
  let left = false;
  for (const [nth, weight] of edges.weights.entries()) {
    const [source, target] = [edges.sources[nth], edges.targets[nth]].map((node) => at.get(edges.ids[node ?? -1] ?? ''));
    if (source === undefined || target === undefined) continue;
    left = columns.weights.length >= wanted.edges;
    if (left) break;
    degrees[source] = (degrees[source] ?? 0) + 1;
    degrees[target] = (degrees[target] ?? 0) + 1;
    columns.sources.push(source);
    columns.targets.push(target);
    columns.relation_types.push(edges.types[nth] ?? 'mentioned_with');
    columns.weights.push(weight);
  }
  return {
    ids: entities.map(({ id }) => id),
    names: entities.map(({ name }) => name),
    types: entities.map(({ type }) => type),
    mentions: entities.map(({ mentions }) => mentions),
    degrees,
    communities: entities.map(({ id }) => groupOf.get(id) ?? -1),
    ...columns,
    truncated: more || left,
  };
}

async function mostMentioned({ graph }: Pick<Ports, 'graph'>, { id, limit, type }: Wanted): Promise<{ entities: Entity[]; more: boolean }> {
  const entities: Entity[] = [];
  for (let cursor: string | undefined; ; await breathe()) {
    const page = await graph.entities({ project_id: id, type, limit: Math.min(STEP, limit - entities.length), cursor, sort: '-mentions' });
    entities.push(...page.items);
    if (page.next_cursor === null || entities.length >= limit) return { entities, more: page.next_cursor !== null };
    cursor = page.next_cursor;
  }
}
