/** Reading OpenDocument texts and presentations (ODT, ODP, ODG, and their flat forms): headings, lists, tables, notes, comments. */
import { readFile } from 'node:fs/promises';
import type { ChildNode, Element } from 'domhandler';
import { clean, decodeText } from './decode';
import { FEW_LETTERS, lettersOf, pictureBlocks } from './embedded';
import { refuseEncrypted } from './encrypted';
import { formulaText } from './formula';
import { labelOf, numberAll, passOn } from './odf-numbering';
import { createOutline, type Outline } from './outline';
import { corrupt, openPackage, type Package, parseXml } from './package';
import { pagePart, partsOf, type TextBlock } from './parts';
import type { Part, Reading, SourceFile } from './reader';
import { type Cell, spread, tableBlocks } from './tables';
import { attribute, children, collapse, find, findAll, findEvery, isElement, textOf, type XmlNode } from './xml';
import { formulaNode } from './xml-formula';

const WHAT = 'This document';
/** Deeper content comes from broken or hostile files and is given as plain text. */
const MAX_DEPTH = 200;
/** `table:number-columns-repeated` fills rows up to the sheet's end. */
const REPEATED_MOST = 100;
/** Parts of the text that are not its words. */
const SILENT = new Set([
  'text:tracked-changes',
  'text:sequence-decls',
  'office:forms',
  'text:variable-decls',
  'text:user-field-decls',
  'svg:title',
  'svg:desc',
  'office:settings',
]);
const APART = new Set(['text:note', 'office:annotation']);

/**
 * Opens an OpenDocument file.
 * @throws DocumentError CORRUPT, ENCRYPTED, TOO_LARGE
 */
export async function readOdf(source: SourceFile): Promise<Reading> {
  const bytes = await readFile(source.path);
  const { content, meta, styles, file } = bytes.subarray(0, 2).toString('latin1') === 'PK' ? await packed(bytes) : flat(bytes);
  const pages = findAll(find(content, 'office:presentation', 'office:drawing'), 'draw:page');
  const metadata = () => metadataOf(meta);
  // What lies in files of its own stands where it is shown: formulas, charts.
  if (file) for (const object of findEvery(content, 'draw:object')) object.children.push(...objectOf(file, object));
  const pictures = (shown: XmlNode) => (file ? pictureBlocks(source, file, picturesOf(shown)) : Promise.resolve([]));
  if (pages.length > 0) return { total: pages.length, paged: true, metadata, parts: slides(pages, pictures) };
  const body = find(content, 'office:text', 'office:spreadsheet', 'office:chart');
  if (!body) throw corrupt(WHAT);
  numberAll(content, styles);
  const blocks = textBlocks(body);
  const shown = lettersOf(blocks) < FEW_LETTERS ? await pictures(body) : [];
  return { total: null, paged: false, metadata, parts: partsOf([...blocks, ...shown, ...repeatedBlocks(styles)]) };
}

