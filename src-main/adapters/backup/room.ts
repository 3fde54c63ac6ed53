/** Is there room on the disk for a backup, or for the library in one? */
import { statfs } from 'node:fs/promises';
import { LIMITS } from '../../core/limits';

/** Bytes that may still be written to this folder without leaving too little. */
export async function roomIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return Math.max(0, bavail * bsize - LIMITS.diskReserveBytes);
}

export const hasRoom = async (folder: string, bytes: number): Promise<boolean> => (await roomIn(folder)) >= bytes;
