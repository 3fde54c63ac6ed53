/** Reads a backup with suspicion: whatever is not exactly as Pressmark writes it is refused. Runs in a worker thread. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../core/errors';
import { FORMAT_VERSION, isMemberName, LIBRARY, MANIFEST, type Manifest, type Member, manifest } from './manifest';
import { hasRoom } from './room';
import { type Entry, isEncrypted, type OpenZip, openZip } from './zip';

/** About half a million originals. */
const MANIFEST_BYTES = 64 * 1024 * 1024;
const STORED = 0;

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
  const zip = await openZip(path, { faultOf, refused });
  return { ...access(zip), size_bytes: size };
}

function faultOf(entry: Entry, earlier: Map<string, Entry>): string | null {
  const { fileName: name, compressionMethod, compressedSize, uncompressedSize } = entry;
  if (name !== MANIFEST && !isMemberName(name))
    return `it holds something that does not belong there (${JSON.stringify(name.slice(0, 100))}).`;
  if (earlier.has(name)) return `it holds ${name} twice.`;
  if (compressionMethod !== STORED || compressedSize !== uncompressedSize) return 'its members are compressed.';
  return isEncrypted(entry) ? 'its members are encrypted.' : null;
}

function access({ entries, close, ...zip }: OpenZip) {
  const read = (name: string): Promise<Readable> => {
    const entry = entries.get(name);
    return entry ? zip.read(entry) : Promise.reject(refused(`${name} is missing.`));
  };
  return {
    entries,
    close,
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
