/** Lists in any order and with any filters: keyset paging, as in `sqlite/tables/listing.ts`. */
import type { Page } from '../../../../contract/shared';
import { readCursor, sortField, writeCursor } from '../../../../core/cursor';
import { badCursor } from '../../shared/paging';
import type { Query } from '../database';

/** Of a query, what is not a filter. */
interface Asked {
  limit: number;
  sort?: string | undefined;
  cursor?: string | undefined;
}

export interface Listed<Row, Item> {
  columns: string;
  /** FROM, and WHERE with the filters. */
  from: string;
  /** Of its placeholders. */
  values: unknown[];
  id: string;
  /** Columns that can be sorted by, with their type; null stands for the order of creation, which is that of the ids. */
  sorts: Record<string, { column: string; type: 'text' | 'bigint' } | null>;
  sort: string;
  toItem(row: Row): Item;
}

/** Sorts text without regard to case (ASCII's, since columns are compared by bytes). */
export const inAnyCase = (column: string) => ({ column: `lower(${column})`, type: 'text' }) as const;
export const asText = (column: string) => ({ column, type: 'text' }) as const;
export const asNumber = (column: string) => ({ column, type: 'bigint' }) as const;

/** A cursor remembers its order, which wins over `sort`; ids decide between equal keys. */
export async function list<Row extends { id: string }, Item>(query: Query, asked: Asked, listed: Listed<Row, Item>): Promise<Page<Item>> {
  const from = asked.cursor === undefined ? null : readCursor(asked.cursor);
  const sort = from?.sort ?? asked.sort ?? listed.sort;
  const { field, descending } = sortField(sort);
  if (!Object.hasOwn(listed.sorts, field)) throw badCursor();
  const by = listed.sorts[field] ?? null;
  const values = [...listed.values];
  const given = (value: unknown) => `$${values.push(value)}`;
  const further = descending ? '<' : '>';
  let beyond = '';
  if (from && by)
    beyond = `AND (${by.column}, ${listed.id}) ${further} (${given(keyOf(from.key, by.type))}::${by.type}, ${given(from.id)})`;
  else if (from) beyond = `AND ${listed.id} ${further} ${given(from.id)}`;
  const direction = descending ? 'DESC' : 'ASC';
  const order = [...(by ? [by.column] : []), listed.id].map((column) => `${column} ${direction}`).join(', ');
  const text = `SELECT ${listed.columns}, ${by?.column ?? "''"} AS key ${listed.from} ${beyond} ORDER BY ${order} LIMIT ${given(asked.limit + 1)}`;
  const found = await query.rows<Row & { key: string | number }>(text, values);
  const shown = found.slice(0, asked.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ key: _key, ...row }) => listed.toItem(row as unknown as Row)),
    next_cursor: found.length > asked.limit && last ? writeCursor(sort, last.key, last.id) : null,
  };
}

function keyOf(key: string, type: 'text' | 'bigint'): string {
  if (type === 'bigint' && !/^-?\d{1,15}$/.test(key)) throw badCursor();
  return key;
}

/** A filter on text: contains, in whatever case. Where there is an index of trigrams, it serves this. */
export const contains = (column: string) => (value: string) =>
  `fold(${column}) LIKE '%' || regexp_replace(fold(${value}), '([\\\\%_])', '\\\\\\1', 'g') || '%'`;
