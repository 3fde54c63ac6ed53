/** Lists of the graph's entities and relations. */
import type { Entity } from '../../../../contract/graph';
import type { Page } from '../../../../contract/shared';
import { readCursor, sortField, writeCursor } from '../../../../core/cursor';
import type { GraphStore, StoredRelation } from '../../../../core/ports/graph';
import { badCursor } from '../../shared/paging';
import type { Database } from '../database';

const ENTITY = 'e.id, e.project_id, e.name, e.type, e.mentions, e.created_at, e.updated_at';
const ENTITIES = `FROM entities e WHERE e.project_id = $1 AND ($2::text IS NULL OR e.type = $2)
  AND ($3::text IS NULL OR strpos(lower(normalize(e.name, NFKC)), lower(normalize($3, NFKC))) > 0)`;
const RELATION = 'r.id, r.project_id, s.id AS source, s.name AS source_name, t.id AS target, t.name AS target_name, r.type, r.weight';
const RELATIONS = `FROM relations r JOIN entities s ON s.row = r.source_row JOIN entities t ON t.row = r.target_row
  WHERE r.project_id = $1 AND ($2::text IS NULL OR r.type = $2)`;
// Two lookups of one index each, which an OR over the joined names would not be.
const OF_ENTITY = `AND r.row IN (
  SELECT o.row FROM entities e JOIN relations o ON o.source_row = e.row WHERE e.id = $3
  UNION SELECT o.row FROM entities e JOIN relations o ON o.target_row = e.row WHERE e.id = $3)`;

interface Listed {
  columns: string;
  from: string;
  values: unknown[];
  id: string;
  /** Columns that can be sorted by, with their type; null stands for the order of creation, which is that of the ids. */
  sorts: Record<string, { column: string; type: string } | null>;
  sort: string;
}

interface Asked {
  limit: number;
  sort?: string | undefined;
  cursor?: string | undefined;
}

const ENTITY_SORTS = {
  mentions: { column: 'e.mentions', type: 'bigint' },
  name: { column: 'lower(e.name)', type: 'text' },
  created_at: null,
};
const RELATION_SORTS = { weight: { column: 'r.weight', type: 'bigint' }, created_at: null };

export function createGraphLists(database: Database): Pick<GraphStore, 'entity' | 'entities' | 'relations'> {
  return {
    async entity(project_id, id) {
      return (
        (await database.row<Entity>(`SELECT ${ENTITY} FROM entities e WHERE e.id = $1 AND e.project_id = $2`, [id, project_id])) ?? null
      );
    },
    entities: ({ project_id, type, q, ...asked }) =>
      list<Entity>(database, asked, {
        columns: ENTITY,
        from: ENTITIES,
        values: [project_id, type ?? null, q ?? null],
        id: 'e.id',
        sorts: ENTITY_SORTS,
        sort: '-mentions',
      }),
    relations: ({ project_id, type, entity_id, ...asked }) =>
      list<StoredRelation>(database, asked, {
        columns: RELATION,
        from: entity_id === undefined ? RELATIONS : `${RELATIONS} ${OF_ENTITY}`,
        values: [project_id, type ?? null, ...(entity_id === undefined ? [] : [entity_id])],
        id: 'r.id',
        sorts: RELATION_SORTS,
        sort: '-weight',
      }),
  };
}

/** A cursor remembers its order, which wins over `sort`; ids decide between equal keys. */
async function list<Row extends { id: string }>(database: Database, asked: Asked, listed: Listed): Promise<Page<Row>> {
  const from = asked.cursor === undefined ? null : readCursor(asked.cursor);
  const sort = from?.sort ?? asked.sort ?? listed.sort;
  const { field, descending } = sortField(sort);
  if (!Object.hasOwn(listed.sorts, field)) throw badCursor();
  const by = listed.sorts[field] ?? null;
  const values = [...listed.values];
  const given = (value: unknown) => `$${values.push(value)}`;
  const further = descending ? '<' : '>';
  let beyond = '';
  if (from && by) beyond = `AND (${by.column}, ${listed.id}) ${further} (${given(from.key)}::${by.type}, ${given(from.id)})`;
  else if (from) beyond = `AND ${listed.id} ${further} ${given(from.id)}`;
  const direction = descending ? 'DESC' : 'ASC';
  const order = [...(by ? [by.column] : []), listed.id].map((column) => `${column} ${direction}`).join(', ');
  const text = `SELECT ${listed.columns}, ${by?.column ?? "''"} AS key ${listed.from} ${beyond} ORDER BY ${order} LIMIT ${given(asked.limit + 1)}`;
  const found = await database.rows<Row & { key: string | number }>(text, values);
  const items = found.slice(0, asked.limit);
  const last = items.at(-1);
  return {
    items: items.map(({ key: _key, ...row }) => row as unknown as Row),
    next_cursor: found.length > asked.limit && last ? writeCursor(sort, last.key, last.id) : null,
  };
}
