/** The graph of the chosen project, as far as it is drawn and listed; read again while it grows. */
import { useQuery } from '@tanstack/react-query';
import type { Community, Entity, Relation } from '../../src-main/contract/graph';
import { PAGE_ROWS } from '../client';
import { useDesk } from '../state';
import type { GraphData } from './visible';

const NODES = 5_000;
const GROWING_MS = 4_000;

export function useOverview() {
  const { orpc, projectId } = useDesk();
  return useQuery(
    orpc.graph.overview.queryOptions({
      input: { id: projectId ?? '' },
      enabled: projectId !== null,
      refetchInterval: ({ state }) => (state.data && !state.data.complete ? GROWING_MS : false),
    }),
  );
}

/** @param stage grows with the graph: what was read for another one is kept on the screen until the new one is there */
export function useGraphData(stage: number | undefined) {
  const { client, projectId } = useDesk();
  const id = projectId ?? '';
  return useQuery<GraphData>({
    queryKey: ['graph-map', id, stage],
    enabled: projectId !== null && stage !== undefined,
    staleTime: 60_000,
    placeholderData: (previous) => previous,
    queryFn: async ({ signal }) => {
      const entities = await some<Entity>((page) => client.graph.entities({ id, ...page }, { signal }), NODES);
      const relations = await some<Relation>((page) => client.graph.relations({ id, evidence: 0, ...page }, { signal }), 3 * NODES);
      const communities = await some<Community>((page) => client.graph.communities({ id, ...page }, { signal }), 200);
      const groups = new Map(communities.flatMap((group) => group.entities.map((entity) => [entity.id, group.id])));
      const known = new Set(entities.map((entity) => entity.id));
      return {
        nodes: entities.map((entity) => ({ ...entity, group: groups.get(entity.id) ?? null })),
        edges: relations.filter(({ source, target }) => known.has(source) && known.has(target)),
        truncated: false,
      };
    },
  });
}

async function some<T>(
  read: (page: { limit: number; cursor?: string }) => Promise<{ items: T[]; next_cursor: string | null }>,
  most: number,
): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | undefined; all.length < most; ) {
    const page = await read({ limit: PAGE_ROWS, ...(cursor ? { cursor } : {}) });
    all.push(...page.items);
    if (!page.next_cursor) break;
    cursor = page.next_cursor;
  }
  return all;
}
