/** Backups on the disk: `DATA_DIR/backups/`, and `DATA_DIR/restore-ready/` for the library that the next start puts in place. */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupFile, BackupStore, Waiting } from '../../core/ports/backup';
import type { UnpackTask } from './protocol';
import { roomIn } from './room';
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
/** Kept at a restore, waiting for one, or damaged. */
const EARLIER = /^(before-restore-.*|restore-ready|library-damaged-.*\.sqlite)$/;
const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*\.zip$/;

export function createBackupStore({ dataDir, library, files, migrations, workerPath }: BackupPlaces): BackupStore {
  const folder = join(dataDir, 'backups');
  const drafts = join(dataDir, DRAFTS);
  const fileOf = (name: string) => describe(folder, name);

  return {
    elsewhere: null,
    path: (name) => join(folder, name),
    find: async (name) => (NAME.test(name) ? fileOf(name) : null),
    remove: (name) => rm(join(folder, name), { force: true }),
    size: (path) => sizeOf(path),
    room: () => roomIn(dataDir),
    async list() {
      const names = (await readdir(folder).catch(() => [])).filter((name) => NAME.test(name)).sort();
      const found = await Promise.all(names.reverse().map(fileOf));
      return found.filter((file) => file !== null);
    },
    async copies() {
      const [kept, written] = await Promise.all([dataDir, folder].map((path) => readdir(path).catch((): string[] => [])));
      const libraries = (kept ?? []).filter((name) => EARLIER.test(name));
      return [...libraries, ...(written ?? []).map((name) => `backups/${name}`)].sort();
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
    waiting: () => readWaiting(join(dataDir, READY)),
    forget: () => rm(join(dataDir, READY), { recursive: true, force: true }),
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

/** `restore.json` is the last that is written before the folder gets its name. */
async function readWaiting(ready: string): Promise<Waiting | null> {
  const text = await readFile(join(ready, 'restore.json'), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Waiting);
}

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
