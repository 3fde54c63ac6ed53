/** Is there room on the disk for a backup, or for the library in one? */
import { statfs } from 'node:fs/promises';
import { LIMITS } from '../../core/limits';

/** False when `bytes` more in this folder would leave too little. */
export async function hasRoom(folder: string, bytes: number): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize - bytes >= LIMITS.diskReserveBytes;
}
