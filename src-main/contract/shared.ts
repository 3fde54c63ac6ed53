/** Building blocks of several operations: ids, times, paging. */
import { z } from 'zod';

/** Opaque, sorts by creation (UUIDv7). */
export const id = z.string().min(1).max(64).describe('Opaque id that sorts by creation time (UUIDv7).');

/** ISO 8601 in UTC. */
export const timestamp = z.iso.datetime().describe('ISO 8601, UTC.');

/** A moment that a caller names, with any offset; it goes on in UTC, as all times here are kept. */
export const instant = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2026-03-14T09:26:53Z' })
  .transform((given) => new Date(given).toISOString())
  .describe('ISO 8601 with `Z` or an offset.');

/** A path on this machine, from its root: of Unix or of Windows. */
export const absolutePath = z
  .string()
  .max(4096)
  .regex(/^([/\\]|[A-Za-z]:[/\\])/, 'must be an absolute path')
  .meta({ examples: ['/home/me/Documents'] });

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** What the cursors of a list look like. Each text of this form names a place in the list, also when nothing stands there (any more). */
export const CURSORS = {
  id: new RegExp(`^${UUID}$`),
  number: /^[0-9]{1,9}$/,
  name: /^[A-Za-z0-9._-]{1,200}$/,
};

/** Paging of every list: newest or smallest first as the operation says; `cursor` comes from the page before. */
export const pageQueryBy = (cursor: RegExp) =>
  z.object({
    limit: z.number().int().min(1).max(200).default(50).describe('Rows on a page, 1 to 200.'),
    cursor: z
      .string()
      .max(200)
      .regex(cursor, 'is not a cursor that this list gave')
      .optional()
      .describe('`next_cursor` of the page before.'),
  });

/** Paging of a list in the order of its ids. */
export const pageQuery = pageQueryBy(CURSORS.id);

/** A list that can be sorted: `-field` is the largest first. The cursor remembers the order it was made for. */
export function listQuery<const Field extends string>(fields: readonly Field[], first: NoInfer<Field | `-${Field}`>) {
  const orders: (Field | `-${Field}`)[] = fields.flatMap((field) => [field, `-${field}` as const]);
  const form = new RegExp(`^-?(${fields.join('|')})~[A-Za-z0-9_-]{0,800}~${UUID}$`);
  return z.object({
    limit: z.number().int().min(1).max(200).default(50).describe('Rows on a page, 1 to 200.'),
    cursor: z
      .string()
      .max(1000)
      .regex(form, 'is not a cursor that this list gave')
      .optional()
      .describe('`next_cursor` of the page before; it remembers the order, so that `sort` is not needed again.'),
    sort: z
      .enum(orders)
      .default(() => first as never)
      .describe('Order; with a minus the largest or latest first.'),
  });
}

/** What JavaScript or another language takes for a blank is none of this. */
const VISIBLE = /[^\s\ufeff\u0085]/;

/** Text of at least one visible character; blanks around it are taken off. */
export const visibleText = (longest: number) =>
  z.string().max(longest).trim().min(1, { error: 'must not be empty', abort: true }).regex(VISIBLE, 'must not be blank');

/** A filter on names: contains this, in whatever case. */
export const nameFilter = visibleText(200).optional().describe('The name contains this, in whatever case.');

/** One page of `item`s; `next_cursor` is null on the last. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next_cursor: z.string().nullable() });

export const byId = z.object({ id });

/** Grows by one with each change; the answer's ETag is the same number in quotes. */
export const version = z.number().int().min(1).describe('Grows by one with each change; also the ETag.');

/** Optimistic concurrency for callers without HTTP headers; `If-Match` says the same. */
export const expectedVersion = version.optional().describe('Refuse the change (409) unless this is the present version.');

/** The answer of a deletion. */
export const removed = z.object({ id, deleted: z.literal(true) });

/** A page of rows as the core passes it around. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export type PageQuery = z.output<typeof pageQuery>;
