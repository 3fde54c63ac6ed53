/** Where the library lies: in one SQLite file of the data folder, or in PostgreSQL, where several servers share it. */
import type { Library, Surroundings } from './library';
import { openSharedLibrary } from './library-postgres';
import { openFileLibrary } from './library-sqlite';

/** The only place that chooses. */
export function openLibrary(around: Surroundings): Promise<Library> {
  const { databaseUrl } = around.config.team;
  return databaseUrl === null ? openFileLibrary(around) : openSharedLibrary(around, databaseUrl);
}
