/** All rows of a library in PostgreSQL in the order of their keys, for moving it from or into one. */
import { getTableColumns, is } from 'drizzle-orm';
import { getTableConfig, type PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { MOVE_MARK } from '../../../core/move/mark';
import type { LibraryRow, LibraryRows } from '../../../core/ports/library-rows';
import type { LibraryCare } from '../../../core/ports/records';
import { COUNTED, inOrder, STAY_BEHIND } from '../shared/table-order';
import type { Database } from './database';
import * as schema from './schema';
import type { Shared } from './tables/rows';

interface Table {
  name: string;
  refers: string[];
  /** Property of the rows and column. */
  columns: [string, PgColumn][];
  key: [string, PgColumn][];
  /** Column that is numbered by itself. */
  identity: string | null;
}

const TABLES = new Map(
  inOrder(
    Object.values(schema)
      .filter((one) => is(one, PgTable))
      .map(factsOf),
  )
    .filter(({ name }) => !STAY_BEHIND.has(name))
    .map((one) => [one.name, one]),
);

function factsOf(table: PgTable): Table {
  const { name, columns, primaryKeys, foreignKeys } = getTableConfig(table);
  const parts = primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary);
  const properties = Object.entries(getTableColumns(table)) as [string, PgColumn][];
  return {
    name,
    refers: foreignKeys.map((one) => getTableConfig(one.reference().foreignTable).name),
    columns: properties,
    key: parts.flatMap((part) => properties.filter(([, column]) => column.name === part.name)),
    identity: columns.find(({ generatedIdentity }) => generatedIdentity !== undefined)?.name ?? null,
  };
}

/** @param care makes the full text when all rows are there */
export function createPostgresRows({ database, server }: Shared, care: Pick<LibraryCare, 'rebuildFullText'>): LibraryRows {
  const of = (name: string): Table => {
    const table = TABLES.get(name);
    if (!table) throw new Error(`there is no table ${name}`);
    return table;
  };
  const rowsOf = async (table: Table, rest: string, values: unknown[]) =>
    (await database.rows<Record<string, unknown>>(`SELECT ${selection(table)} FROM ${table.name} ${rest}`, values)).map((row) =>
      fromDriver(table, row),
    );

  return {
    engine: 'postgres',
    tables: [...TABLES.keys()],
    properties: (name) => of(name).columns.map(([property]) => property),
    async count(name) {
      const found = await database.row<{ n: number }>(`SELECT count(*) AS n FROM ${name} WHERE ${shown(of(name))}`);
      return found?.n ?? 0;
    },
    async read(name, after, limit) {
      const table = of(name);
      const order = `ORDER BY ${keyOf(table)} LIMIT ${Math.trunc(limit)}`;
      if (after === null) return rowsOf(table, `WHERE ${shown(table)} ${order}`, []);
      const places = table.key.map((_, index) => `$${index + 1}`).join(', ');
      const values = table.key.map(([property, column]) => column.mapToDriverValue(after[property]));
      return rowsOf(table, `WHERE ${shown(table)} AND (${keyOf(table)}) > (${places}) ${order}`, values);
    },
    async last(name) {
      const table = of(name);
      const order = table.key.map(([, column]) => `"${column.name}" DESC`).join(', ');
      return (await rowsOf(table, `WHERE ${shown(table)} ORDER BY ${order} LIMIT 1`, []))[0] ?? null;
    },
    write: (name, rows) => write(database, of(name), rows),
    async finish() {
      for (const { name, identity } of TABLES.values()) {
        if (identity === null) continue;
        const next = `SELECT setval(pg_get_serial_sequence('${name}', '${identity}'), coalesce(max("${identity}"), 0) + 1, false) FROM ${name}`;
        await database.run(next);
      }
      // They lie on this machine, from where they came.
      await database.run("UPDATE folders SET server = $1 WHERE server = ''", [server]);
      await care.rebuildFullText();
      // Without it searches are planned for empty tables until the server looks by itself, a minute later.
      await database.run('ANALYZE');
    },
  };
}

const keyOf = ({ key }: Table) => key.map(([, column]) => `"${column.name}"`).join(', ');
/** What says that a move is under way is no part of the library. */
const shown = ({ name }: Table) => (name === 'settings' ? `key <> '${MOVE_MARK}'` : 'true');
const isJson = (column: PgColumn) => column.columnType === 'PgJson' || column.columnType === 'PgJsonb';
/** JSON as text: the driver would parse it, and drizzle a text in it once more. */
const selection = ({ columns }: Table) =>
  columns
    .map(([, { name }]) => name)
    .map((name, at) => columnOf(columns[at], name))
    .join(', ');
const columnOf = (entry: [string, PgColumn] | undefined, name: string) =>
  entry && isJson(entry[1]) ? `"${name}"::text AS "${name}"` : `"${name}"`;

function fromDriver({ columns }: Table, row: Record<string, unknown>): LibraryRow {
  return Object.fromEntries(
    columns.map(([property, column]) => {
      const value = row[column.name];
      if (value === null || value === undefined) return [property, null];
      return [property, isJson(column) ? JSON.parse(String(value)) : column.mapFromDriverValue(value)];
    }),
  );
}

const toDriver = (column: PgColumn, value: unknown): unknown => {
  if (value === null || value === undefined) return null;
  return isJson(column) ? JSON.stringify(value) : column.mapToDriverValue(value);
};

/** Parameters of one statement; PostgreSQL takes 65,535. */
const MOST_VALUES = 20_000;

async function write(database: Database, table: Table, rows: LibraryRow[]): Promise<void> {
  const counted = COUNTED[table.name] ?? {};
  // What the rows come without gets its default.
  const columns = table.columns.filter(([property]) => rows[0] !== undefined && property in rows[0]);
  const at_once = Math.max(1, Math.floor(MOST_VALUES / table.columns.length));
  await database.transaction(async (query) => {
    for (let from = 0; from < rows.length; from += at_once) {
      const some = rows.slice(from, from + at_once);
      const values = some.flatMap((row) => columns.map(([property, column]) => toDriver(column, counted[property] ?? row[property])));
      await query.run(insertion({ ...table, columns }, some.length), values);
    }
  });
}

function insertion({ name, columns, identity }: Table, rows: number): string {
  const names = columns.map(([, column]) => `"${column.name}"`);
  const places = Array.from({ length: rows }, (_, row) => `(${names.map((_, at) => `$${row * names.length + at + 1}`).join(', ')})`);
  const replace = name === 'settings' ? 'ON CONFLICT (key) DO UPDATE SET value = excluded.value' : 'ON CONFLICT DO NOTHING';
  const numbered = identity === null ? '' : 'OVERRIDING SYSTEM VALUE';
  return `INSERT INTO ${name} (${names.join(', ')}) ${numbered} VALUES ${places.join(', ')} ${replace}`;
}
