/** What others may ask of the graph. */
import type { Ports } from '../ports';
import type { GraphBuilder } from './builder';
import { Graph } from './graph';
import { GraphMerges } from './merges';

export const createGraph = (ports: Ports, builder: GraphBuilder) => ({
  graph: new Graph(ports),
  graphMerges: new GraphMerges(ports, builder),
});
