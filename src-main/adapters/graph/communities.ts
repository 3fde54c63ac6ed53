/** Communities by the Louvain method (Blondel et al. 2008). */
import { UndirectedGraph } from 'graphology';
import louvain from 'graphology-communities-louvain';
import type { Edges } from '../../core/ports/graph';

/** The community of each node, counted from 0; the same edges give the same communities. */
export function communitiesOf({ nodes, sources, targets, weights }: Edges): Int32Array {
  const graph = new UndirectedGraph();
  for (let node = 0; node < nodes; node += 1) graph.addNode(node);
  sources.forEach((source, at) => {
    const weight = weights[at] ?? 0;
    graph.updateEdge(source, targets[at], (known) => ({ weight: Number(known.weight ?? 0) + weight }));
  });
  const found = louvain(graph, { getEdgeWeight: 'weight', rng: seeded() });
  return Int32Array.from({ length: nodes }, (_, node) => found[node] ?? 0);
}

/** Linear congruential (Numerical Recipes): any order of visits will do, if it is always the same. */
function seeded(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
