/** Reads a backup with suspicion: whatever is not exactly as Pressmark writes it is refused. Runs in a worker thread. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { type Entry, open as openZip, type ZipFile } from 'yauzl';
import { AppError } from '../../core/errors';
import { FORMAT_VERSION, isMemberName, LIBRARY, MANIFEST, type Manifest, type Member, manifest } from './manifest';
import { hasRoom } from './room';

/** About half a million originals. */
const MANIFEST_BYTES = 64 * 1024 * 1024;
const STORED = 0;
const ENCRYPTED = 1;

/** Says what is wrong with the archive. */
export const refused = (reason: string): AppError =>
  new AppError('VALIDATION_FAILED', `this is no whole backup of Pressmark: ${reason.replace(/\.*$/, '.')}`);

export async function readManifest(path: string): Promise<Manifest> {
  const archive = await openArchive(path);
  try {
    return await archive.manifest();
  } finally {
    archive.close();
  }
}

/**
 * Unpacks into an empty folder, comparing every member with the manifest.
 * @throws AppError VALIDATION_FAILED for anything that is not as it should be, CONFLICT for a newer format or a full disk
 */
export async function unpack(path: string, folder: string): Promise<Manifest> {
  const archive = await openArchive(path);
  try {
    const contents = await archive.manifest();
    const expected = membersByName(contents);
    requireSame(expected, archive.entries);
    const bytes = contents.members.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
    if (bytes > archive.size_bytes) throw refused('its members would be larger than the archive itself.');
    if (!(await hasRoom(folder, bytes))) {
      throw new AppError('CONFLICT', 'There is not enough room on the disk to unpack this backup.', { needed_bytes: bytes });
    }
    for (const [name, member] of expected) await archive.extract(member, join(folder, ...name.split('/')));
    return contents;
  } finally {
    archive.close();
  }
}

async function openArchive(path: string) {
  const { size } = await stat(path);
  const zip = await open(path);
  try {
    return { ...access(zip, await entriesOf(zip)), size_bytes: size };
  } catch (error) {
    zip.close();
    throw error;
  }
}

/** `autoClose` off: members are read after the list of contents. */
const open = (path: string): Promise<ZipFile> =>
  promisify(openZip as (path: string, options: object, done: (error: Error | null, zip: ZipFile) => void) => void)(path, {
    lazyEntries: true,
    autoClose: false,
    strictFileNames: true,
    validateEntrySizes: true,
  }).catch((error: Error) => {
    throw refused(error.message);
  });

/** Every entry by name, after the checks that need nothing but the list of contents. */
function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  return new Promise((resolve, reject) => {
    const entries = new Map<string, Entry>();
    zip.on('error', (error: Error) => reject(refused(error.message)));
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      const wrong = faultOf(entry, entries);
      if (wrong) return reject(refused(wrong));
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
}

function faultOf(entry: Entry, earlier: Map<string, Entry>): string | null {
  const { fileName: name, compressionMethod, generalPurposeBitFlag, compressedSize, uncompressedSize } = entry;
  if (name !== MANIFEST && !isMemberName(name))
    return `it holds something that does not belong there (${JSON.stringify(name.slice(0, 100))}).`;
  if (earlier.has(name)) return `it holds ${name} twice.`;
  if (compressionMethod !== STORED || compressedSize !== uncompressedSize) return 'its members are compressed.';
  return (generalPurposeBitFlag & ENCRYPTED) === 0 ? null : 'its members are encrypted.';
}

function access(zip: ZipFile, entries: Map<string, Entry>) {
  const read = (name: string): Promise<Readable> => {
    const entry = entries.get(name);
    if (!entry) return Promise.reject(refused(`${name} is missing.`));
    const openStream = zip.openReadStream.bind(zip) as (entry: Entry, done: (error: Error | null, stream: Readable) => void) => void;
    return promisify(openStream)(entry).catch((error: Error) => {
      throw refused(error.message);
    });
  };
  return {
    entries,
    close: () => zip.close(),
    async manifest(): Promise<Manifest> {
      if ((entries.get(MANIFEST)?.uncompressedSize ?? 0) > MANIFEST_BYTES) throw refused('its list of contents is too long.');
      const pieces: Buffer[] = [];
      for await (const piece of await read(MANIFEST)) pieces.push(piece as Buffer);
      return parseManifest(Buffer.concat(pieces).toString('utf8'));
    },
    async extract(member: Member, target: string): Promise<void> {
      const source = await read(member.name);
      const { hash, measure } = hashing();
      await mkdir(dirname(target), { recursive: true });
      await pipeline(source, measure, createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true })).catch((error: Error) => {
        throw 'code' in error ? error : refused(error.message);
      });
      if (hash.digest('hex') !== member.sha256) throw refused(`${member.name} was changed or damaged.`);
    },
  };
}

function hashing() {
  const hash = createHash('sha256');
  const measure = new Transform({
    transform(piece: Buffer, _encoding, next) {
      hash.update(piece);
      next(null, piece);
    },
  });
  return { hash, measure };
}

function parseManifest(text: string): Manifest {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw refused('its list of contents cannot be read.');
  }
  const format = typeof raw === 'object' && raw !== null && 'format_version' in raw ? raw.format_version : null;
  if (typeof format === 'number' && format > FORMAT_VERSION) {
    throw new AppError('CONFLICT', `This backup was made by a newer Pressmark (format ${format}). Update Pressmark first.`, { format });
  }
  const parsed = manifest.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw refused('its list of contents is not as Pressmark writes it.');
}

function membersByName({ members }: Manifest): Map<string, Member> {
  const byName = new Map(members.map((member) => [member.name, member]));
  if (byName.size !== members.length) throw refused('its list of contents names a member twice.');
  if (!byName.has(LIBRARY)) throw refused('the library itself is missing.');
  return byName;
}

function requireSame(expected: Map<string, Member>, entries: Map<string, Entry>): void {
  for (const [name, { size_bytes }] of expected) {
    const entry = entries.get(name);
    if (!entry) throw refused(`${name.slice(0, 100)} is missing.`);
    if (entry.uncompressedSize !== size_bytes) throw refused(`${name} has another size than its list of contents says.`);
  }
  for (const name of entries.keys()) if (name !== MANIFEST && !expected.has(name)) throw refused(`${name} is not in its list of contents.`);
}
