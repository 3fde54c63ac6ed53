/** Reading documents in a markup language of lines: reStructuredText, AsciiDoc, Org, LaTeX. */
import { readFile } from 'node:fs/promises';
import { decodeText } from '../decode';
import { MIME } from '../mime';
import { partsOf, type TextBlock } from '../parts';
import type { Reader } from '../reader';
import { paragraphsOf } from '../text';
import { asciidocBlocks } from './asciidoc';
import { latexBlocks } from './latex';
import { orgBlocks } from './org';
import { rstBlocks } from './rst';

/** No person writes longer ones: they stay as they are. */
const MARKUP_LENGTH = 16 * 1024 * 1024;

const LANGUAGES: Record<string, (text: string) => TextBlock[]> = {
  [MIME.rst]: rstBlocks,
  [MIME.asciidoc]: asciidocBlocks,
  [MIME.org]: orgBlocks,
  [MIME.latex]: latexBlocks,
};

/** The reader of one language; null for a kind that is none. */
export function markupReader(mime_type: string): Reader | null {
  const blocksOf = LANGUAGES[mime_type];
  if (!blocksOf) return null;
  return async ({ path }) => {
    const { text, encoding } = decodeText(await readFile(path));
    const blocks = text.length > MARKUP_LENGTH ? paragraphsOf(text) : blocksOf(text);
    return { total: null, paged: false, metadata: () => ({ encoding }), parts: partsOf(blocks) };
  };
}
