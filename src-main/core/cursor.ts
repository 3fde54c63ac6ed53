/** Cursors of sorted lists: the order, the key of the last row, and its id. Every text of the form in contract/shared.ts is a place in the list. */

/** A place in a list. */
export interface Place {
  sort: string;
  key: string;
  id: string;
}

/** `-size_bytes` is the field size_bytes, largest first. */
export const sortField = (sort: string): { field: string; descending: boolean } =>
  sort.startsWith('-') ? { field: sort.slice(1), descending: true } : { field: sort, descending: false };

export const writeCursor = (sort: string, key: string | number, id: string): string =>
  [sort, Buffer.from(String(key)).toString('base64url'), id].join('~');

/** The contract has checked its form. */
export function readCursor(cursor: string): Place {
  const [sort = '', key = '', id = ''] = cursor.split('~');
  return { sort, key: Buffer.from(key, 'base64url').toString('utf8'), id };
}
