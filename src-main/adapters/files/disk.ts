/** Originals on the disk: `files/ab/abcdef…`, named by their SHA-256, written through `staging/`. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { v7 as uuid } from 'uuid';
import { AppError } from '../../core/errors';
import type { FileStore, StagedFile } from '../../core/ports/file-store';

/** A store below `root`, which is created on first use. */
export function createDiskFiles(root: string): FileStore {
  const staging = join(root, 'staging');
  const path = (sha256: string) => join(root, sha256.slice(0, 2), sha256);

  return {
    path,
    ready: async (sha256) => path(sha256),
    // The data folder has one process.
    claim: async () => async () => undefined,
    forget: async () => undefined,
    stage: (source, limit_bytes) => stage(source, limit_bytes, staging),
    async keep(staged) {
      const target = path(staged.sha256);
      if ((await sizeOf(target)) === staged.size_bytes) return target;
      await mkdir(dirname(target), { recursive: true });
      await rename(staged.path, target);
      await syncFolder(dirname(target));
      return target;
    },
    discard: (staged) => rm(staged.path, { force: true }),
    remove: (sha256) => rm(path(sha256), { force: true }),
    async *list() {
      for (const folder of await readdir(root).catch(() => [])) {
        if (!/^[0-9a-f]{2}$/.test(folder)) continue;
        for (const name of await readdir(join(root, folder))) if (/^[0-9a-f]{64}$/.test(name)) yield name;
      }
    },
    scratch: (document_id) => join(root, 'scratch', document_id),
    clearScratch: (document_id) => rm(join(root, 'scratch', document_id), { recursive: true, force: true }),
    async sweep(reading) {
      for (const name of await namesIn(staging)) await rm(join(staging, name), { force: true });
      const scratch = join(root, 'scratch');
      const left = (await namesIn(scratch)).filter((name) => !reading.has(name));
      for (const name of left) await rm(join(scratch, name), { recursive: true, force: true });
    },
  };
}

async function stage(source: Readable, limit_bytes: number, staging: string): Promise<StagedFile> {
  await mkdir(staging, { recursive: true });
  const path = join(staging, uuid());
  const hash = createHash('sha256');
  let size_bytes = 0;
  const measure = new Transform({
    transform(piece: Buffer, _encoding, done) {
      size_bytes += piece.length;
      hash.update(piece);
      if (size_bytes > limit_bytes) done(tooLarge(limit_bytes));
      else done(null, piece);
    },
  });
  try {
    await pipeline(source, measure, createWriteStream(path, { flush: true }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { path, sha256: hash.digest('hex'), size_bytes };
}

const tooLarge = (limit_bytes: number) =>
  new AppError('PAYLOAD_TOO_LARGE', `The file is larger than the limit of ${Math.round(limit_bytes / 1024 / 1024)} MiB.`, { limit_bytes });

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
const sizeOf = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ size }) => size,
    () => null,
  );

/** A rename is only durable once its folder is flushed (POSIX); Windows cannot open folders and does not need it. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
