/** Routes of the knowledge graph. */
import type { Services } from '../../core/services';
import { graphFile } from '../file-transfer';
import type { Operations } from '../operations';

export const graphRoutes = (os: Operations['graph'], { graph, graphMerges, graphDeep }: Services) => ({
  overview: os.overview.handler(({ input }) => graph.overview(input.id)),
  entities: os.entities.handler(({ input }) => graph.entities(input)),
  entity: os.entity.handler(({ input }) => graph.entity(input)),
  neighbours: os.neighbours.handler(({ input }) => graph.neighbours(input)),
  relations: os.relations.handler(({ input }) => graph.relations(input)),
  path: os.path.handler(({ input }) => graph.path(input)),
  communities: os.communities.handler(({ input }) => graph.communities(input)),
  map: os.map.handler(({ input }) => graph.map(input)),
  themes: os.themes.handler(({ input }) => graph.themes(input)),
  export: os.export.handler(({ input }) => graphFile(graph, input)),
  suggestions: os.suggestions.handler(({ input }) => graphMerges.suggestions(input)),
  dismissSuggestion: os.dismissSuggestion.handler(({ input }) => graphMerges.dismiss(input)),
  merges: os.merges.handler(({ input }) => graphMerges.list(input)),
  merge: os.merge.handler(({ input }) => graphMerges.merge(input)),
  unmerge: os.unmerge.handler(({ input }) => graphMerges.undo(input)),
  deepEstimate: os.deepEstimate.handler(({ input }) => graphDeep.estimate(input)),
  deep: os.deep.handler(({ input }) => graphDeep.state(input)),
  startDeep: os.startDeep.handler(({ input }) => graphDeep.start(input)),
  pauseDeep: os.pauseDeep.handler(({ input }) => graphDeep.pause(input)),
  resumeDeep: os.resumeDeep.handler(({ input }) => graphDeep.resume(input)),
  cancelDeep: os.cancelDeep.handler(({ input }) => graphDeep.cancel(input)),
  subgraph: os.subgraph.handler(({ input }) => graph.subgraph(input)),
});
