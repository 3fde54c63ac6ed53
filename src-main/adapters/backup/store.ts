/** Backups on the disk: `DATA_DIR/backups/`, and `DATA_DIR/restore-ready/` for the library that the next start puts in place. */
import { access, constants, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { BackupFile, BackupStore, Waiting } from '../../core/ports/backup';
import type { UnpackTask } from './protocol';
import { runTask } from './worker-client';

export interface BackupPlaces {
  dataDir: string;
  /** The library file and the folder of the originals. */
  library: string;
  files: string;
  migrations: string;
  /** The built backup-worker.cjs. */
  workerPath: string;
}

const READY = 'restore-ready';
const STAGING = 'restore-staging-';
const DRAFTS = 'backup-drafts';
const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*\.zip$/;

export function createBackupStore({ dataDir, library, files, migrations, workerPath }: BackupPlaces): BackupStore {
  const folder = join(dataDir, 'backups');
  const drafts = join(dataDir, DRAFTS);
  const nameOf = (path: string) => (dirname(resolve(path)) === folder && NAME.test(basename(path)) ? basename(path) : null);
  const fileOf = (name: string) => describe(folder, name);

  return {
    nameOf,
    path: (name) => join(folder, name),
    find: async (name) => (NAME.test(name) ? fileOf(name) : null),
    remove: (name) => rm(join(folder, name), { force: true }),
    size: (path) => sizeOf(path),
    async list() {
      const names = (await readdir(folder).catch(() => [])).filter((name) => NAME.test(name)).sort();
      const found = await Promise.all(names.reverse().map(fileOf));
      return found.filter((file) => file !== null);
    },
    async obstacle(path) {
      if (isBelow(dataDir, path) && nameOf(path) === null) return 'Inside the data folder, backups belong into its folder "backups".';
      if (await there(path)) return 'There is already a file of this name.';
      return nameOf(path) === null ? folderObstacle(dirname(path)) : null;
    },
    async write(order, control) {
      const write = { ...order, files, drafts };
      try {
        await runTask(workerPath, { type: 'write', library, migrations, write }, control);
      } finally {
        // A thread that was stopped could not tidy up itself.
        await rm(`${order.path}.partial`, { force: true });
        await rm(join(drafts, order.id), { recursive: true, force: true });
      }
    },
    async prepare(archive, id, signal) {
      const staging = join(dataDir, `${STAGING}${id}`);
      await mkdir(staging, { recursive: true });
      try {
        const unpack: UnpackTask = { archive, folder: staging };
        const facts = await runTask(workerPath, { type: 'unpack', library, migrations, unpack }, { signal, progress: () => undefined });
        if (!facts) throw new Error('the backup thread said nothing about the archive');
        const kept_at = join(dataDir, `before-restore-${stamp()}`);
        return await layReady(staging, join(dataDir, READY), { ...facts, kept_at });
      } finally {
        await rm(staging, { recursive: true, force: true });
      }
    },
    async sweep() {
      await rm(drafts, { recursive: true, force: true });
      const left = (await readdir(dataDir).catch(() => [])).filter((name) => name.startsWith(STAGING));
      for (const name of left) await rm(join(dataDir, name), { recursive: true, force: true });
      const partial = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.zip.partial'));
      for (const name of partial) await rm(join(folder, name), { force: true });
    },
  };
}

const stamp = (): string => new Date().toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '').replace('T', '-');

async function layReady(staging: string, ready: string, waiting: Waiting): Promise<Waiting> {
  await mkdir(join(staging, 'files'), { recursive: true });
  await writeFile(join(staging, 'restore.json'), `${JSON.stringify(waiting)}\n`, { mode: 0o600, flush: true });
  await rm(ready, { recursive: true, force: true });
  await rename(staging, ready);
  return waiting;
}

async function describe(folder: string, name: string): Promise<BackupFile | null> {
  const path = join(folder, name);
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? { name, path, size_bytes: found.size, created_at: found.mtime.toISOString() } : null;
}

const sizeOf = async (path: string): Promise<number | null> => {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? found.size : null;
};

const there = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const isBelow = (folder: string, path: string): boolean => !relative(folder, resolve(path)).startsWith('..');

async function folderObstacle(folder: string): Promise<string | null> {
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) return 'The folder of this path does not exist.';
  const writable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  return writable ? null : 'Pressmark may not write to the folder of this path.';
}
