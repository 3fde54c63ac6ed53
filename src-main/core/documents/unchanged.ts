/** Reading a file that belongs to somebody else: what changes meanwhile is not taken in half old and half new. */
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { AppError } from '../errors';

/**
 * The bytes of a local file. The stream fails at its end, after the last byte, when the file was written to meanwhile.
 * @throws AppError CONFLICT in the stream; what the system says (ENOENT, EACCES, EIO…)
 */
export function readUnchanged(path: string | Buffer): Readable {
  return Readable.from(bytesOf(path), { objectMode: false });
}

async function* bytesOf(path: string | Buffer): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    const before = await file.stat();
    yield* file.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>;
    const after = await file.stat();
    if (after.mtimeMs !== before.mtimeMs || after.size !== before.size) throw changed();
  } finally {
    await file.close();
  }
}

const changed = () => new AppError('CONFLICT', 'The file was changed while it was read; it is taken in once it stays the same.');
