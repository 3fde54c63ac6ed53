/** Is there room on the disk? Asked before a model comes, and now and then while one of unknown length does. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { JobError } from '../../core/errors';
import { LIMITS } from '../../core/limits';

/** Throws JobError DISK_FULL when `bytes` more beside `path` would leave too little. */
export async function requireSpace(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path));
  const free = bavail * bsize;
  if (free - Math.max(0, bytes) >= LIMITS.diskReserveBytes) return;
  const [more, left, reserve] = [bytes, free, LIMITS.diskReserveBytes].map((amount) => `${Math.ceil(Math.max(0, amount) / 1e6)} MB`);
  throw new JobError(
    'DISK_FULL',
    `The model needs ${more} more on the disk, and only ${left} are free, of which ${reserve} stay free for everything else.`,
    'Free some space, then retry the job.',
  );
}
