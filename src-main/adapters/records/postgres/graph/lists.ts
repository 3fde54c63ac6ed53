/** Lists of the graph's entities and relations. */
import type { Entity } from '../../../../contract/graph';
import type { GraphStore, StoredRelation } from '../../../../core/ports/graph';
import type { Database } from '../database';
import { asNumber, contains, inAnyCase, list } from '../tables/listing';
import { equals, filters } from '../tables/rows';

/** With up to ten other writings, the fullest first. */
export const ENTITY = `e.id, e.project_id, e.name, e.type, e.mentions, e.created_at, e.updated_at,
  ARRAY(SELECT a.name FROM entity_aliases a WHERE a.entity_row = e.row ORDER BY length(a.name) DESC, a.name LIMIT 10) AS aliases`;
export const RELATION = `r.id, r.project_id, s.id AS source, s.name AS source_name, t.id AS target, t.name AS target_name,
  r.type, r.label, r.origin, r.weight`;
const RELATIONS = 'FROM relations r JOIN entities s ON s.row = r.source_row JOIN entities t ON t.row = r.target_row WHERE';
// Two lookups of one index each, which an OR over the joined names would not be.
const ofEntity = (id: string) => `r.row IN (
  SELECT o.row FROM entities e JOIN relations o ON o.source_row = e.row WHERE e.id = ${id}
  UNION SELECT o.row FROM entities e JOIN relations o ON o.target_row = e.row WHERE e.id = ${id})`;

/** In any of its names. */
const containedInNames = (q: string) =>
  `(${contains('e.name')(q)} OR EXISTS (SELECT 1 FROM entity_aliases a WHERE a.entity_row = e.row AND ${contains('a.name')(q)}))`;

export function createGraphLists(database: Database): Pick<GraphStore, 'entity' | 'entities' | 'relations'> {
  return {
    async entity(project_id, id) {
      return (
        (await database.row<Entity>(`SELECT ${ENTITY} FROM entities e WHERE e.id = $1 AND e.project_id = $2`, [id, project_id])) ?? null
      );
    },
    entities({ project_id, type, q, ...asked }) {
      const { where, values } = filters([
        [equals('e.project_id'), project_id],
        [equals('e.type'), type],
        [containedInNames, q],
      ]);
      return list<Entity, Entity>(database, asked, {
        columns: ENTITY,
        from: `FROM entities e WHERE ${where}`,
        values,
        id: 'e.id',
        sorts: { mentions: asNumber('e.mentions'), name: inAnyCase('e.name'), created_at: null },
        sort: '-mentions',
        toItem: (row) => row,
      });
    },
    relations({ project_id, type, entity_id, ...asked }) {
      const { where, values } = filters([
        [equals('r.project_id'), project_id],
        [equals('r.type'), type],
        [ofEntity, entity_id],
      ]);
      return list<StoredRelation, StoredRelation>(database, asked, {
        columns: RELATION,
        from: `${RELATIONS} ${where}`,
        values,
        id: 'r.id',
        sorts: { weight: asNumber('r.weight'), created_at: null },
        sort: '-weight',
        toItem: (row) => row,
      });
    },
  };
}
