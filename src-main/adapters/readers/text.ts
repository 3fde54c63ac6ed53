/** Reading plain text, logs, source code, CSV and JSON. */
import { readFile } from 'node:fs/promises';
import type { Block } from '../../core/documents/chunk';
import { decodeText } from './decode';
import { partsOf, type TextBlock } from './parts';
import type { Reading, SourceFile } from './reader';

/** What programmers (PEP 263, Emacs, Vim) and style sheets write in the first lines of a file. */
const CODING = /^(?:.*\n)?.*?(?:coding[:=]\s*|@charset ")([-\w.]+)/;
const HEAD_BYTES = 300;
const EMPTY_LINE = /\n[^\S\n]*\n/g;

/** Opens a text file; paragraphs are what empty lines part. */
export async function readText({ path }: SourceFile): Promise<Reading> {
  const bytes = await readFile(path);
  const { text, encoding } = decodeText(bytes, CODING.exec(bytes.subarray(0, HEAD_BYTES).toString('latin1'))?.[1]);
  return { total: null, paged: false, metadata: () => ({ encoding }), parts: partsOf(paragraphsOf(text)) };
}

/** What empty lines part. */
export function* paragraphsOf(text: string, kind: Block['kind'] = 'text'): Generator<TextBlock> {
  let start = 0;
  for (const gap of text.matchAll(EMPTY_LINE)) {
    yield* paragraph(text.slice(start, gap.index), kind);
    start = gap.index + gap[0].length;
  }
  yield* paragraph(text.slice(start), kind);
}

function* paragraph(raw: string, kind: Block['kind']): Generator<TextBlock> {
  const text = raw.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd();
  if (text.trim() !== '') yield { text, kind, heading_path: [] };
}
