/** The knowledge graph as a whole: a map of it to draw, its themes, and all of it as a file. */
import { z } from 'zod';
import { entity, entityType, relationType } from './graph';
import { op } from './op';
import { byId, CURSORS, id, pageOf, pageQueryBy } from './shared';

const numbers = z.array(z.number().int());
/** Column by column: five thousand entities with twenty thousand relations are half a megabyte this way. */
export const graphMap = z.object({
  ids: z.array(id).describe('The entities shown, most mentioned first. The following columns are in this order.'),
  names: z.array(z.string()),
  types: z.array(entityType),
  mentions: numbers,
  degrees: numbers.describe('How many of the relations shown end there.'),
  communities: numbers.describe('Entities with the same number belong together, 0 to the largest group; -1 belongs to none.'),
  sources: numbers.describe('Of each relation shown, strongest first: the position of its source in `ids`.'),
  targets: numbers.describe('The position of its target in `ids`.'),
  relation_types: z.array(relationType),
  weights: numbers.describe('In how many sentences it stands.'),
  truncated: z.boolean().describe('There are more entities or relations than are shown.'),
});
export type GraphMap = z.output<typeof graphMap>;

export const theme = z.object({
  id: id.describe('Id of its most connected entity.'),
  name: z.string().describe('Its best connected entities, and the words that tell it from the others.'),
  size: z.number().int().describe('Entities that belong to it.'),
  terms: z.array(z.string()).describe('The most characteristic words of the passages that name its entities.'),
  entities: z.array(entity).describe('The best connected ones, at most ten.'),
  documents: z
    .array(z.object({ document_id: id, filename: z.string(), passages: z.number().int() }))
    .describe('Where it is spoken of, in most passages first; counted among its best hundred passages.'),
});
export type Theme = z.output<typeof theme>;

const tag = 'Graph';
export const graphView = {
  map: op({
    method: 'GET',
    path: '/api/projects/{id}/graph/map',
    summary: 'The graph to draw: its most mentioned entities and the strongest relations between them, in columns',
    tag,
    scope: 'read',
    cost: 'medium',
  })
    .input(
      z.object({
        id,
        limit: z.number().int().min(1).max(5000).default(1000).describe('Entities at most, 1 to 5000.'),
        edges: z.number().int().min(0).max(20_000).default(20_000).describe('Relations at most, 0 to 20000.'),
        type: entityType.optional().describe('Only entities of this type.'),
      }),
    )
    .output(graphMap),
  themes: op({
    method: 'GET',
    path: '/api/projects/{id}/graph/themes',
    summary: 'What the documents are about: groups of entities with their words and documents, largest first',
    description:
      'Communities (Louvain), named by their entities and by the words that are frequent in their passages and rare in the others (c-TF-IDF).',
    tag,
    scope: 'read',
    cost: 'medium',
  })
    .input(pageQueryBy(CURSORS.number).extend({ id }))
    .output(pageOf(theme)),
  export: op({
    method: 'GET',
    path: '/api/projects/{id}/graph/export',
    summary: 'Download the whole graph as GraphML or JSON, streamed',
    description:
      '`graphml`: for Gephi, yEd, networkx and others. `json`: `entities` with aliases and documents, `relations` with up to five pressmarks each.',
    tag,
    scope: 'read',
    cost: 'heavy',
  })
    .input(byId.extend({ format: z.enum(['graphml', 'json']).default('json') }))
    .output(z.file()),
};
