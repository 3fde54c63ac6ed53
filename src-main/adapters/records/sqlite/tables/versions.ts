/** Changes that expect a version. */
import { inArray, type SQL } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';

/** The condition that a version is one of those expected; none when nothing is expected. */
export const oneOf = (version: SQLiteColumn, expected: number[] | undefined): SQL | undefined =>
  expected === undefined ? undefined : inArray(version, expected);
