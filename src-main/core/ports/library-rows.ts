/** All rows of a library, table by table, for moving it from one database to another. */

/** Texts, numbers, booleans, null, bytes, or what JSON columns hold; properties have the same names in every database. */
export type LibraryRow = Record<string, unknown>;

export interface LibraryRows {
  /** Of the database. */
  engine: string;
  /** In an order in which every table comes after those that it refers to. What belongs to one installation alone is left out. */
  tables: readonly string[];
  /** Of the rows of a table; each database has some that the other does not need, and fills them itself. */
  properties(table: string): readonly string[];
  count(table: string): Promise<number>;
  /** Up to `limit` rows in the order of their key, from behind `after`. */
  read(table: string, after: LibraryRow | null, limit: number): Promise<LibraryRow[]>;
  /** Adds rows in one transaction, without properties that this database has not; rows whose key is there already stay as they are. */
  write(table: string, rows: LibraryRow[]): Promise<void>;
  /** The row with the last key: where an interrupted copy goes on. */
  last(table: string): Promise<LibraryRow | null>;
  /** After the last row: what is derived from rows is made, and numbering goes on behind them. */
  finish(): Promise<void>;
}
