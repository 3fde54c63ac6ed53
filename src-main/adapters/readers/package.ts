/** Documents that are ZIP packages of XML (EPUB, OpenDocument, Office Open XML): their parts as text and as trees, within limits. */
import { readFile } from 'node:fs/promises';
import type { Document } from 'domhandler';
import { parseDocument } from 'htmlparser2';
import { DocumentError } from '../../core/errors';
import { LIMITS } from '../../core/limits';
import { decodeText } from './decode';
import { entryBytes, expandedBytes, type ZipEntry, zipEntries } from './zip';

/** Text of a thousand pages is about 10 MiB; XML beyond this would not fit the memory of a worker. */
const XML_BYTES = 128 * 1024 * 1024;
const IS_XML = /\.(?:xml|rels|x?html?|opf|ncx|fodt|vml)$/i;

export interface Package {
  names: string[];
  /** Null when there is no such part, or when it is damaged. */
  bytes(name: string): Buffer | null;
  text(name: string): string | null;
  /** Tags as they are written, prefixes included; entities that a DTD defines stay as they are, so that none can explode. */
  xml(name: string): Document | null;
}

/**
 * Opens a package and looks through it: nothing in it unpacks to more than is allowed.
 * @param what "This Word document"
 * @throws DocumentError CORRUPT, TOO_LARGE
 */
export async function openPackage(source: string | Buffer, what: string): Promise<Package> {
  const entries = new Map<string, ZipEntry>();
  try {
    const archive = typeof source === 'string' ? await readFile(source) : source;
    for (const entry of zipEntries(archive)) entries.set(entry.name.replaceAll('\\', '/').replace(/^\/+/, ''), entry);
  } catch {
    throw corrupt(what);
  }
  await checkSizes(entries.values(), what);
  const bytes = (name: string) => {
    const entry = entries.get(name);
    try {
      return entry ? entryBytes(entry, XML_BYTES) : null;
    } catch {
      return null;
    }
  };
  const text = (name: string) => {
    const found = bytes(name);
    return found && decodeText(found, declared(found)).text;
  };
  return {
    names: [...entries.keys()],
    bytes,
    text,
    xml(name) {
      const found = text(name);
      return found === null ? null : parseXml(found);
    },
  };
}

export const parseXml = (text: string): Document => parseDocument(text, { xmlMode: true, decodeEntities: true });

/** What the XML declaration says of the encoding. */
function declared(bytes: Buffer): string | null {
  return /^\s*<\?xml[^>]*encoding\s*=\s*["']([\w-]+)/.exec(bytes.subarray(0, 200).toString('latin1'))?.[1] ?? null;
}

async function checkSizes(entries: Iterable<ZipEntry>, what: string): Promise<void> {
  let left = LIMITS.expandedBytes;
  for (const entry of entries) {
    const limit = IS_XML.test(entry.name) ? Math.min(left, XML_BYTES) : left;
    // A damaged picture is no reason to refuse the text.
    const size = await expandedBytes(entry, limit).catch(() => 0);
    if (size > limit) throw tooLarge(what);
    left -= size;
  }
}

export const corrupt = (what: string) =>
  new DocumentError('CORRUPT', `${what} is damaged and cannot be opened.`, 'Open it in the program that made it, and save it again.');
const tooLarge = (what: string) =>
  new DocumentError('TOO_LARGE', `${what} becomes too large when it is unpacked.`, 'Split it into smaller files.');