function objectOf(file: Package, object: Element): ChildNode[] {
  const name = (attribute(object, 'xlink:href') ?? '').replace(/^\.\//, '');
  return name === '' ? [] : (file.xml(`${name}/content.xml`)?.children ?? []);
}

const picturesOf = (shown: XmlNode) => findAll(shown, 'draw:image').map((one) => (attribute(one, 'xlink:href') ?? '').replace(/^\.\//, ''));

interface Trees {
  /** Null for a document that is one file. */
  file: Package | null;
  content: XmlNode | null;
  meta: XmlNode | null;
  styles: XmlNode | null;
}

async function packed(bytes: Buffer): Promise<Trees> {
  const file = await openPackage(bytes, WHAT);
  refuseEncrypted(file, WHAT);
  const content = file.xml('content.xml');
  if (!content) throw corrupt(WHAT);
  return { file, content, meta: file.xml('meta.xml'), styles: file.xml('styles.xml') };
}

function flat(bytes: Buffer): Trees {
  const content = parseXml(decodeText(bytes).text);
  return { file: null, content, meta: content, styles: content };
}

async function* slides(pages: Element[], pictures: (page: Element) => Promise<TextBlock[]>): AsyncGenerator<Part> {
  for (const [index, page] of pages.entries()) {
    const title = collapse(
      findAll(page, 'draw:frame')
        .filter((frame) => attribute(frame, 'presentation:class') === 'title')
        .map(inline)
        .join(' '),
    );
    const heading_path = title === '' ? [] : [title];
    const blocks: TextBlock[] = title === '' ? [] : [{ text: title, kind: 'heading', heading_path }];
    for (const shape of children(page)) {
      if (attribute(shape, 'presentation:class') === 'title') continue;
      const notes = shape.name === 'presentation:notes';
      const inner = textBlocks(shape).map((block) => ({ ...block, heading_path }));
      if (notes && inner.length > 0) inner[0] = { ...(inner[0] as TextBlock), text: `Notes:\n${inner[0]?.text}` };
      blocks.push(...inner);
    }
    if (blocks.length === 0) blocks.push(...(await pictures(page)));
    yield pagePart(blocks, index + 1, title || attribute(page, 'draw:name'));
  }
}

/** Headers and footers, once each. */
function repeatedBlocks(styles: XmlNode | null): TextBlock[] {
  const texts = findAll(find(styles, 'office:master-styles'), 'style:header', 'style:footer').flatMap((one) =>
    textBlocks(one).map(({ text }) => text),
  );
  return [...new Set(texts)].map((text) => ({ text, kind: 'text', heading_path: [] }));
}

function textBlocks(root: XmlNode): TextBlock[] {
  const blocks: TextBlock[] = [];
  const outline = createOutline();
  walk(root, outline, blocks, 0);
  return blocks;
}

function walk(node: XmlNode, outline: Outline, blocks: TextBlock[], depth: number): void {
  if (depth > MAX_DEPTH) put(blocks, outline, collapse(textOf(node)));
  else for (const element of children(node)) if (!SILENT.has(element.name)) one(element, outline, blocks, depth);
}

function one(element: Element, outline: Outline, blocks: TextBlock[], depth: number): void {
  switch (element.name) {
    case 'text:h':
    case 'text:p':
      paragraph(element, outline, blocks, depth);
      break;
    case 'text:list':
      if (find(element, 'text:h')) walkList(element, outline, blocks, depth);
      else put(blocks, outline, listText(element, '', depth));
      break;
    case 'math':
    case 'math:math':
      put(blocks, outline, formulaText(formulaNode(element)));
      break;
    case 'table:table':
      blocks.push(...tableBlocks(spread(rowsOf(element)), outline.path()));
      break;
    case 'text:note':
    case 'office:annotation':
      put(blocks, outline, note(element));
      break;
    default:
      walk(element, outline, blocks, depth + 1);
  }
}

/** With what is anchored in it but stands on its own: text boxes, notes, comments. */
function paragraph(element: Element, outline: Outline, blocks: TextBlock[], depth: number): void {
  const title = element.name === 'text:h' ? labelled(element, collapse(inline(element))) : '';
  if (title !== '') outline.enter(Math.min(6, Number(attribute(element, 'text:outline-level') ?? 1) || 1), title);
  if (title !== '') put(blocks, outline, title, 'heading');
  else put(blocks, outline, labelled(element, inline(element).trim()));
  for (const apart of findAll(element, 'draw:frame', 'draw:custom-shape', 'draw:rect', 'draw:g', ...APART)) {
    if (APART.has(apart.name)) put(blocks, outline, note(apart));
    else walk(apart, outline, blocks, depth + 1);
  }
}

function put(blocks: TextBlock[], outline: Outline, text: string, kind: TextBlock['kind'] = 'text'): void {
  if (text.trim() !== '') blocks.push({ text, kind, heading_path: outline.path() });
}

function note(element: Element): string {
  if (element.name === 'text:note') return collapse(findAll(find(element, 'text:note-body'), 'text:p').map(inline).join(' '));
  const author = collapse(textOf(find(element, 'dc:creator')));
  const text = collapse(findAll(element, 'text:p').map(inline).join(' '));
  return text === '' ? '' : `Comment${author ? ` by ${author}` : ''}: ${text}`;
}

/** Words of a paragraph; what stands apart is left out, runs of spaces are written out. */
function inline(paragraph: Element): string {
  let text = '';
  const open: XmlNode[] = paragraph.children.toReversed();
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.type === 'text') text += next.data.replace(/\s+/g, ' ');
    if (!isElement(next)) continue;
    text += spacing(next, text);
    const apart = APART.has(next.name) || (paragraph.name !== 'draw:frame' && next.name.startsWith('draw:'));
    if (!apart && !SILENT.has(next.name)) open.push(...next.children.toReversed());
  }
  return clean(text);
}

function spacing({ name, attribs }: Element, before: string): string {
  if (name === 'text:s') return ' '.repeat(Math.min(100, Number(attribs['text:c'] ?? 1) || 1));
  if (name === 'text:tab') return '\t';
  return (name === 'text:line-break' || name === 'text:p') && before !== '' && !before.endsWith('\n') ? '\n' : '';
}

/** Text processors put numbered headings into lists: these are no items. */
function walkList(list: Element, outline: Outline, blocks: TextBlock[], depth: number): void {
  for (const item of children(list)) {
    passOn(item, children(item)[0]);
    walk(item, outline, blocks, depth + 1);
  }
}

function labelled(element: Element, title: string): string {
  const label = title === '' ? null : labelOf(element);
  return label === null ? title : `${label} ${title}`;
}

/** One line for each item, nested ones indented. */
function listText(list: Element, indent: string, depth: number): string {
  if (depth > MAX_DEPTH) return collapse(textOf(list));
  return children(list)
    .flatMap((item) => {
      const own = children(item)
        .filter(({ name }) => name === 'text:p' || name === 'text:h')
        .map((one) => inline(one).trim())
        .filter((text) => text !== '');
      const nested = children(item, 'text:list').map((inner) => listText(inner, `${indent}  `, depth + 1));
      return [...(own.length > 0 ? [`${indent}${labelOf(item) ?? '-'} ${own.join(' ')}`] : []), ...nested];
    })
    .filter((line) => line !== '')
    .join('\n');
}

function rowsOf(table: Element): Cell[][] {
  return findAll(table, 'table:table-row').map((row) =>
    children(row)
      .filter(({ name }) => name === 'table:table-cell')
      .flatMap((cell) => {
        const text = findAll(cell, 'text:p', 'text:h')
          .map((one) => inline(one).trim())
          .join('\n');
        const one = {
          text,
          columns: Number(attribute(cell, 'table:number-columns-spanned') ?? 1) || 1,
          rows: Number(attribute(cell, 'table:number-rows-spanned') ?? 1) || 1,
        };
        const repeated = Math.min(REPEATED_MOST, Number(attribute(cell, 'table:number-columns-repeated') ?? 1) || 1);
        return Array.from({ length: text === '' ? Math.min(repeated, 1) : repeated }, () => one);
      }),
  );
}

const FIELDS = {
  title: ['dc:title'],
  author: ['meta:initial-creator', 'dc:creator'],
  subject: ['dc:subject'],
  keywords: ['meta:keyword'],
  language: ['dc:language'],
  created: ['meta:creation-date'],
};

function metadataOf(meta: XmlNode | null): Record<string, unknown> {
  const root = find(meta, 'office:meta');
  const found = Object.entries(FIELDS).map(([key, tags]) => [
    key,
    clean(collapse(textOf(tags.map((tag) => find(root, tag)).find(Boolean) ?? null))),
  ]);
  return Object.fromEntries(found.filter(([, value]) => value !== ''));
}
