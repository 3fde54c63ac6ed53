/** Reading Markdown (CommonMark with GitHub's tables): headings make the outline, text comes without its marks. */
import { readFile } from 'node:fs/promises';
import type { List, ListItem, Nodes, RootContent } from 'mdast';
import { parseFragment } from 'parse5';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { decodeText } from './decode';
import { htmlBlocks } from './html-blocks';
import { createOutline, type Outline } from './outline';
import { partsOf, type TextBlock } from './parts';
import type { Reading, SourceFile } from './reader';
import { tableBlocks } from './tables';

/** Longer files are parsed piece by piece, since the tree takes some fifty times the memory of the text. */
const PIECE_LENGTH = 256 * 1024;
const FRONT_MATTER = /^---\n([\s\S]*?)\n(?:---|\.\.\.)(?:\n|$)/;
const FIELD = /^(title|author|date|language|lang|subject|keywords):[^\S\n]*["']?(.+?)["']?[^\S\n]*$/gm;

/** Opens a Markdown file. */
export async function readMarkdown({ path }: SourceFile): Promise<Reading> {
  const { text, encoding } = decodeText(await readFile(path));
  const front = FRONT_MATTER.exec(text);
  const fields = Object.fromEntries([...(front?.[1] ?? '').matchAll(FIELD)].map(([, key, value]) => [key, value]));
  const body = front ? text.slice(front[0].length) : text;
  return { total: null, paged: false, parts: partsOf(markdownBlocks(body)), metadata: () => ({ encoding, ...fields }) };
}

/** The blocks of a text, below the headings of `outline`. */
export function* markdownBlocks(text: string, outline: Outline = createOutline()): Generator<TextBlock> {
  const parser = unified().use(remarkParse).use(remarkGfm);
  for (const piece of pieces(text)) for (const node of parser.parse(piece).children) yield* blocksOfNode(node, outline);
}

/** Stretches that begin at a heading outside of fenced code. */
function* pieces(text: string): Generator<string> {
  let start = 0;
  let fenced = false;
  for (const { 0: line, index } of text.matchAll(/^(?:#{1,6}\s|\s{0,3}(?:```|~~~)).*$/gm)) {
    if (!line.startsWith('#')) fenced = !fenced;
    else if (!fenced && index - start > PIECE_LENGTH) {
      yield text.slice(start, index);
      start = index;
    }
  }
  yield text.slice(start);
}

function* blocksOfNode(node: RootContent, outline: Outline): Generator<TextBlock> {
  const block = (text: string, kind: TextBlock['kind'] = 'text'): TextBlock => ({ text, kind, heading_path: outline.path() });
  switch (node.type) {
    case 'heading': {
      const title = inline(node).replace(/\s+/g, ' ').trim();
      if (title !== '') outline.enter(node.depth, title);
      yield block(title, 'heading');
      break;
    }
    case 'table':
      yield* tableBlocks(
        node.children.map((row) => row.children.map(inline)),
        outline.path(),
      );
      break;
    case 'list':
      yield block(listText(node, ''));
      break;
    case 'blockquote':
    case 'footnoteDefinition':
      for (const child of node.children) yield* blocksOfNode(child, outline);
      break;
    case 'html':
      yield* htmlBlocks(parseFragment(node.value), outline);
      break;
    case 'definition':
    case 'thematicBreak':
      break;
    default:
      yield block(inline(node).trim());
  }
}

/** The words of a node without any marks. */
function inline(node: Nodes): string {
  if (node.type === 'break') return '\n';
  if (node.type === 'html') return /^<br\b/i.test(node.value) ? '\n' : '';
  if (node.type === 'image' || node.type === 'imageReference') return node.alt ?? '';
  if ('value' in node) return node.value;
  return 'children' in node ? node.children.map(inline).join('') : '';
}

function listText(list: List, indent: string): string {
  const first = list.start ?? 1;
  return list.children.map((item, at) => itemText(item, indent, list.ordered ? `${first + at}.` : '-')).join('\n');
}

function itemText({ children, checked }: ListItem, indent: string, mark: string): string {
  const box = typeof checked === 'boolean' ? `[${checked ? 'x' : ' '}] ` : '';
  const lines = children.map((child, at) => {
    if (child.type === 'list') return listText(child, `${indent}  `);
    const text = blockText(child).replaceAll('\n', `\n${indent}  `);
    return at === 0 ? `${indent}${mark} ${box}${text}` : `${indent}  ${text}`;
  });
  return lines.join('\n');
}

/** What stands inside a list item, where headings open nothing. */
function blockText(node: RootContent): string {
  return [...blocksOfNode(node, createOutline())].map(({ text }) => text).join('\n');
}
