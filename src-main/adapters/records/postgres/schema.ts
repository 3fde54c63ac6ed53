/**
 * The tables of a library in PostgreSQL: those of `sqlite/schema.ts` under the same names, with what only a server has marked as such.
 * `npm run migrations:postgres` turns changes here into SQL below `migrations/postgres`.
 */
export * from './schema/access';
export * from './schema/company';
export * from './schema/decisions';
export * from './schema/folders';
export * from './schema/graph';
export * from './schema/library';
export * from './schema/outbox';
