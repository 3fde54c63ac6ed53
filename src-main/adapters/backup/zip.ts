/** Opens a zip archive that is not to be trusted: its list of contents first, member by member only when that is as it should be. */
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { type Entry, open as openFile, type ZipFile } from 'yauzl';

export type { Entry } from 'yauzl';

export interface OpenZip {
  entries: Map<string, Entry>;
  read(entry: Entry): Promise<Readable>;
  close(): void;
}

export interface ZipRules {
  /** What is wrong with an entry, given those before it; null when nothing is. */
  faultOf(entry: Entry, earlier: Map<string, Entry>): string | null;
  /** The error that says so. */
  refused(reason: string): Error;
}

export const isEncrypted = ({ generalPurposeBitFlag }: Entry): boolean => (generalPurposeBitFlag & 1) !== 0;

/** Names that lead elsewhere are refused, and sizes are held against what comes out. */
export async function openZip(path: string, rules: ZipRules): Promise<OpenZip> {
  const zip = await openArchive(path, rules);
  const openStream = promisify(
    zip.openReadStream.bind(zip) as (entry: Entry, done: (error: Error | null, stream: Readable) => void) => void,
  );
  try {
    const read = (entry: Entry) =>
      openStream(entry).catch((error: Error) => {
        throw rules.refused(error.message);
      });
    return { entries: await entriesOf(zip, rules), read, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

/** `autoClose` off: members are read after the list of contents. */
const openArchive = (path: string, { refused }: ZipRules): Promise<ZipFile> =>
  promisify(openFile as (path: string, options: object, done: (error: Error | null, zip: ZipFile) => void) => void)(path, {
    lazyEntries: true,
    autoClose: false,
    strictFileNames: true,
    validateEntrySizes: true,
  }).catch((error: Error) => {
    throw refused(error.message);
  });

/** Every entry by name; folders are left out. */
function entriesOf(zip: ZipFile, { faultOf, refused }: ZipRules): Promise<Map<string, Entry>> {
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
