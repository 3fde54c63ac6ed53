/** Reading ZIP archives: every file in it that some reader reads. */
import type { Readable } from 'node:stream';
import iconv from 'iconv-lite';
import type { Entry, ZipFile } from 'yauzl';
import { DocumentError } from '../../core/errors';
import { LIMITS } from '../../core/limits';
import { clean } from './decode';
import { Inside } from './inside';
import { openZip } from './open-zip';
import type { Part, Reading, SourceFile } from './reader';

/** What systems put beside a person's files. */
export const LITTER = /(?:^|\/)(?:__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)/i;
const UTF8_NAMES = 0x800;
/** Deflate cannot make more of a byte than this (zlib's own documentation). */
const UNPACK_MOST = 1_032;

/**
 * Opens an archive. Files that cannot be read are left out and named in the metadata.
 * @throws DocumentError CORRUPT; PASSWORD_NEEDED, NO_TEXT, BOMB once its files were tried
 */
export async function readArchive(file: SourceFile): Promise<Reading> {
  const zip = await openZip(file.path, { lazyEntries: true, decodeStrings: false, autoClose: false }).catch(() => {
    throw new DocumentError('CORRUPT', 'This archive is damaged and cannot be opened.', 'Make it again, or upload its files one by one.');
  });
  const inside = new Inside(file);
  const total = zip.entryCount;
  return { total: null, paged: true, metadata: () => ({ files: total, ...inside.report() }), parts: partsOf(zip, inside) };
}

async function* partsOf(zip: ZipFile, inside: Inside): AsyncGenerator<Part> {
  let looked = 0;
  try {
    for await (const entry of entriesOf(zip, inside)) {
      const name = nameOf(entry);
      if (name.endsWith('/') || LITTER.test(name)) continue;
      looked += 1;
      if (looked > LIMITS.archiveFiles) {
        inside.note(name, new DocumentError('TOO_LARGE', `Only the first ${LIMITS.archiveFiles} files of an archive are read.`));
        break;
      }
      yield* inside.read(name, () => contentOf(zip, entry));
    }
  } finally {
    zip.close();
  }
  if (inside.count === 0) throw nothingRead(inside);
}

/** As far as the directory can be read: damage further on costs the rest only. */
async function* entriesOf(zip: ZipFile, inside: Inside): AsyncGenerator<Entry> {
  for (let left = zip.entryCount; left > 0; left -= 1) {
    const entry = await next(zip).catch((error: unknown) => {
      inside.note('(directory)', error);
      return null;
    });
    if (!entry) return;
    yield entry;
  }
}

function next(zip: ZipFile): Promise<Entry | null> {
  return new Promise((resolve, reject) => {
    const settle = (work: () => void) => {
      zip.removeAllListeners('entry').removeAllListeners('end').removeAllListeners('error');
      work();
    };
    zip.once('entry', (entry: Entry) => settle(() => resolve(entry)));
    zip.once('end', () => settle(() => resolve(null)));
    zip.once('error', (error: Error) => settle(() => reject(error)));
    zip.readEntry();
  });
}

async function contentOf(zip: ZipFile, entry: Entry): Promise<Readable> {
  if (entry.isEncrypted()) throw new DocumentError('PASSWORD_NEEDED', 'The file is protected by a password.');
  if (!entry.canDecodeFileData()) throw new DocumentError('UNSUPPORTED_TYPE', 'The file is packed in a way that Pressmark cannot unpack.');
  if (entry.uncompressedSize > entry.compressedSize * UNPACK_MOST)
    throw new DocumentError('CORRUPT', 'The file is not as large as the archive says.');
  return zip.openReadStreamPromise(entry);
}

/** Names are UTF-8 where the archive says so or they can be read that way, else of the IBM PC (APPNOTE.TXT, appendix D). */
function nameOf(entry: Entry): string {
  const raw = entry.fileName as unknown as Buffer;
  const marked = (entry.generalPurposeBitFlag & UTF8_NAMES) !== 0;
  const utf8 = raw.toString('utf8');
  const name = marked || !utf8.includes('\ufffd') ? utf8 : iconv.decode(raw, 'cp437');
  return clean(name).replaceAll('\\', '/').replace(/\s+/g, ' ');
}

/** Why nothing came out of an archive. */
export function nothingRead(inside: Inside): DocumentError {
  const first = inside.failure();
  if (first === null) return new DocumentError('NO_TEXT', 'This archive holds no files.', 'Check that it was made of the right folder.');
  if (first.code === 'PASSWORD_NEEDED') {
    return new DocumentError('ENCRYPTED', 'The files in this archive are protected by a password.', 'Unpack it, then upload the files.');
  }
  return new DocumentError(
    'NO_TEXT',
    `No file in this archive could be read; of ${first.file}: ${first.message}`,
    'Unpack it, and upload the files that you need.',
  );
}
