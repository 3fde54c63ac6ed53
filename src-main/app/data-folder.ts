/** The data folder: made when it is missing, and tried before anything else, so that one that cannot be used is named in plain words. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../core/errors';

const REASONS: Record<string, string> = {
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'its disk is read-only',
  ENOSPC: 'its disk is full',
  EDQUOT: 'your share of its disk is full',
  ENOTDIR: 'part of its path is a file',
  EEXIST: 'there is a file in its place',
  ENOENT: 'it cannot be made in the folder above it',
};

/**
 * Makes the folder, and a file in it for a moment.
 * @throws AppError UNAVAILABLE that names the folder and the reason
 */
export function openDataFolder(path: string): void {
  const probe = join(path, `.probe-${process.pid}`);
  try {
    mkdirSync(path, { recursive: true });
    writeFileSync(probe, 'x');
    rmSync(probe);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new AppError(
      'UNAVAILABLE',
      `The data folder ${path} cannot be used: ${REASONS[code] ?? code}. Mend that, or choose another one with --data-dir.`,
      { data_dir: path },
    );
  }
}
