/** The knowledge graph of a project: what its documents speak of, how that connects, and where each of it is written. */
import { z } from 'zod';
import { op } from './op';
import { pressmark } from './search';
import { byId, CURSORS, id, listQuery, nameFilter, pageOf, pageQueryBy, timestamp } from './shared';

export const entityType = z.enum(['person', 'organisation', 'place', 'date', 'money', 'term', 'identifier']);
export type EntityType = z.output<typeof entityType>;

export const relationType = z
  .enum(['mentioned_with', 'works_for', 'leads', 'founded', 'located_in', 'born_in', 'married_to', 'acquired', 'related_to'])
  .describe(
    '`mentioned_with`: named in the same sentence, no direction. The others read from `source` to `target`. `related_to`: a chat model found it; `label` says how.',
  );
export type RelationType = z.output<typeof relationType>;

export const entity = z.object({
  id,
  project_id: id,
  name: z.string().describe('As the documents write it most often.'),
  type: entityType,
  aliases: z.array(z.string()).describe('Other writings of the name in the documents, at most ten.'),
  mentions: z.number().int().describe('How often the documents of the project name it.'),
  created_at: timestamp,
  updated_at: timestamp,
});
export type Entity = z.output<typeof entity>;

export const relation = z.object({
  id,
  project_id: id,
  source: id.describe('Id of an entity.'),
  source_name: z.string(),
  target: id.describe('Id of an entity.'),
  target_name: z.string(),
  type: relationType,
  label: z.string().nullable().describe('How the chat model that found it words it; null when rules found it.'),
  origin: z.enum(['instant', 'deep']).describe('instant: found by rules, without a model; deep: by the chat model only.'),
  weight: z.number().int().describe('In how many sentences it stands.'),
  evidence: z.array(pressmark).describe('Sentences that say it, up to as many as asked for.'),
});
export type Relation = z.output<typeof relation>;

/** `depth` counts the relations between an entity and where the walk began. */
const reached = entity.extend({ depth: z.number().int().describe('Relations between it and the start, which has 0.') });
const part = z.object({
  entities: z.array(reached).describe('The start first, then the nearest and best connected.'),
  relations: z.array(relation).describe('Between these entities, strongest first.'),
  truncated: z.boolean().describe('There is more than `limit` allowed.'),
});
export const neighbourhood = part.describe('A part of the graph around an entity.');
export type Neighbourhood = z.output<typeof part>;

const path = z.object({
  found: z.boolean().describe('False when no chain of relations within `max_depth` connects the two.'),
  entities: z.array(entity).describe('From the first to the last.'),
  relations: z.array(relation).describe('One for each step, with its evidence.'),
});
export type GraphPath = z.output<typeof path>;

const community = z.object({
  id: id.describe('Id of its most connected entity.'),
  name: z.string().describe('The names of its best connected entities.'),
  size: z.number().int(),
  entities: z.array(entity).describe('The best connected ones, at most ten.'),
});
export type Community = z.output<typeof community>;

export const graphOverview = z.object({
  project_id: id,
  entities: z.number().int(),
  relations: z.number().int(),
  chunks: z.number().int().describe('Chunks that the graph should know.'),
  chunks_done: z.number().int().describe('Chunks that were read for it.'),
  complete: z.boolean().describe('Everything that is searchable was read.'),
});
export type GraphOverview = z.output<typeof graphOverview>;

const evidence = z.number().int().min(0).max(5).default(1).describe('Pressmarks for each relation, 0 to 5.');
const limit = z.number().int().min(1).max(500).default(50).describe('Entities at most, 1 to 500.');
const depth = (first: number) => z.number().int().min(1).max(3).default(first).describe('Relations to follow from the start, 1 to 3.');

const tag = 'Graph';
export const graph = {
  overview: op({
    method: 'GET',
    path: '/api/projects/{id}/graph',
    summary: 'How large the graph is, and whether it is complete',
    description: 'The graph grows in the background once a document is searchable; no model is needed.',
    tag,
    scope: 'read',
  })
    .input(byId)
    .output(graphOverview),
  entities: op({
    method: 'GET',
    path: '/api/projects/{id}/graph/entities',
    summary: 'List the entities of a project, most mentioned first unless sorted otherwise',
    tag,
    scope: 'read',
  })
    .input(listQuery(['mentions', 'name', 'created_at'], '-mentions').extend({ id, q: nameFilter, type: entityType.optional() }))
    .output(pageOf(entity)),
  entity: op({
    method: 'GET',
    path: '/api/projects/{id}/graph/entities/{entity_id}',
    summary: 'Get an entity with the places where it is named',
    tag,
    scope: 'read',
  })
    .input(pageQueryBy(CURSORS.number).extend({ id, entity_id: id }))
    .output(
      entity.extend({
        documents: z.number().int().describe('Documents that name it.'),
        evidence: z.array(pressmark).describe('Places where it is named, in the order of the documents.'),
        next_cursor: z.string().nullable().describe('Give it as `cursor` for further places.'),
      }),
    ),
  neighbours: op({
    method: 'GET',
    path: '/api/projects/{id}/graph/entities/{entity_id}/neighbours',
    summary: 'What an entity is connected with',
    tag,
    scope: 'read',
  })
    .input(z.object({ id, entity_id: id, depth: depth(1), limit, evidence }))
    .output(neighbourhood),
  relations: op({
    method: 'GET',
    path: '/api/projects/{id}/graph/relations',
    summary: 'List the relations of a project or of one entity, strongest first unless sorted otherwise',
    tag,
    scope: 'read',
  })
    .input(listQuery(['weight', 'created_at'], '-weight').extend({ id, entity_id: id.optional(), type: relationType.optional(), evidence }))
    .output(pageOf(relation)),
  path: op({
    method: 'GET',
    path: '/api/projects/{id}/graph/path',
    summary: 'The shortest chain of relations between two entities, with its evidence',
    tag,
    scope: 'read',
    cost: 'medium',
  })
    .input(
      z.object({
        id,
        from: id.describe('Id of an entity.'),
        to: id.describe('Id of an entity.'),
        max_depth: z.number().int().min(1).max(8).default(6).describe('Relations in the chain at most, 1 to 8.'),
        evidence,
      }),
    )
    .output(path),
  communities: op({
    method: 'GET',
    path: '/api/projects/{id}/graph/communities',
    summary: 'Groups of entities that belong together, largest first',
    description: 'Found by the Louvain method among the strongest relations of the project.',
    tag,
    scope: 'read',
    cost: 'medium',
  })
    .input(pageQueryBy(CURSORS.number).extend({ id }))
    .output(pageOf(community)),
  subgraph: op({
    method: 'GET',
    path: '/api/projects/{id}/graph/subgraph',
    summary: 'The part of the graph that a question is about',
    description: 'The entities that the question names (depth 0), their neighbours, and the relations between all of these.',
    tag,
    scope: 'read',
    cost: 'medium',
  })
    .input(z.object({ id, query: z.string().trim().min(1).max(500), depth: depth(1), limit, evidence }))
    .output(neighbourhood),
};
