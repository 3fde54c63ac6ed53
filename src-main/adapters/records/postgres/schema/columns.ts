/** Kinds of columns. */
import { bigint, customType, integer } from 'drizzle-orm/pg-core';

/** Compared by bytes, as SQLite does, whatever language the database was made for. */
export const text = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });
export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
export const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });
export const transaction = customType<{ data: string }>({ dataType: () => 'xid8' });
export const whole = (name: string) => bigint(name, { mode: 'number' });
/** Like SQLite's AUTOINCREMENT: never given twice. */
export const row = () => whole('row').primaryKey().generatedAlwaysAsIdentity();

export const id = () => text('id').primaryKey();
export const created = () => text('created_at').notNull();
export const updated = () => text('updated_at').notNull();
/** Grows by one with each change that a caller makes; its ETag. */
export const version = () => integer('version').notNull().default(1);
export type Facts = Record<string, unknown>;
