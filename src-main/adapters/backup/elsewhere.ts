/** No backups of Pressmark's own: the whole library lies in a database server, whose own tools copy it while it is used. */
import type { BackupStore } from '../../core/ports/backup';
import { roomIn } from './room';

const WHY =
  'This library lies in PostgreSQL, documents and originals included: back it up with pg_dump and restore it with pg_restore while no ' +
  'Pressmark runs on it. Single projects can be exported and imported here.';

export function createBackupsElsewhere(dataDir: string): BackupStore {
  const never = (): never => {
    throw new Error(WHY);
  };
  return {
    elsewhere: WHY,
    list: async () => [],
    find: async () => null,
    remove: async () => undefined,
    copies: async () => [],
    path: never,
    size: async () => null,
    room: () => roomIn(dataDir),
    write: never,
    prepare: never,
    waiting: async () => null,
    forget: async () => undefined,
    sweep: async () => undefined,
  };
}
