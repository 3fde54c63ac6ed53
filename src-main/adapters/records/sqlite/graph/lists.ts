/** Lists of the graph's entities and relations. */
import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Entity } from '../../../../contract/graph';
import type { StoredRelation } from '../../../../core/ports/graph';
import type { SqliteDatabase } from '../database';
import { entities, relations } from '../schema';
import { entityAliases } from '../schema-graph';
import { contains, createListing, inAnyCase } from '../tables/listing';
import { equals, prepareById } from '../tables/statements';

/** Shown of an entity. */
export const ALIASES = 10;
/** As JSON, the fullest first. `of` is the row of an entity. */
export const aliasesOf = (of: string): string => `(SELECT json_group_array(name) FROM (
  SELECT name FROM entity_aliases WHERE entity_row = ${of} ORDER BY length(name) DESC, name LIMIT ${ALIASES}))`;
export type EntityRow = Omit<Entity, 'aliases'> & { aliases: string };
export const toEntity = ({ aliases, ...entity }: EntityRow): Entity => ({ ...entity, aliases: JSON.parse(aliases) as string[] });

const { row: _row, key: _key, ...columns } = getTableColumns(entities);
const entityColumns = { ...columns, aliases: sql<string>`${sql.raw(aliasesOf('"entities"."row"'))}` };
/** Of the entity at one end of a relation. */
const end = (of: SQL, column: 'id' | 'name') =>
  sql<string>`(SELECT ${sql.identifier(column)} FROM ${entities} AS at_end WHERE at_end.row = ${of})`;
const source = sql`${relations}.source_row`;
const target = sql`${relations}.target_row`;

const relationColumns = {
  id: relations.id,
  project_id: relations.project_id,
  source: end(source, 'id'),
  source_name: end(source, 'name'),
  target: end(target, 'id'),
  target_name: end(target, 'name'),
  type: relations.type,
  label: relations.label,
  origin: relations.origin,
  weight: relations.weight,
  created_at: relations.created_at,
};
type RelationRow = StoredRelation & { created_at: string };

export function createGraphLists(database: SqliteDatabase) {
  const find = prepareById<EntityRow>(database, { table: entities, columns: entityColumns }, entities.id);
  return {
    entity(project_id: string, id: string): Entity | null {
      const found = find(id);
      return found?.project_id === project_id ? toEntity(found) : null;
    },
    entities: createListing<EntityRow, Entity>(database, {
      table: entities,
      columns: entityColumns,
      id: entities.id,
      sorts: { mentions: entities.mentions, name: inAnyCase(entities.name), created_at: null },
      sort: '-mentions',
      filters: {
        project_id: (value) => equals(entities.project_id, value),
        type: (value) => equals(entities.type, value),
        // By any of its names.
        q: (value) =>
          sql`(${contains(entities.name)(value)} OR EXISTS (
            SELECT 1 FROM ${entityAliases} WHERE ${entityAliases.entity_row} = ${entities.row} AND ${contains(entityAliases.name)(value)}))`,
      },
      key: (row, field) => row[field as 'mentions' | 'name'],
      idOf: ({ id }) => id,
      toItem: toEntity,
    }),
    relations: createListing<RelationRow, StoredRelation>(database, {
      table: relations,
      columns: relationColumns,
      id: relations.id,
      sorts: { weight: relations.weight, created_at: null },
      sort: '-weight',
      filters: {
        project_id: (value) => equals(relations.project_id, value),
        type: (value) => equals(relations.type, value),
        // Two lookups of one index each, which an OR over the joined names would not be.
        entity_id: (value) => sql`${relations.row} IN (
          SELECT r.row FROM ${entities} AS e CROSS JOIN ${relations} AS r ON r.source_row = e.row WHERE e.id = ${value}
          UNION SELECT r.row FROM ${entities} AS e CROSS JOIN ${relations} AS r ON r.target_row = e.row WHERE e.id = ${value})`,
      },
      key: ({ weight }) => weight,
      idOf: ({ id }) => id,
      toItem: ({ created_at: _created, ...row }) => row,
    }),
  };
}
