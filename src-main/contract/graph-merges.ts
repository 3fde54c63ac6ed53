/** Two entities that are one: what looks like it, and what a person decided. */
import { z } from 'zod';
import { entity, entityType } from './graph';
import { op } from './op';
import { byId, CURSORS, id, pageOf, pageQuery, pageQueryBy, removed, timestamp } from './shared';

const mergeReason = z
  .enum(['initials', 'legal_form', 'part_of_name', 'short_form', 'spelling', 'abbreviation', 'type'])
  .describe(
    'initials: “J. Smith” and “John Smith”; legal_form: “ACME Inc.” and “ACME”; part_of_name: one name is in the other; ' +
      'short_form: “Becky” and “Rebecca Sharp”; spelling: nearly the same letters; abbreviation: the first letters of the other; type: the same name, taken for two kinds of thing.',
  );
export type MergeReason = z.output<typeof mergeReason>;

const suggestion = z.object({
  id: id.describe('The same for the same two names.'),
  entity: entity.describe('The one that would go.'),
  into: entity.describe('The one that would stay.'),
  reason: mergeReason,
  score: z.number().min(0).max(1).describe('How likely they are one, 0 to 1.'),
});
export type Suggestion = z.output<typeof suggestion>;

const named = z.object({ name: z.string(), type: entityType });
const merge = z.object({
  id,
  project_id: id,
  from: named.describe('Not there any more: what is said of it is said of `into` now, also in documents that come later.'),
  into: named.extend({ entity_id: id.nullable().describe('Null while no document names it.') }),
  created_at: timestamp,
});
export type Merge = z.output<typeof merge>;

const tag = 'Graph';
export const graphMerges = {
  suggestions: op({
    method: 'GET',
    path: '/api/projects/{id}/graph/suggestions',
    summary: 'Entities that may be one and the same, most likely first',
    description: 'Only what is certain is merged without asking; this is the rest.',
    tag,
    scope: 'read',
    cost: 'medium',
  })
    .input(pageQueryBy(CURSORS.number).extend({ id }))
    .output(pageOf(suggestion)),
  dismissSuggestion: op({
    method: 'POST',
    path: '/api/projects/{id}/graph/suggestions/{suggestion_id}/dismiss',
    summary: 'Say that two entities are not the same; it is not suggested again',
    tag,
    scope: 'write',
  })
    .input(z.object({ id, suggestion_id: id }))
    .output(z.object({ id, dismissed: z.literal(true) })),
  merges: op({
    method: 'GET',
    path: '/api/projects/{id}/graph/merges',
    summary: 'List the merges that were made, newest first',
    tag,
    scope: 'read',
  })
    .input(pageQuery.extend({ id }))
    .output(pageOf(merge)),
  merge: op({
    method: 'POST',
    path: '/api/projects/{id}/graph/merges',
    summary: 'Make two entities one',
    description: 'The decision is kept by name: it holds for documents that are read later or anew. Deleting the merge undoes it.',
    tag,
    scope: 'write',
    status: 201,
  })
    .input(byId.extend({ entity_id: id.describe('The entity that goes.'), into_id: id.describe('The entity that stays.') }))
    .output(merge),
  unmerge: op({
    method: 'DELETE',
    path: '/api/projects/{id}/graph/merges/{merge_id}',
    summary: 'Undo a merge: both entities are as they were',
    description: 'Documents that were read since the merge are read again for it, in the background.',
    tag,
    scope: 'write',
  })
    .input(z.object({ id, merge_id: id }))
    .output(removed),
};
