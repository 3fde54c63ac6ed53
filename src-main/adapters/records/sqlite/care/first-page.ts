/**
 * A copy of a library whose beginning was overwritten, with a first page that SQLite can read again. All that is lost with that page is the
 * way to the list of tables: the leaves of that list lie elsewhere and are found by what is in them (sqlite.org/fileformat2.html).
 */
import { closeSync, copyFileSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

/** As SQLite makes files since 2016; no library has another. */
const PAGE = 4096;
const HEADER = 100;
const LEAF = 0x0d;
const INTERIOR = 0x05;
const PAGES_AT_ONCE = 1024;
const KINDS = new Set(['table', 'index', 'trigger', 'view']);

interface Leaf {
  page: number;
  /** The largest row in it. */
  last: number;
}

/** @returns false when there is no list of tables to be found */
export function copyWithFirstPage(library: string, copy: string): boolean {
  copyFileSync(library, copy);
  const file = openSync(copy, 'r+');
  try {
    const pages = Math.floor(fstatSync(file).size / PAGE);
    const first = Buffer.alloc(PAGE);
    readSync(file, first, 0, PAGE, 0);
    header(pages).copy(first);
    // Of the page itself only the first bytes may be lost.
    if (first[HEADER] !== INTERIOR || childrenOf(first).some((page) => page < 2 || page > pages)) {
      const leaves = leavesOf(file, pages);
      if (leaves.length === 0) return false;
      interior(leaves).copy(first, HEADER);
    }
    writeSync(file, first, 0, PAGE, 0);
    return true;
  } finally {
    closeSync(file);
  }
}

function header(pages: number): Buffer {
  const bytes = Buffer.alloc(HEADER);
  bytes.write('SQLite format 3\0', 0, 'latin1');
  bytes.writeUInt16BE(PAGE, 16);
  // Without a log of changes; the parts of a page that rows may take.
  Buffer.from([1, 1, 0, 64, 32, 32]).copy(bytes, 18);
  bytes.writeUInt32BE(1, 24);
  bytes.writeUInt32BE(pages, 28);
  bytes.writeUInt32BE(1, 40);
  // The newest form of schemas; UTF-8.
  bytes.writeUInt32BE(4, 44);
  bytes.writeUInt32BE(1, 56);
  bytes.writeUInt32BE(1, 92);
  return bytes;
}

function childrenOf(page: Buffer): number[] {
  const cells = page.readUInt16BE(HEADER + 3);
  if (cells > PAGE / 8) return [0];
  const places = Array.from({ length: cells }, (_, at) => page.readUInt16BE(HEADER + 12 + at * 2));
  if (places.some((place) => place > PAGE - 5)) return [0];
  return [...places.map((place) => page.readUInt32BE(place)), page.readUInt32BE(HEADER + 8)];
}

function leavesOf(file: number, pages: number): Leaf[] {
  const found: Leaf[] = [];
  const some = Buffer.alloc(PAGE * PAGES_AT_ONCE);
  for (let from = 1; from < pages; from += PAGES_AT_ONCE) {
    const read = Math.floor(readSync(file, some, 0, some.length, from * PAGE) / PAGE);
    for (let at = 0; at < read; at += 1) {
      const last = lastRowOf(some.subarray(at * PAGE, (at + 1) * PAGE));
      if (last !== null) found.push({ page: from + at + 1, last });
    }
  }
  return found.sort((a, b) => a.last - b.last);
}

/** Null unless every row of the page is one of the list of tables. */
function lastRowOf(page: Buffer): number | null {
  const cells = page.readUInt16BE(3);
  if (page[0] !== LEAF || cells === 0 || cells > PAGE / 8) return null;
  let last: number | null = null;
  for (let at = 0; at < cells; at += 1) {
    const place = page.readUInt16BE(8 + at * 2);
    if (place < 8 || place > PAGE - 16) return null;
    const [, afterSize] = varint(page, place);
    const [row, payload] = varint(page, afterSize);
    if (!isSchemaRow(page, payload)) return null;
    last = row;
  }
  return last;
}

/** Five values: kind, name and table as text, the root page as a number, the statement. */
function isSchemaRow(page: Buffer, payload: number): boolean {
  const [size, first] = varint(page, payload);
  if (size < 6 || size > 20 || payload + size + 8 > PAGE) return false;
  const types: number[] = [];
  for (let at = first; at < payload + size; ) {
    const [type, next] = varint(page, at);
    types.push(type);
    at = next;
  }
  const [kind = 0] = types;
  if (types.length !== 5 || kind < 13 || kind % 2 === 0) return false;
  const start = payload + size;
  return KINDS.has(page.toString('latin1', start, start + (kind - 13) / 2));
}

/** Up to nine bytes, seven bits each. @returns the value and where the next one begins */
function varint(bytes: Buffer, from: number): [value: number, next: number] {
  let value = 0;
  for (let at = from; at < from + 8 && at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + 1];
  }
  return [Number.NaN, bytes.length];
}

/** The rest of the first page: a pointer to each leaf with its largest row, and one to the last. */
function interior(leaves: Leaf[]): Buffer {
  const rest = Buffer.alloc(PAGE - HEADER);
  const last = leaves.at(-1);
  let end = rest.length;
  rest[0] = INTERIOR;
  rest.writeUInt16BE(leaves.length - 1, 3);
  rest.writeUInt32BE(last?.page ?? 0, 8);
  leaves.slice(0, -1).forEach(({ page, last: key }, at) => {
    const cell = Buffer.concat([Buffer.alloc(4), keyBytes(key)]);
    cell.writeUInt32BE(page, 0);
    end -= cell.length;
    cell.copy(rest, end);
    rest.writeUInt16BE(end + HEADER, 12 + at * 2);
  });
  rest.writeUInt16BE(end + HEADER, 5);
  return rest;
}

/** Lists of tables have fewer than 16,384 rows. */
const keyBytes = (key: number): Buffer => Buffer.from(key < 128 ? [key] : [0x80 | (key >> 7), key & 0x7f]);
