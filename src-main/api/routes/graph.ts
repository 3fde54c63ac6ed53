/** Routes of the knowledge graph. */
import type { Services } from '../../core/services';
import type { Operations } from '../operations';

export const graphRoutes = (os: Operations['graph'], { graph }: Services) => ({
  overview: os.overview.handler(({ input }) => graph.overview(input.id)),
  entities: os.entities.handler(({ input }) => graph.entities(input)),
  entity: os.entity.handler(({ input }) => graph.entity(input)),
  neighbours: os.neighbours.handler(({ input }) => graph.neighbours(input)),
  relations: os.relations.handler(({ input }) => graph.relations(input)),
  path: os.path.handler(({ input }) => graph.path(input)),
  communities: os.communities.handler(({ input }) => graph.communities(input)),
  subgraph: os.subgraph.handler(({ input }) => graph.subgraph(input)),
});
