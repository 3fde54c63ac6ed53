/** The graph of the chosen project, as far as it is drawn and listed; read again while it grows. */
import { useQuery } from '@tanstack/react-query';
import type { GraphMap } from '../../src-main/contract/graph-view';
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

/** The parts of the map's keys: all maps of a project. */
export const mapKey = (projectId: string) => ['graph-map', projectId] as const;

/** @param stage grows with the graph: what was read for another one is kept on the screen until the new one is there */
export function useGraphData(stage: number | undefined) {
  const { client, projectId } = useDesk();
  const id = projectId ?? '';
  return useQuery<GraphData>({
    queryKey: [...mapKey(id), stage],
    enabled: projectId !== null && stage !== undefined,
    staleTime: 60_000,
    placeholderData: (previous) => previous,
    queryFn: async ({ signal }) => inRows(await client.graph.map({ id, limit: NODES }, { signal })),
  });
}

function inRows({ ids, names, types, mentions, communities, sources, targets, relation_types, weights, truncated }: GraphMap): GraphData {
  const at = <T>(column: T[], n: number): T => column[n] as T;
  return {
    nodes: ids.map((id, n) => ({ id, name: at(names, n), type: at(types, n), mentions: at(mentions, n), group: at(communities, n) })),
    edges: sources.map((source, n) => ({
      source: at(ids, source),
      target: at(ids, at(targets, n)),
      type: at(relation_types, n),
      weight: at(weights, n),
    })),
    truncated,
  };
}
