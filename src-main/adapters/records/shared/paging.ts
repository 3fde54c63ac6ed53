/** Pages of rows: one row more than asked for tells whether there is a next page. */
import type { Page } from '../../../contract/shared';
import { AppError } from '../../../core/errors';

/** `rows` holds up to limit + 1 rows. `key` of the last row shown becomes the cursor. */
export function pageOf<Row, Item>(rows: Row[], limit: number, key: (row: Row) => string, toItem: (row: Row) => Item): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(toItem), next_cursor: rows.length > limit && last !== undefined ? key(last) : null };
}

export const now = (): string => new Date().toISOString();

/** The one row of a statement with RETURNING; its absence is what `missing` says. */
export function only<Row>(row: Row | undefined, missing: () => Error): Row {
  if (row === undefined) throw missing();
  return row;
}

export const badCursor = () => new AppError('VALIDATION_FAILED', 'The cursor is not one that this list gave.', { field: 'cursor' });

/** Where a list of chunks goes on: the last ordinal that was shown. */
export function ordinalOf(cursor: string | undefined): number {
  if (cursor !== undefined && !/^\d+$/.test(cursor)) throw badCursor();
  return cursor === undefined ? -1 : Number(cursor);
}
