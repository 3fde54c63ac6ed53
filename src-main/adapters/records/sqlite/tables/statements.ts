/**
 * Statements prepared once. Drizzle writes them; its way of making rows, which looks at each value's column again, takes as long as the query.
 * SQLite with STAT4 plans a statement anew whenever a value is bound that `=` or LIMIT compares directly, which takes longer
 * than reading a few rows; values inside expressions spare it that, and ids are found through the same index.
 */
import { Column, fillPlaceholders, is, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { SqliteDatabase } from '../database';

/** Where rows come from, and what they hold by name. */
export interface Rows<Row> {
  table: SQLiteTable;
  columns: { [name in keyof Row]: SQLiteColumn | SQL };
}

/** Runs with a value for each placeholder. */
type Prepared<Result> = (values: Record<string, unknown>) => Result;

/** The column, which holds text, has this value. */
export const equals = (column: SQLiteColumn, value: SQLWrapper): SQL => sql`${column} = (${value} || '')`;

/** With the placeholder `limit`. */
export function prepareRows<Row>(database: SqliteDatabase, rows: Rows<Row>, where: SQL | undefined, order: SQL[]): Prepared<Row[]> {
  const limit = sql`${sql.placeholder('limit')} + 0`;
  return prepare(database, rows, (query) =>
    query
      .where(where)
      .orderBy(...order)
      .limit(limit as never),
  );
}

/** The row with this id, with the placeholder `id`. */
export function prepareById<Row>(database: SqliteDatabase, rows: Rows<Row>, id: SQLiteColumn): (id: string) => Row | undefined {
  const found = prepare(database, rows, (query) => query.where(equals(id, sql.placeholder('id'))));
  return (wanted) => found({ id: wanted })[0];
}

type Selection = ReturnType<typeof select>;

const select = ({ orm }: SqliteDatabase, { table, columns }: Rows<unknown>) =>
  orm
    .select(columns as Record<string, SQLiteColumn | SQL>)
    .from(table)
    .$dynamic();

function prepare<Row>(database: SqliteDatabase, rows: Rows<Row>, narrow: (query: Selection) => Selection): Prepared<Row[]> {
  const query = narrow(select(database, rows)).toSQL();
  const statement = database.sql.prepare(query.sql).raw();
  const decoders = Object.entries<SQLiteColumn | SQL>(rows.columns).map(([name, field]) => [name, decoderOf(field)] as const);
  return (values) => (statement.all(...fillPlaceholders(query.params, values)) as unknown[][]).map((row) => toRow(row, decoders) as Row);
}

type Decoder = ((value: unknown) => unknown) | null;

/** A loop, since every request of a list passes here for each of its rows. */
function toRow(values: unknown[], decoders: (readonly [string, Decoder])[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  let at = 0;
  for (const [name, decode] of decoders) {
    const value = values[at++];
    row[name] = value === null || decode === null ? value : decode(value);
  }
  return row;
}

/** Null for values that are as they are in the database. */
function decoderOf(field: SQLiteColumn | SQL): Decoder {
  const asIs = !is(field, Column) || field.mapFromDriverValue === Column.prototype.mapFromDriverValue;
  return asIs ? null : (value) => field.mapFromDriverValue(value as never);
}
