/** Rows on their way into PostgreSQL. */
import type { Database, Query } from '../database';
import { storableText } from '../values';

/** What the tables of one server need: the database, and the server's name among those that share it. */
export interface Shared {
  database: Database;
  server: string;
}

const asJson = (value: unknown): string => JSON.stringify(value, (_name, part) => (typeof part === 'string' ? storableText(part) : part));

/** As PostgreSQL reads bytes in text. */
export const hex = (bytes: Uint8Array | null): string | null => (bytes === null ? null : `\\x${Buffer.from(bytes).toString('hex')}`);

/** Rows of one table, all with the columns of the first, in one statement. @param more what follows, such as RETURNING */
export async function insertRows<Row extends object>(query: Query, table: string, rows: object[], more = ''): Promise<Row[]> {
  const [first] = rows;
  if (!first) return [];
  const columns = Object.keys(first)
    .map((name) => `"${name}"`)
    .join(', ');
  return query.rows<Row>(
    `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1::json) ${more}`,
    [asJson(rows)],
  );
}

/** `name = $n` for each value that is given, from `first` on; objects are stored as JSON. */
export function assignments(change: Record<string, unknown>, first: number): { set: string; values: unknown[] } {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return {
    set: given.map(([name], at) => `${name} = $${first + at}`).join(', '),
    values: given.map(([, value]) => (typeof value === 'object' && value !== null ? asJson(value) : value)),
  };
}

/** A condition for each value that is given, with numbered placeholders. */
export function filters(given: [condition: (placeholder: string) => string, value: unknown][]): { where: string; values: unknown[] } {
  const present = given.filter(([, value]) => value !== undefined);
  const conditions = present.map(([condition], at) => condition(`$${at + 1}`));
  return { where: conditions.length > 0 ? conditions.join(' AND ') : 'true', values: present.map(([, value]) => value) };
}

export const equals = (column: string) => (value: string) => `${column} = ${value}`;
