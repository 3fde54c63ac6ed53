/** What others may ask of the graph. */
import { createJobs } from '../jobs/jobs';
import type { Runner } from '../jobs/runner';
import type { Ports } from '../ports';
import type { GraphBuilder } from './builder';
import { DeepExtraction } from './deep/deep';
import { Graph } from './graph';
import { GraphMerges } from './merges';

export const createGraph = (ports: Ports, builder: GraphBuilder, runner: Runner) => ({
  graph: new Graph(ports),
  graphMerges: new GraphMerges(ports, builder),
  graphDeep: new DeepExtraction(ports, runner, createJobs(ports, runner)),
});
