/** Looking into a ZIP archive before a library unpacks it: its entries, and how large they really become. */
import { Readable } from 'node:stream';
import { createInflateRaw, inflateRawSync } from 'node:zlib';

/** APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. */
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const COMMENT_LENGTH_AT = 20;
/** May follow the directory: a comment has up to 65,535, and downloads append what they like. */
const AFTER_BYTES = 1024 * 1024;
const DEFLATED = 8;

export interface ZipEntry {
  name: string;
  /** As stored in the archive. */
  data: Buffer;
  deflated: boolean;
}

/** The entries that the directory names. Throws RangeError or Error when it is damaged. */
export function zipEntries(archive: Buffer): ZipEntry[] {
  const end = findEnd(archive);
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('damaged directory');
    const nameLength = archive.readUInt16LE(at + 28);
    entries.push(entryAt(archive, at, nameLength));
    at += ENTRY_BYTES + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

function entryAt(archive: Buffer, at: number, nameLength: number): ZipEntry {
  const local = archive.readUInt32LE(at + 42);
  if (archive.readUInt32LE(local) !== LOCAL_HEADER) throw new Error('damaged entry');
  const start = local + LOCAL_BYTES + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  return {
    name: archive.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameLength),
    data: archive.subarray(start, start + archive.readUInt32LE(at + 20)),
    deflated: archive.readUInt16LE(at + 10) === DEFLATED,
  };
}

/** Where the directory ends with its comment; null without a directory, or where nothing follows it. */
export function directoryEnd(archive: Buffer): number | null {
  try {
    const at = findEnd(archive);
    const end = at + END_BYTES + archive.readUInt16LE(at + COMMENT_LENGTH_AT);
    return end < archive.length ? end : null;
  } catch {
    return null;
  }
}

function findEnd(archive: Buffer): number {
  const lowest = Math.max(0, archive.length - END_BYTES - AFTER_BYTES);
  for (let at = archive.length - END_BYTES; at >= lowest; at -= 1) if (archive.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  throw new Error('no directory');
}

/** Size of an entry when unpacked, counted rather than believed; gives up beyond `limit`. */
export async function expandedBytes({ data, deflated }: ZipEntry, limit: number): Promise<number> {
  if (!deflated) return data.length;
  let size = 0;
  for await (const piece of Readable.from([data]).pipe(createInflateRaw())) {
    size += (piece as Buffer).length;
    if (size > limit) break;
  }
  return size;
}

/** An entry unpacked. Throws when it is larger than `limit`, or damaged. */
export function entryBytes({ data, deflated }: ZipEntry, limit: number): Buffer {
  return deflated ? inflateRawSync(data, { maxOutputLength: limit }) : data.subarray(0, limit);
}
