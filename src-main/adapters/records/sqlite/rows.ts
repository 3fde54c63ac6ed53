/** All rows of a library file in the order of their keys, for moving it into another database. */
import { and, asc, count, desc, getTableColumns, ne, type SQL, sql } from 'drizzle-orm';
import { getTableConfig, type SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { MOVE_MARK } from '../../../core/move/mark';
import type { LibraryRow, LibraryRows } from '../../../core/ports/library-rows';
import { COUNTED, inOrder, STAY_BEHIND } from '../shared/table-order';
import { rebuildFullText } from './care/full-text';
import type { SqliteDatabase } from './database';
import * as schema from './schema';
import * as graphSchema from './schema-graph';

/** Where the vectors themselves lie: virtual tables that drizzle does not know. */
export interface VectorRows {
  read(model: string, dimensions: number, chunk_rows: number[]): Map<number, Buffer>;
  write(model: string, vectors: { chunk_row: number; project_id: string; vector: Buffer }[]): void;
}

interface Table {
  name: string;
  refers: string[];
  table: SQLiteTable;
  /** Property of the rows and column, in the order of the key. */
  key: [string, SQLiteColumn][];
}

const TABLES = new Map(
  inOrder(
    Object.values({ ...schema, ...graphSchema })
      .filter((one) => one instanceof SQLiteTable)
      .map(factsOf),
  )
    .filter(({ name }) => !STAY_BEHIND.has(name))
    .map((one) => [one.name, one]),
);

function factsOf(table: SQLiteTable): Table {
  const { name, columns, primaryKeys, foreignKeys } = getTableConfig(table);
  const parts = primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary);
  const properties = Object.entries(getTableColumns(table));
  const key = parts.flatMap((part) => properties.filter(([, column]) => column.name === part.name)) as [string, SQLiteColumn][];
  return { name, refers: foreignKeys.map((one) => getTableConfig(one.reference().foreignTable).name), table, key };
}

function of(name: string): Table {
  const table = TABLES.get(name);
  if (!table) throw new Error(`there is no table ${name}`);
  return table;
}

export function createSqliteRows({ orm, sql: connection }: SqliteDatabase, vectors: VectorRows): LibraryRows {
  const rowsOf = ({ table }: Table, where: SQL | undefined, order: SQL[], limit: number) =>
    orm
      .select()
      .from(table)
      .where(where)
      .orderBy(...order)
      .limit(limit)
      .all() as LibraryRow[];

  return {
    engine: 'sqlite',
    tables: [...TABLES.keys()],
    properties: (name) => [...Object.keys(getTableColumns(of(name).table)), ...(name === 'embeddings' ? ['vector'] : [])],
    async count(name) {
      const table = of(name);
      return orm.select({ n: count() }).from(table.table).where(shown(table)).get()?.n ?? 0;
    },
    async read(name, after, limit) {
      const table = of(name);
      const rows = rowsOf(
        table,
        and(shown(table), behind(table, after)),
        table.key.map(([, column]) => asc(column)),
        limit,
      );
      return name === 'embeddings' ? withVectors(vectors, rows as EmbeddingRow[]) : rows;
    },
    async last(name) {
      const table = of(name);
      return (
        rowsOf(
          table,
          shown(table),
          table.key.map(([, column]) => desc(column)),
          1,
        )[0] ?? null
      );
    },
    async write(name, rows) {
      const { table, key } = of(name);
      const counted = COUNTED[name];
      connection.transaction(() => {
        for (const row of rows) {
          const values = counted ? { ...row, ...counted } : row;
          const insert = orm.insert(table).values(values);
          if (name === 'settings') insert.onConflictDoUpdate({ target: key.map(([, column]) => column), set: values }).run();
          else insert.onConflictDoNothing().run();
        }
        if (name === 'embeddings') writeVectors(connection, vectors, rows as EmbeddingRow[]);
      })();
    },
    async finish() {
      await rebuildFullText(connection);
      connection.pragma('optimize');
    },
  };
}

/** What says that a move is under way is no part of the library. */
const shown = ({ name }: Table): SQL | undefined => (name === 'settings' ? ne(schema.settings.key, MOVE_MARK) : undefined);

/** Row values, compared from left to right as the order does. */
function behind({ key }: Table, after: LibraryRow | null): SQL | undefined {
  if (after === null) return undefined;
  const columns = sql.join(
    key.map(([, column]) => sql`${column}`),
    sql`, `,
  );
  const values = sql.join(
    key.map(([property]) => sql`${after[property]}`),
    sql`, `,
  );
  return sql`(${columns}) > (${values})`;
}

type EmbeddingRow = LibraryRow & { chunk_row: number; model: string; dimensions: number; document_id: string; vector: Buffer };

function withVectors(vectors: VectorRows, rows: EmbeddingRow[]): LibraryRow[] {
  const found = new Map<EmbeddingRow, Buffer>();
  for (const some of kindsOf(rows)) {
    const [first] = some;
    if (!first) continue;
    const of = vectors.read(
      first.model,
      first.dimensions,
      some.map(({ chunk_row }) => chunk_row),
    );
    for (const row of some) found.set(row, of.get(row.chunk_row) ?? Buffer.alloc(0));
  }
  return rows.map((row) => ({ ...row, vector: found.get(row) }));
}

function writeVectors(connection: SqliteDatabase['sql'], vectors: VectorRows, rows: EmbeddingRow[]): void {
  const projectOf = connection.prepare('SELECT project_id FROM documents WHERE id = ?').pluck();
  for (const some of kindsOf(rows)) {
    const model = some[0]?.model ?? '';
    vectors.write(
      model,
      some.map(({ chunk_row, document_id, vector }) => ({ chunk_row, vector, project_id: String(projectOf.get(document_id)) })),
    );
  }
}

/** Those of one model lie in one table. */
function kindsOf(rows: EmbeddingRow[]): EmbeddingRow[][] {
  const kinds = new Map<string, EmbeddingRow[]>();
  for (const row of rows) {
    const kind = `${row.dimensions} ${row.model}`;
    const known = kinds.get(kind);
    if (known) known.push(row);
    else kinds.set(kind, [row]);
  }
  return [...kinds.values()];
}
