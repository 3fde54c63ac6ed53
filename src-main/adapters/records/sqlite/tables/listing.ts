/** Lists in any order and with any filters: keyset paging over statements that are prepared once for each shape of query. */
import { and, asc, desc, gt, lt, type SQL, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { LRUCache } from 'lru-cache';
import type { Page } from '../../../../contract/shared';
import { readCursor, sortField, writeCursor } from '../../../../core/cursor';
import { fold } from '../../shared/fold';
import { badCursor } from '../../shared/paging';
import type { SqliteDatabase } from '../database';
import { prepareRows, type Rows } from './statements';

/** Of a query, what is not a filter. */
interface Asked {
  limit: number;
  sort?: string | undefined;
  cursor?: string | undefined;
}

export interface Listed<Row, Item> extends Rows<Row> {
  id: SQLiteColumn;
  /** Columns that can be sorted by; null stands for the order of creation, which is that of the ids. */
  sorts: Record<string, SQLiteColumn | SQL | null>;
  sort: string;
  /** The condition of each filter, with a placeholder for its value. Values that are undefined do not filter. */
  filters: Record<string, (value: SQL) => SQL>;
  /** What the row holds under the name of a sort. */
  key(row: Row, field: string): string | number;
  idOf(row: Row): string;
  toItem(row: Row): Item;
}

/** Shapes of query kept: the order times the filters that were given. */
const SHAPES = 100;

/** Sorts a text column without regard to case (ASCII's; an index could not serve more). */
export const inAnyCase = (column: SQLiteColumn): SQL => sql`${column} COLLATE NOCASE`;

/** A filter on text: contains, in whatever case. */
export const contains =
  (column: SQLiteColumn) =>
  (value: SQL): SQL =>
    sql`instr(fold(${column}), ${value}) > 0`;

/** Makes the function that answers one list. A cursor remembers its order, which wins over `sort`. */
export function createListing<Row, Item>(database: SqliteDatabase, listed: Listed<Row, Item>) {
  const shapes = new LRUCache<string, ReturnType<typeof prepareRows<Row>>>({ max: SHAPES });

  function prepareShape(sort: string, filters: string[], resumed: boolean) {
    const { field, descending } = sortField(sort);
    const column = listed.sorts[field] ?? null;
    const order = descending ? desc : asc;
    const conditions = filters.map((name) => listed.filters[name]?.(sql`${sql.placeholder(name)}`));
    if (resumed) conditions.push(beyond(column, listed.id, descending));
    const order_by = column === null ? [order(listed.id)] : [order(column), order(listed.id)];
    return prepareRows<Row>(database, listed, and(...conditions), order_by);
  }

  return ({ limit, sort = listed.sort, cursor, ...given }: Asked & Record<string, unknown>): Page<Item> => {
    const from = cursor === undefined ? null : readCursor(cursor);
    const wanted = from?.sort ?? sort;
    if (!Object.hasOwn(listed.sorts, sortField(wanted).field)) throw badCursor();
    const filters = Object.keys(listed.filters).filter((name) => given[name] !== undefined);
    const shape = `${wanted} ${from !== null} ${filters.join(' ')}`;
    const known = shapes.get(shape) ?? prepareShape(wanted, filters, from !== null);
    shapes.set(shape, known);
    const folded = Object.fromEntries(filters.map((name) => [name, name === 'q' ? fold(String(given[name])) : given[name]]));
    const rows = known({ ...folded, limit: limit + 1, ...(from ? { key: from.key, id: from.id } : {}) });
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const { field } = sortField(wanted);
    const next = (row: Row) => writeCursor(wanted, listed.sorts[field] == null ? '' : listed.key(row, field), listed.idOf(row));
    return { items: shown.map(listed.toItem), next_cursor: rows.length > limit && last !== undefined ? next(last) : null };
  };
}

/** Rows after the cursor's, in the order of the list; ids decide between equal keys. */
function beyond(column: SQLiteColumn | SQL | null, id: SQLiteColumn, descending: boolean): SQL {
  const further = descending ? lt : gt;
  if (column === null) return further(id, sql.placeholder('id'));
  const compare = descending ? sql`<` : sql`>`;
  return sql`(${column}, ${id}) ${compare} (${sql.placeholder('key')}, ${sql.placeholder('id')})`;
}
