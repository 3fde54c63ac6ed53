/** What a mirror of the graph asks: rows by their ids, and sums to compare by. */
import type { GraphStore, GraphSums, StoredRelation } from '../../../../core/ports/graph';
import type { Connection } from '../database';
import { type EntityRow, toEntity } from './lists';

const SUMS = `
  SELECT e.entities, e.mentions, r.relations, r.weight
  FROM (SELECT count(*) AS entities, coalesce(sum(mentions), 0) AS mentions FROM entities WHERE project_id = :project) e,
    (SELECT count(*) AS relations, coalesce(sum(weight), 0) AS weight FROM relations WHERE project_id = :project) r`;

/** @param columns of an entity `e`, and of a relation `r` with all that it is joined to */
export function createMirrored(sql: Connection, columns: { entity: string; relation: string }): Pick<GraphStore, 'sums' | 'present'> {
  const sums = sql.prepare(SUMS);
  const entities = sql.prepare(`SELECT ${columns.entity} FROM json_each(?) i CROSS JOIN entities e ON e.id = i.value`);
  const byId = 'FROM json_each(?) i CROSS JOIN relations r ON r.id = i.value';
  const relations = sql.prepare(`SELECT ${columns.relation.replace('FROM relations r', byId)}`);
  return {
    sums: async (project_id) => sums.get({ project: project_id }) as GraphSums,
    present: async (ids) => ({
      entities: (entities.all(JSON.stringify(ids.entities)) as EntityRow[]).map(toEntity),
      relations: relations.all(JSON.stringify(ids.relations)) as StoredRelation[],
    }),
  };
}
