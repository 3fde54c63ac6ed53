/** What a mirror of the graph asks: rows by their ids, and sums to compare by. */
import type { Entity } from '../../../../contract/graph';
import type { GraphStore, GraphSums, StoredRelation } from '../../../../core/ports/graph';
import type { Database } from '../database';
import { ENTITY, RELATION } from './lists';

const SUMS = `
  SELECT e.entities, e.mentions, r.relations, r.weight
  FROM (SELECT count(*) AS entities, coalesce(sum(mentions), 0)::bigint AS mentions FROM entities WHERE project_id = $1) e,
    (SELECT count(*) AS relations, coalesce(sum(weight), 0)::bigint AS weight FROM relations WHERE project_id = $1) r`;
const ENTITIES = `SELECT ${ENTITY} FROM entities e WHERE e.id = ANY($1::text[])`;
const RELATIONS = `
  SELECT ${RELATION} FROM relations r JOIN entities s ON s.row = r.source_row JOIN entities t ON t.row = r.target_row
  WHERE r.id = ANY($1::text[])`;

export function createMirrored({ rows, row }: Database): Pick<GraphStore, 'sums' | 'present'> {
  return {
    sums: async (project_id) => (await row<GraphSums>(SUMS, [project_id])) ?? { entities: 0, mentions: 0, relations: 0, weight: 0 },
    present: async (ids) => ({
      entities: await rows<Entity>(ENTITIES, [ids.entities]),
      relations: await rows<StoredRelation>(RELATIONS, [ids.relations]),
    }),
  };
}
