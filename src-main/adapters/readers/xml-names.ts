/** What the elements of the usual vocabularies (DocBook, JATS, TEI, DITA, WordprocessingML, patents) are by their names. */
import type { ChildNode, Element } from 'domhandler';
import { parseFragment } from 'parse5';
import { shownText } from './html-tree';
import { collapse, isElement } from './xml';

const TITLES = new Set('title head article-title heading h h1 h2 h3 h4 h5 h6 invention-title'.split(' '));
/** Their titles are captions. */
const FRAMES = new Set(
  'caption table table-wrap fig figure informaltable example legend tgroup source product monogr analytic series'.split(' '),
);
const PARAGRAPHS = new Set('p para simpara ab l claim-text'.split(' '));
const TABLES = new Set('table tgroup informaltable worksheet tbl'.split(' '));
const ROWS = new Set('tr row table-row'.split(' '));
const CELLS = new Set('td th entry cell table-cell tc'.split(' '));
const VERBATIM = new Set('programlisting screen literallayout codeblock preformat pre'.split(' '));
const UNREAD = new Set('script style instrtext binary bindata binarydata object-id'.split(' '));
/** Of many small elements that only make sense together. */
const ONE_LINE = new Set(
  'contrib name aff citation element-citation mixed-citation ref bibl biblstruct biblioentry bibliomixed author editor address us-citation patcit nplcit'.split(
    ' ',
  ),
);
/** Looked at for blocks below. */
const MOST_NODES = 5_000;

/** Without prefix, in small letters. */
export const nameOf = ({ name }: Element) => name.slice(name.indexOf(':') + 1).toLowerCase();

export const isNamedParagraph = (element: Element) => PARAGRAPHS.has(nameOf(element));
export const isParagraph = (element: Element) => isField(element) || hasWords(element);
export const isVerbatim = (element: Element) => VERBATIM.has(nameOf(element));
export const isUnread = (element: Element) => UNREAD.has(nameOf(element));
export const isOneLine = (element: Element) => ONE_LINE.has(nameOf(element));
export const isTitle = (element: Element) =>
  TITLES.has(nameOf(element)) &&
  !(element.parent && isElement(element.parent) && (FRAMES.has(nameOf(element.parent)) || isOneLine(element.parent)));

const isField = (element: Element) => element.children.every((child) => !isElement(child));
const hasWords = (element: Element) => element.children.some((child) => child.type === 'text' && child.data.trim() !== '');

/** Whether it holds something that stands on lines of its own. */
export function hasBlocks(element: Element): boolean {
  const open: ChildNode[] = [...element.children];
  let looked = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    looked += 1;
    if (!isElement(next)) continue;
    const name = nameOf(next);
    if (PARAGRAPHS.has(name) || VERBATIM.has(name) || TABLES.has(name) || ONE_LINE.has(name) || isTitle(next) || looked > MOST_NODES)
      return true;
    open.push(...next.children);
  }
  return false;
}

/** Its words in one line. Values may be web pages: feeds have them. */
export function said(node: ChildNode): string {
  const text = wordsOf(node);
  const isPage = /<(?:p|br|a|div|span|b|i|em|strong|ul|li|img|h[1-6])\b[^>]*>/i.test(text);
  return isPage ? shownText(parseFragment(text.replace(/<(?:br|\/p|\/li|\/div|\/h\d)\b/gi, ' $&'))) : collapse(text);
}

/** Text and CDATA below, with `between` before each element. Iterative. */
export function wordsOf(node: ChildNode, between = ''): string {
  let text = '';
  const open: ChildNode[] = [node];
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.type === 'text') text += next.data;
    else if ('children' in next && !(isElement(next) && isUnread(next))) {
      if (between !== '' && isElement(next) && !hasWordsBeside(next)) text += between;
      for (let at = next.children.length - 1; at >= 0; at -= 1) open.push(next.children[at] as ChildNode);
    }
  }
  return text;
}

/** Stands in running text, where spaces are as they are written. */
const hasWordsBeside = (element: Element) => element.parent !== null && isElement(element.parent) && hasWords(element.parent);

/** The rows of a table; empty for what is none. */
export function rowsOf(element: Element): string[][] {
  if (!TABLES.has(nameOf(element))) return [];
  return rowElements(element).map((row) =>
    row.children.filter((cell): cell is Element => isElement(cell) && CELLS.has(nameOf(cell))).map(said),
  );
}

function rowElements(element: Element): Element[] {
  const found: Element[] = [];
  const open: ChildNode[] = [...element.children].toReversed();
  for (let next = open.pop(); next; next = open.pop()) {
    if (isElement(next) && ROWS.has(nameOf(next))) found.push(next);
    else if ('children' in next) open.push(...(next.children as ChildNode[]).toReversed());
  }
  return found;
}
