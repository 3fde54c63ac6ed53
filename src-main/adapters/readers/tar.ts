/** Reading tar archives and what gzip has packed: every file in it that some reader reads. */
import { createReadStream } from 'node:fs';
import { pipeline, Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { DocumentError } from '../../core/errors';
import { LIMITS } from '../../core/limits';
import { LITTER, nothingRead } from './archive';
import { clean } from './decode';
import { bomb, Inside } from './inside';
import type { Part, Reading, SourceFile } from './reader';

/** Where a tar archive says what it is (POSIX.1-1988, ustar). */
const SIGN_AT = 257;
const SIGN = 'ustar';

/** Opens a tar archive. */
export async function readTar(file: SourceFile): Promise<Reading> {
  return archive(file, createReadStream(file.path));
}

/** Opens what gzip has packed: an archive, or a single file. */
export async function readGzip(file: SourceFile): Promise<Reading> {
  const head = await unpackedHead(file.path);
  const isTar = head.subarray(SIGN_AT, SIGN_AT + SIGN.length).toString('latin1') === SIGN;
  if (isTar || /\.(?:tgz|tar\.gz)$/i.test(file.filename)) return archive(file, unpacked(file.path));
  const inside = new Inside(file);
  async function* single(): AsyncGenerator<Part> {
    yield* inside.read(file.filename.replace(/\.gz$/i, '') || 'file', async () => unpacked(file.path));
    if (inside.count === 0) throw nothingRead(inside);
  }
  return { total: null, paged: true, metadata: () => inside.report(), parts: single() };
}

function archive(file: SourceFile, source: Readable): Reading {
  const inside = new Inside(file);
  return { total: null, paged: true, metadata: () => inside.report(), parts: partsOf(source, inside) };
}

async function* partsOf(source: Readable, inside: Inside): AsyncGenerator<Part> {
  let looked = 0;
  const entries = extract();
  // Its errors come out of the loop below.
  pipeline(source, entries, () => {});
  try {
    for await (const entry of entries) {
      const name = clean(entry.header.name).replace(/^\.?\/+/, '');
      if (entry.header.type === 'file' && !LITTER.test(name)) {
        looked += 1;
        if (looked > LIMITS.archiveFiles) {
          inside.note(name, new DocumentError('TOO_LARGE', `Only the first ${LIMITS.archiveFiles} files of an archive are read.`));
          break;
        }
        yield* inside.read(name, contentOf(entry));
      }
      entry.resume();
    }
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    inside.note('(the rest of the archive)', error);
  } finally {
    source.destroy();
  }
  if (inside.count === 0) throw nothingRead(inside);
}

const contentOf = (entry: AsyncIterable<unknown>) => Readable.from(entry);

/** Never more than a document may expand to, whatever is made of it. */
function unpacked(path: string): Readable {
  let left: number = LIMITS.expandedBytes;
  const counted = new Transform({
    transform(piece: Buffer, _encoding, done) {
      left -= piece.length;
      done(left < 0 ? bomb() : null, piece);
    },
  });
  return pipeline(createReadStream(path), createGunzip(), counted, () => {});
}

async function unpackedHead(path: string): Promise<Buffer> {
  const source = unpacked(path);
  try {
    for await (const piece of source) return piece as Buffer;
  } catch {
    // The reader will say what is wrong.
  } finally {
    source.destroy();
  }
  return Buffer.alloc(0);
}
