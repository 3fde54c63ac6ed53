/** Opens the archive of a project. Its names are only names: nothing is ever written to a place that the archive chose. */
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { type Entry, open as openZip, type ZipFile } from 'yauzl';
import { AppError } from '../../core/errors';
import { LIMITS } from '../../core/limits';
import type { OpenArchive } from '../../core/ports/project-archive';

const ENCRYPTED = 1;
const METHODS = new Set([0, 8]);

export async function openProject(path: string): Promise<OpenArchive> {
  const { size } = await stat(path);
  const zip = await openArchive(path);
  try {
    const entries = await entriesOf(zip);
    const members = new Map([...entries].map(([name, { uncompressedSize }]) => [name, uncompressedSize]));
    return { size_bytes: size, members, read: (name) => read(zip, entries.get(name), name), close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

const refused = (reason: string) =>
  new AppError('VALIDATION_FAILED', `This is no whole archive of a project: ${reason.replace(/\.*$/, '.')}`);

/** `autoClose` off: members are read after the list of contents. Sizes are held against what comes out. */
const openArchive = (path: string): Promise<ZipFile> =>
  promisify(openZip as (path: string, options: object, done: (error: Error | null, zip: ZipFile) => void) => void)(path, {
    lazyEntries: true,
    autoClose: false,
    strictFileNames: true,
    validateEntrySizes: true,
  }).catch((error: Error) => {
    throw refused(error.message);
  });

function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  return new Promise((resolve, reject) => {
    const entries = new Map<string, Entry>();
    zip.on('error', (error: Error) => reject(refused(error.message)));
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      const wrong = faultOf(entry, entries);
      if (wrong) return reject(refused(wrong));
      if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
}

function faultOf({ fileName: name, compressionMethod, generalPurposeBitFlag }: Entry, earlier: Map<string, Entry>): string | null {
  const shown = JSON.stringify(name.slice(0, 100));
  if (earlier.has(name)) return `it holds ${shown} twice`;
  if (earlier.size >= LIMITS.archiveDocuments) return `it holds more than ${LIMITS.archiveDocuments} members`;
  if ((generalPurposeBitFlag & ENCRYPTED) !== 0) return 'its members are encrypted';
  return METHODS.has(compressionMethod) ? null : `${shown} is compressed in a way that Pressmark does not know`;
}

function read(zip: ZipFile, entry: Entry | undefined, name: string): Promise<Readable> {
  if (!entry) return Promise.reject(refused(`${JSON.stringify(name.slice(0, 100))} is missing`));
  const openStream = zip.openReadStream.bind(zip) as (entry: Entry, done: (error: Error | null, stream: Readable) => void) => void;
  return promisify(openStream)(entry).catch((error: Error) => {
    throw refused(error.message);
  });
}
