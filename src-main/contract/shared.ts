/** Building blocks of several operations: ids, times, paging. */
import { z } from 'zod';

/** Opaque, sorts by creation (UUIDv7). */
export const id = z.string().min(1).max(64).describe('Opaque id that sorts by creation time (UUIDv7).');

/** ISO 8601 in UTC. */
export const timestamp = z.iso.datetime().describe('ISO 8601, UTC.');

/** Paging of every list: newest or smallest first as the operation says; `cursor` comes from the page before. */
export const pageQuery = z.object({
  limit: z.number().int().min(1).max(200).default(50).describe('Rows on a page, 1 to 200.'),
  cursor: z.string().max(200).optional().describe('`next_cursor` of the page before.'),
});

/** One page of `item`s; `next_cursor` is null on the last. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next_cursor: z.string().nullable() });

export const byId = z.object({ id });

/** Grows by one with each change; the answer's ETag is the same number in quotes. */
export const version = z.number().int().min(1).describe('Grows by one with each change; also the ETag.');

/** Optimistic concurrency for callers without HTTP headers; `If-Match` says the same. */
export const expectedVersion = version.optional().describe('Refuse the change (412) unless this is the present version.');

/** The answer of a deletion. */
export const removed = z.object({ id, deleted: z.literal(true) });

/** A page of rows as the core passes it around. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export type PageQuery = z.output<typeof pageQuery>;
