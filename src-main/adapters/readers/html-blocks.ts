/** A tree of HTML → the blocks that a browser would show: headings, paragraphs, lists, tables, code. */
import {
  attribute,
  childrenOf,
  collapse,
  findAll,
  type HtmlElement,
  type HtmlNode,
  isElement,
  isHidden,
  isUnseenFormula,
  rawText,
  SAYING,
  saidBy,
  shownText,
} from './html-tree';
import { createOutline, type Outline } from './outline';
import type { TextBlock } from './parts';
import { type Cell, spread, tableBlocks } from './tables';

const INLINE = new Set(
  'a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr picture q ruby rb rt rp s samp small source span strike strong sub sup time tt u var wbr output'.split(
    ' ',
  ),
);
const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];
const CELLS = ['td', 'th'];
const LISTS = ['ul', 'ol', 'menu'];
/** What a list item or a cell may hold only when it serves the layout rather than as an item or a cell. */
const STRUCTURE = [...HEADINGS, 'table', 'pre', 'article', 'section'];
/** Deeper trees are given as plain text: they come from broken or hostile pages, and recursion must end. */
const MAX_DEPTH = 300;
const LINE_BREAK = '\u2028';

/** The blocks under `root`, below the headings of `outline`. */
export function htmlBlocks(root: HtmlNode, outline: Outline = createOutline(), from = 0): TextBlock[] {
  const blocks: TextBlock[] = [];
  let line = '';

  const push = (text: string, kind: TextBlock['kind'] = 'text') => {
    if (text.trim() !== '') blocks.push({ text, kind, heading_path: outline.path() });
  };
  const flush = () => {
    push(line.split(LINE_BREAK).map(collapse).join('\n').trim());
    line = '';
  };

  function block(element: HtmlElement, depth: number): void {
    flush();
    const { tagName } = element;
    const level = HEADINGS.indexOf(tagName) + 1;
    if (level > 0) {
      const title = shownText(element);
      if (title !== '') outline.enter(level, title);
      push(title, 'heading');
    } else if (tagName === 'pre') push(rawText(element).replace(/^\n|\s+$/g, ''));
    else if (LISTS.includes(tagName) && !hasStructure(element)) push(listText(element, '', depth));
    else if (tagName === 'table' && !isLayout(element)) {
      push(findAll(element, ['caption']).map(shownText).join(' '));
      for (const part of tableBlocks(spread(rowsOf(element, depth)), outline.path())) push(part.text, 'table');
    } else {
      walk(element, depth + 1);
      flush();
    }
  }

  function walk(node: HtmlNode, depth: number): void {
    if (depth > MAX_DEPTH) {
      line += rawText(node);
      return;
    }
    for (const child of childrenOf(node)) {
      const own = ownText(child);
      if (own !== null) line += own;
      else if (!isElement(child)) continue;
      else if (INLINE.has(child.tagName)) walk(child, depth + 1);
      else block(child, depth);
    }
  }

  walk(root, from);
  flush();
  return blocks;
}

/** What a node says by itself; null for elements whose content is to be walked through. */
function ownText(node: HtmlNode): string | null {
  if (node.nodeName === '#text' && 'value' in node) return node.value;
  if (!isElement(node) || (isHidden(node) && !isUnseenFormula(node))) return '';
  if (node.tagName === 'br') return LINE_BREAK;
  return SAYING.has(node.tagName) ? (saidBy(node) ?? '') : null;
}

const hasStructure = (element: HtmlElement) => findAll(element, STRUCTURE).length > 0;

/** A table that only places things: one column, or with headings or tables inside. */
function isLayout(table: HtmlElement): boolean {
  return hasStructure(table) || findAll(table, ['tr']).every((row) => findAll(row, CELLS).length < 2);
}

function rowsOf(table: HtmlElement, depth: number): Cell[][] {
  return findAll(table, ['tr'])
    .filter((row) => !isHidden(row))
    .map((row) =>
      findAll(row, CELLS).map((cell) => ({ text: cellText(cell, depth + 1), columns: span(cell, 'colspan'), rows: span(cell, 'rowspan') })),
    );
}

/** The blocks of a cell in one line; words of two paragraphs must not run together. */
function cellText(cell: HtmlElement, depth: number): string {
  return htmlBlocks(cell, createOutline(), depth)
    .map(({ text }) => text)
    .join(' ');
}

const span = (cell: HtmlElement, name: string) => Math.max(1, Number.parseInt(attribute(cell, name) ?? '1', 10) || 1);

/** One line for each item, nested ones indented, ordered ones with their numbers. */
function listText(list: HtmlElement, indent: string, depth: number): string {
  let number = Number.parseInt(attribute(list, 'start') ?? '1', 10) || 1;
  const lines: string[] = [];
  for (const item of findAll(list, ['li'])) {
    if (isHidden(item)) continue;
    const mark = list.tagName === 'ol' ? `${number++}.` : '-';
    const nested = depth < MAX_DEPTH ? item.childNodes.filter((child) => isElement(child) && LISTS.includes(child.tagName)) : [];
    const own = cellText({ ...item, childNodes: item.childNodes.filter((child) => !nested.includes(child)) }, depth + 2);
    if (own !== '') lines.push(`${indent}${mark} ${own.replaceAll('\n', ' ')}`);
    for (const inner of nested) if (isElement(inner) && !isHidden(inner)) lines.push(listText(inner, `${indent}  `, depth + 2));
  }
  return lines.join('\n');
}
