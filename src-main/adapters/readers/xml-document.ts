/** Reading XML of any vocabulary: documents (DocBook, JATS, TEI…) with their headings, data with the names of their fields. */
import { readFile } from 'node:fs/promises';
import type { Element } from 'domhandler';
import { decodeText } from './decode';
import { createOutline } from './outline';
import { parseXml } from './package';
import { partsOf, type TextBlock } from './parts';
import type { Reading, SourceFile } from './reader';
import { tableBlocks } from './tables';
import { paragraphsOf } from './text';
import { collapse, isElement, textOf, type XmlNode } from './xml';
import {
  hasBlocks,
  isNamedParagraph,
  isOneLine,
  isParagraph,
  isTitle,
  isUnread,
  isVerbatim,
  nameOf,
  rowsOf,
  said,
  wordsOf,
} from './xml-names';

/** The tree of a longer one would not fit the memory of a worker: it is read without its structure. */
const TREE_LENGTH = 24 * 1024 * 1024;
const DECLARED = /^\s*<\?xml[^>]*encoding\s*=\s*["']([\w-]+)/;
/** Feeds hold pages in these. */
const CDATA = /<!\[CDATA\[[\s\S]*?\]\]>/g;
const PROSE = /<(?:\w+:)?(?:p|para|simpara)[\s>]/;
/** Deeper is only for machines, and recursion must end. */
const MAX_DEPTH = 200;

/** Opens an XML file. Entities that a DTD defines stay as they are, so that none can explode or reach out. */
export async function readXml({ path }: SourceFile): Promise<Reading> {
  const bytes = await readFile(path);
  const { text, encoding } = decodeText(bytes, DECLARED.exec(bytes.subarray(0, 200).toString('latin1'))?.[1]);
  const blocks = text.length > TREE_LENGTH ? paragraphsOf(text.replace(/<[^>]*>/g, '\n')) : blocksOf(text);
  return { total: null, paged: false, metadata: () => ({ encoding }), parts: partsOf(blocks) };
}

function blocksOf(text: string): TextBlock[] {
  const walk = new Walk(PROSE.test(text.replace(CDATA, '')));
  walk.children(parseXml(text), 0, 0);
  return walk.blocks;
}

class Walk {
  readonly blocks: TextBlock[] = [];
  private readonly outline = createOutline();
  private titled = false;

  /** `prose`: a text with marks rather than fields with values. */
  constructor(private readonly prose: boolean) {}

  children(node: XmlNode, level: number, depth: number): void {
    const own = 'children' in node ? node.children : [];
    const runs = this.prose && own.some((child) => child.type === 'text' && child.data.trim() !== '');
    let open: string[] = [];
    const flush = () => {
      const lines = open.filter((line) => line.trim() !== '');
      this.push(runs ? collapse(open.join('')) : lines.join('\n'));
      open = [];
    };
    for (const child of own) {
      if (child.type === 'text') open.push(runs ? child.data : collapse(child.data));
      else if (child.type === 'cdata') open.push(said(child));
      else if (!isElement(child) || isUnread(child)) continue;
      else if (runs && !hasBlocks(child)) open.push(wordsOf(child));
      else if (!this.prose && isField(child)) open.push(field(child));
      else {
        flush();
        this.element(child, level, depth);
      }
    }
    flush();
  }

  private element(element: Element, level: number, depth: number): void {
    const rows = depth > MAX_DEPTH ? [] : rowsOf(element);
    if (depth > MAX_DEPTH) this.push(collapse(textOf(element)));
    else if (this.prose && isTitle(element)) this.title(said(element), level);
    else if (isVerbatim(element)) this.push(textOf(element).replace(/^\n+|\s+$/g, ''));
    else if (rows.length > 0) this.table(element, rows);
    else if (isNamedParagraph(element) && !hasBlocks(element)) this.push(said(element));
    else if (this.prose && (isOneLine(element) || !hasBlocks(element))) this.push(collapse(wordsOf(element, ' ')));
    else if (isParagraph(element) && !hasBlocks(element)) this.push(said(element));
    else this.group(element, level, depth);
  }

  private group(element: Element, level: number, depth: number): void {
    const opens = element.children.some((child) => isElement(child) && isTitle(child));
    const attributes = this.prose ? '' : attributesOf(element);
    if (attributes !== '') this.push(`${element.name}${attributes}`);
    this.children(element, opens ? level + 1 : level, depth + 1);
  }

  private table(element: Element, rows: string[][]): void {
    const caption = element.children.find((child): child is Element => isElement(child) && nameOf(child) === 'caption');
    if (caption) this.push(said(caption));
    for (const block of tableBlocks(rows, this.outline.path())) this.blocks.push(block);
  }

  /** The first title is the document's own. */
  private title(text: string, level: number): void {
    if (text === '') return;
    this.outline.enter(this.titled ? Math.min(Math.max(level, 1) + 1, 6) : 1, text);
    this.titled = true;
    this.push(text, 'heading');
  }

  private push(text: string, kind: TextBlock['kind'] = 'text'): void {
    if (text.trim() !== '') this.blocks.push({ text, kind, heading_path: this.outline.path() });
  }
}

/** In data, an element that holds nothing but its value. */
const isField = (element: Element) => element.children.every((child) => !isElement(child));

/** "price currency=EUR: 12" */
function field(element: Element): string {
  const value = said(element);
  const attributes = attributesOf(element);
  if (value === '' && attributes === '') return '';
  return `${element.name}${attributes}${value === '' ? '' : `: ${value}`}`;
}

const attributesOf = ({ attribs }: Element) =>
  Object.entries(attribs)
    .filter(([name, value]) => !/^xmlns|:schemaLocation$/.test(name) && value.trim() !== '')
    .map(([name, value]) => ` ${name}=${collapse(value)}`)
    .join('');
