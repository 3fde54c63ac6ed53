/** The tables of both databases are the same, but for what each alone needs and is named here. */
import { is, type Table } from 'drizzle-orm';
import { PgTable, getTableConfig as postgresTable } from 'drizzle-orm/pg-core';
import { SQLiteTable, getTableConfig as sqliteTable } from 'drizzle-orm/sqlite-core';
import { describe, expect, it } from 'vitest';
import * as postgres from '../../src-main/adapters/records/postgres/schema';
import * as library from '../../src-main/adapters/records/sqlite/schema';
import * as graph from '../../src-main/adapters/records/sqlite/schema-graph';
import * as outbox from '../../src-main/adapters/records/sqlite/schema-outbox';
import * as vectors from '../../src-main/adapters/records/sqlite/schema-vectors';

/** PostgreSQL keeps full text, originals and keys in tables; SQLite's search by meaning has its own. */
const ONLY = {
  sqlite: new Set(['vector_buckets', 'vector_changes']),
  postgres: new Set(['chunk_words', 'originals', 'original_parts', 'signing_keys']),
};
/** Which server has it, and vectors, which SQLite keeps in tables of its extension. */
const ONLY_POSTGRES_COLUMNS: Record<string, string[]> = {
  jobs: ['server', 'pinned'],
  idempotency: ['server'],
  folders: ['server'],
  embeddings: ['vector', 'written'],
};

interface Described {
  columns: Record<string, string>;
  primary: string[];
  references: string[];
}

const KINDS: [RegExp, string][] = [
  [/SQLiteTextJson|^json$/, 'json'],
  [/SQLiteText|^text/, 'text'],
  [/SQLiteBoolean|^boolean$/, 'boolean'],
  [/SQLiteInteger|^(big)?int/, 'integer'],
  [/SQLiteReal|^double precision$/, 'real'],
  [/SQLiteBlob|^bytea$/, 'bytes'],
];
const kindOf = (type: string) => KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? type;

interface Column {
  name: string;
  notNull: boolean;
  primary: boolean;
  hasDefault: boolean;
  columnType: string;
  getSQLType(): string;
}

interface Config {
  name: string;
  columns: Column[];
  primaryKeys: { columns: { name: string }[] }[];
  foreignKeys: { reference(): { columns: { name: string }[]; foreignTable: Table }; onDelete?: string | undefined }[];
}

const NAME = Symbol.for('drizzle:Name');

function describeTable(config: Config, typeOf: (column: Column) => string): [string, Described] {
  const columns = Object.fromEntries(
    config.columns.map((column) => [column.name, `${kindOf(typeOf(column))}${column.notNull ? '' : ' or null'}`]),
  );
  const primary = [...config.columns.filter((column) => column.primary), ...config.primaryKeys.flatMap((key) => key.columns)];
  const references = config.foreignKeys.map((key) => {
    const { columns: from, foreignTable } = key.reference();
    return `${from.map(({ name }) => name)} → ${(foreignTable as unknown as Record<symbol, string>)[NAME]}, ${key.onDelete}`;
  });
  return [config.name, { columns, primary: primary.map(({ name }) => name).sort(), references: references.sort() }];
}

function tablesOf(schema: Record<string, unknown>): Record<string, Described> {
  const tables = Object.values(schema).flatMap((one) => {
    if (is(one, SQLiteTable)) return [describeTable(sqliteTable(one) as unknown as Config, (column) => column.columnType)];
    if (is(one, PgTable)) return [describeTable(postgresTable(one) as unknown as Config, (column) => column.getSQLType())];
    return [];
  });
  return Object.fromEntries(tables);
}

const [inSqlite, inPostgres] = [tablesOf({ ...library, ...graph, ...outbox, ...vectors }), tablesOf(postgres)];

it('have the same names', () => {
  const names = (tables: object, only: Set<string>) =>
    Object.keys(tables)
      .filter((name) => !only.has(name))
      .sort();
  expect(names(inPostgres, ONLY.postgres)).toEqual(names(inSqlite, ONLY.sqlite));
  expect(names(inSqlite, ONLY.sqlite).length).toBeGreaterThan(20);
});

describe('have the same columns, keys and references', () => {
  it.each(Object.keys(inSqlite).filter((name) => !ONLY.sqlite.has(name)))('%s', (name) => {
    const of = inPostgres[name];
    const only = ONLY_POSTGRES_COLUMNS[name] ?? [];
    for (const column of only) expect(of?.columns, column).toHaveProperty(column);
    const columns = Object.fromEntries(Object.entries(of?.columns ?? {}).filter(([column]) => !only.includes(column)));
    expect({ ...of, columns }).toEqual(inSqlite[name]);
  });
});
