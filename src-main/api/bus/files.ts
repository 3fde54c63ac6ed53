/** The bus's hands on the disk: whole writes, reads that no link, pipe or giant can trick. */
import { randomUUID } from 'node:crypto';
import { constants, createWriteStream, openAsBlob } from 'node:fs';
import { lstat, mkdir, open, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { AppError } from '../../core/errors';

/** Written beside and renamed, so that nobody reads half a file; a link of that name is replaced, never followed. */
export async function writeWhole(path: string, content: string | Blob): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    if (typeof content === 'string') await writeFile(draft, content, { flag: 'wx' });
    else await pipeline(Readable.fromWeb(content.stream() as ReadableStream), createWriteStream(draft, { flags: 'wx' }));
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

export const writeJson = (path: string, value: unknown): Promise<void> => writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);

/** What tells two states of a file apart. */
export async function signatureOf(path: string): Promise<string | null> {
  const found = await lstat(path).catch(() => null);
  return found && `${found.ino}:${found.size}:${found.mtimeMs}`;
}

/** @throws AppError for whatever is no plain file of at most `limit` bytes; a plain Error when it is gone */
export async function readPlain(path: string, limit: number): Promise<string> {
  const found = await lstat(path);
  if (!found.isFile()) throw new AppError('FORBIDDEN', 'A task must be a plain file: links, pipes and folders are not read.');
  if (found.size > limit) throw tooLarge(found.size, limit);
  // NONBLOCK and NOFOLLOW: it may have been replaced since.
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    // One byte more than it had: what has grown meanwhile is still being written, and is read again.
    const buffer = Buffer.alloc(Math.min(found.size, limit) + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    if (bytesRead > limit) throw tooLarge(bytesRead, limit);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

const tooLarge = (size: number, limit: number): AppError =>
  new AppError('PAYLOAD_TOO_LARGE', `A task may have ${limit} bytes; this one has ${size} or more.`, { limit_bytes: limit });

/**
 * A file that a task names, by its path inside the bus folder.
 * @throws AppError when it lies elsewhere, also by way of a link
 */
export async function fileInside(folder: string, given: string): Promise<File> {
  const asked = resolve(folder, given);
  const path = await realpath(asked).catch(() => {
    throw new AppError('NOT_FOUND', `There is no file "${given}" in the bus folder.`);
  });
  if (!path.startsWith((await realpath(folder)) + sep)) {
    throw new AppError('FORBIDDEN', `"${given}" lies outside the bus folder; copy it there first.`);
  }
  if (!(await lstat(path)).isFile()) throw new AppError('BAD_REQUEST', `"${given}" is no plain file.`);
  return new File([await openAsBlob(path)], basename(asked));
}

export async function makeFolders(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) await mkdir(join(folder, name), { recursive: true });
}
