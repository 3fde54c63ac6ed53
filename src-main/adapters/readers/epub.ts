/** Reading e-books (EPUB 2 and 3): the chapters of the spine in order, with the titles of the book's own contents. */
import { posix } from 'node:path';
import type { Element } from 'domhandler';
import { parse } from 'parse5';
import { DocumentError } from '../../core/errors';
import { clean } from './decode';
import { pictureBlocks } from './embedded';
import { htmlBlocks } from './html-blocks';
import { createOutline } from './outline';
import { openPackage, type Package, type parseXml } from './package';
import { partsOf, type TextBlock } from './parts';
import type { Part, Reading, SourceFile } from './reader';
import { attribute, collapse, find, findAll, textOf } from './xml';

const WHAT = 'This e-book';
/** Publishers scramble fonts without protecting the text. */
const FONT_SCRAMBLING = /#(?:RC|EmbedXXX)$|idpf\.org\/2008\/embedding|ns\.adobe\.com\/pdf\/enc#RC/;
/** XHTML may close these in one tag; HTML would take all that follows for their content. */
const CLOSED_AT_ONCE = /<(title|script|style|textarea|iframe|noscript)\b([^>]*)\/>/gi;

/**
 * Opens a book.
 * @throws DocumentError CORRUPT, TOO_LARGE, ENCRYPTED
 */
export async function readEpub(source: SourceFile): Promise<Reading> {
  const book = await openPackage(source.path, WHAT);
  if (isProtected(book)) throw protectedBook();
  const container = book.xml('META-INF/container.xml');
  const opf = attribute(find(container, 'rootfile'), 'full-path') ?? book.names.find((name) => name.endsWith('.opf')) ?? '';
  const description = book.xml(decodeURI(opf));
  const chapters = description
    ? spineOf(description, posix.dirname(opf), book)
    : book.names.filter((name) => /\.x?html?$/i.test(name)).sort();
  if (chapters.length === 0) throw new DocumentError('CORRUPT', 'This e-book has no chapters that could be found.', 'Download it again.');
  return { total: null, paged: false, metadata: () => metadataOf(description), parts: partsOfBook(source, book, chapters) };
}

/** A book of pictures has no words of its own: theirs are recognised. */
async function* partsOfBook(source: SourceFile, book: Package, chapters: string[]): AsyncGenerator<Part> {
  let parts = 0;
  for (const part of partsOf(blocksOf(book, chapters, titlesOf(book)))) {
    parts += 1;
    yield part;
  }
  if (parts > 0) return;
  for (const chapter of chapters) yield* partsOf(await pictureBlocks(source, book, picturesOf(book, chapter)));
}

const PICTURE = /<(?:img|(?:svg:)?image)\b[^>]*?\b(?:src|href)\s*=\s*["']([^"']+)/gi;

const picturesOf = (book: Package, chapter: string) =>
  [...(book.text(chapter) ?? '').matchAll(PICTURE)].map(([, href = '']) => resolve(posix.dirname(chapter), href));

function* blocksOf(book: Package, chapters: string[], titles: Map<string, string>): Generator<TextBlock> {
  for (const name of chapters) {
    const text = book.text(name);
    if (text === null) continue;
    const outline = createOutline();
    const title = titles.get(name);
    const blocks = htmlBlocks(parse(clean(text.replace(CLOSED_AT_ONCE, '<$1$2></$1>'))), outline);
    const headed = blocks.some(({ kind }) => kind === 'heading');
    for (const block of blocks) yield headed || !title ? block : { ...block, heading_path: [title, ...block.heading_path] };
  }
}

/** The reading order; what is not part of it (`linear="no"`) comes where it stands, too. */
function spineOf(description: ReturnType<typeof parseXml>, folder: string, book: Package): string[] {
  const items = new Map(local(description, 'item').map((item) => [attribute(item, 'id'), attribute(item, 'href') ?? '']));
  const names = local(description, 'itemref').map((item) => resolve(folder, items.get(attribute(item, 'idref')) ?? ''));
  const known = new Set(book.names);
  return [...new Set(names)].filter((name) => known.has(name));
}

/** By chapter: from the navigation document, or from the older NCX. The first title of a chapter is its own. */
function titlesOf(book: Package): Map<string, string> {
  const titles = new Map<string, string>();
  const add = (from: string, target: string | null, title: string) => {
    const name = resolve(posix.dirname(from), target ?? '');
    if (title !== '' && !titles.has(name)) titles.set(name, title);
  };
  for (const name of book.names.filter((one) => one.endsWith('.ncx'))) {
    for (const point of allBelow(book.xml(name), 'navPoint')) {
      add(name, attribute(find(point, 'content', 'ncx:content'), 'src'), collapse(textOf(find(point, 'navLabel', 'ncx:navLabel'))));
    }
  }
  for (const name of book.names.filter((one) => /nav[^/]*\.x?html?$/i.test(one))) {
    for (const link of findAll(find(book.xml(name), 'nav'), 'a')) add(name, attribute(link, 'href'), collapse(textOf(link)));
  }
  return titles;
}

/** Points within points, too. */
function allBelow(node: ReturnType<Package['xml']> | Element, name: string): Element[] {
  return findAll(node, name, `ncx:${name}`).flatMap((found) => [found, ...allBelow(found, name)]);
}

function resolve(folder: string, href: string): string {
  const path = href.split('#')[0] ?? '';
  try {
    return posix.normalize(posix.join(folder, decodeURIComponent(path)));
  } catch {
    return posix.normalize(posix.join(folder, path));
  }
}

/** Elements of the package document with or without a prefix. */
const local = (node: ReturnType<typeof parseXml>, name: string) => findAll(node, name, `opf:${name}`);

const FIELDS = {
  title: 'dc:title',
  author: 'dc:creator',
  language: 'dc:language',
  publisher: 'dc:publisher',
  created: 'dc:date',
  subject: 'dc:subject',
};

function metadataOf(description: ReturnType<Package['xml']>): Record<string, unknown> {
  if (!description) return {};
  const found = Object.entries(FIELDS).map(([key, tag]) => [
    key,
    findAll(description, tag)
      .map((one) => collapse(textOf(one)))
      .filter(Boolean)
      .join(', '),
  ]);
  return Object.fromEntries(found.filter(([, value]) => value !== ''));
}

function isProtected(book: Package): boolean {
  const methods = findAll(book.xml('META-INF/encryption.xml'), 'EncryptionMethod', 'enc:EncryptionMethod').map(
    (one) => attribute(one, 'Algorithm') ?? '',
  );
  return methods.some((method) => !FONT_SCRAMBLING.test(method));
}

const protectedBook = () =>
  new DocumentError(
    'ENCRYPTED',
    'This e-book is protected against copying (DRM), so its text cannot be read.',
    'Get an edition without protection.',
  );
