/** Reading Word documents (DOCX): mammoth makes HTML of them, and its blocks are taken like those of a web page. */
import { readFile } from 'node:fs/promises';
import mammoth from 'mammoth';
import { parse, parseFragment } from 'parse5';
import { DocumentError } from '../../core/errors';
import { LIMITS } from '../../core/limits';
import { clean } from './decode';
import { htmlBlocks } from './html-blocks';
import { findAll, shownText } from './html-tree';
import { partsOf } from './parts';
import type { Reading, SourceFile } from './reader';
import { entryBytes, expandedBytes, type ZipEntry, zipEntries } from './zip';

/** The first bytes of the container (MS-CFB) that encrypted office files are. */
const ENCRYPTED = Buffer.from('d0cf11e0a1b11ae1', 'hex');
/** Text of a thousand pages is about 10 MiB; XML beyond this would not fit the memory of a worker. */
const XML_BYTES = 128 * 1024 * 1024;
const CORE_BYTES = 1024 * 1024;
const PROPERTIES = { title: 'dc:title', author: 'dc:creator', subject: 'dc:subject', keywords: 'cp:keywords', created: 'dcterms:created' };

/**
 * Opens a Word document.
 * @throws DocumentError CORRUPT, PASSWORD_NEEDED, TOO_LARGE
 */
export async function readDocx({ path }: SourceFile): Promise<Reading> {
  const bytes = await readFile(path);
  if (bytes.subarray(0, ENCRYPTED.length).equals(ENCRYPTED)) throw encrypted();
  const entries = entriesOf(bytes);
  await checkSize(entries);
  const root = parseFragment(clean(await htmlOf(bytes)));
  return { total: null, paged: false, parts: partsOf(htmlBlocks(root)), metadata: () => metadataOf(entries) };
}

function entriesOf(bytes: Buffer): ZipEntry[] {
  try {
    return zipEntries(bytes);
  } catch {
    throw corrupt();
  }
}

async function checkSize(entries: ZipEntry[]): Promise<void> {
  let left = LIMITS.expandedBytes;
  for (const entry of entries) {
    const limit = entry.name.endsWith('.xml') ? Math.min(left, XML_BYTES) : left;
    const size = await expandedBytes(entry, limit).catch(() => {
      throw corrupt();
    });
    if (size > limit) throw tooLarge();
    left -= size;
  }
}

/** Pictures are left out; a title style is a heading of the first level. */
async function htmlOf(buffer: Buffer): Promise<string> {
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer },
      {
        styleMap: ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"],
        convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
      },
    );
    return value;
  } catch {
    throw corrupt();
  }
}

/** Dublin Core properties; none is better than a document that cannot be read for its properties. */
function metadataOf(entries: ZipEntry[]): Record<string, unknown> {
  const core = entries.find(({ name }) => name === 'docProps/core.xml');
  if (!core) return {};
  try {
    const root = parse(entryBytes(core, CORE_BYTES).toString('utf8'));
    const found = Object.entries(PROPERTIES).map(([key, tag]) => [key, findAll(root, [tag]).map(shownText).join(' ')]);
    return Object.fromEntries(found.filter(([, value]) => value !== ''));
  } catch {
    return {};
  }
}

const corrupt = () =>
  new DocumentError('CORRUPT', 'This Word document is damaged and cannot be opened.', 'Open it in Word or LibreOffice and save it again.');
const encrypted = () =>
  new DocumentError(
    'PASSWORD_NEEDED',
    'This Word document is protected by a password, or is of the old DOC format.',
    'Save it as DOCX without a password, then upload that.',
  );
const tooLarge = () =>
  new DocumentError('TOO_LARGE', 'This Word document becomes too large when it is unpacked.', 'Split it into smaller files.');
