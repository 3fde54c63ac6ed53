/** Copies one member out of a zip archive (wheel, jar) without unpacking the rest. Format: PKWARE APPNOTE 6.3, no zip64. */
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const COMMENT_BYTES = 65_535;
const LOCAL_HEADER_BYTES = 30;

/** @throws Error when the archive has no such member */
export async function extractMember(archive, member, target) {
  const { start, bytes, method } = await locate(archive, member);
  const source = createReadStream(archive, { start, end: start + bytes - 1 });
  const steps = method === 8 ? [createInflateRaw()] : [];
  await pipeline(source, ...steps, createWriteStream(target));
}

async function locate(archive, member) {
  const file = await open(archive);
  try {
    const entry = findEntry(await readDirectory(file), member);
    if (!entry) throw new Error(`it has no file ${member}`);
    const header = await readAt(file, entry.offset, LOCAL_HEADER_BYTES);
    const start = entry.offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
    return { start, bytes: entry.bytes, method: entry.method };
  } finally {
    await file.close();
  }
}

async function readDirectory(file) {
  const { size } = await file.stat();
  const tail = await readAt(file, Math.max(0, size - END_BYTES - COMMENT_BYTES), Math.min(size, END_BYTES + COMMENT_BYTES));
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) === END) return readAt(file, tail.readUInt32LE(at + 16), tail.readUInt32LE(at + 12));
  }
  throw new Error('it is not a whole zip archive');
}

function findEntry(directory, member) {
  let at = 0;
  while (at < directory.length && directory.readUInt32LE(at) === ENTRY) {
    const nameBytes = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + 46, at + 46 + nameBytes);
    if (name === member)
      return { method: directory.readUInt16LE(at + 10), bytes: directory.readUInt32LE(at + 20), offset: directory.readUInt32LE(at + 42) };
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return null;
}

async function readAt(file, position, length) {
  const buffer = Buffer.alloc(length);
  await file.read(buffer, 0, length, position);
  return buffer;
}
