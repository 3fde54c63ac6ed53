/** Reading web pages: what a browser would show, without scripts, menus and hidden parts. */
import { readFile } from 'node:fs/promises';
import { parse } from 'parse5';
import { decodeText } from './decode';
import { htmlBlocks } from './html-blocks';
import { attribute, findAll, type HtmlNode, shownText } from './html-tree';
import { partsOf } from './parts';
import type { Reading, SourceFile } from './reader';

/** Where browsers look for a declared encoding (HTML Standard, "prescan a byte stream"). */
const PRESCAN_BYTES = 1024;
const CHARSET = /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)|<\?xml[^>]+encoding\s*=\s*["']([\w-]+)/i;

/** Opens a web page. */
export async function readHtml({ path }: SourceFile): Promise<Reading> {
  const bytes = await readFile(path);
  const declared = CHARSET.exec(bytes.subarray(0, PRESCAN_BYTES).toString('latin1'));
  const { text, encoding } = decodeText(bytes, declared?.[1] ?? declared?.[2] ?? null);
  const root = parse(text);
  return {
    total: null,
    paged: false,
    parts: partsOf(htmlBlocks(root)),
    metadata: () => ({ encoding, ...metadataOf(root) }),
  };
}

function metadataOf(root: HtmlNode): Record<string, unknown> {
  const [html] = findAll(root, ['html']);
  const [title] = findAll(root, ['title']);
  const author = findAll(root, ['meta']).find((meta) => attribute(meta, 'name')?.toLowerCase() === 'author');
  const found = {
    title: title && shownText(title),
    author: author && attribute(author, 'content'),
    language: html && attribute(html, 'lang'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value));
}
