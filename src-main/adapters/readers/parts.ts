/** Blocks of a text without pages → parts of a size that can be stored, sent and shown one by one. */
import type { Block } from '../../core/documents/chunk';
import { tidy } from './hygiene';
import type { Part } from './reader';

/** A paragraph, heading, list, table… as it will stand in the content. */
export interface TextBlock {
  text: string;
  kind: Block['kind'];
  heading_path: string[];
}

/** UTF-16 units; about seven printed pages. */
const PART_LENGTH = 20_000;
const BETWEEN = '\n\n';

/** One part of all the blocks: a slide, a sheet, a chapter that must stay one page. */
export function pagePart(blocks: Iterable<TextBlock>, page: number, label: string | null): Part {
  const part: Part = { ...emptyPart(), page, label };
  for (const block of blocks) append(part, tidied(block));
  return part;
}

const tidied = ({ text, kind, heading_path }: TextBlock): TextBlock => ({
  text: tidy(text),
  kind,
  heading_path: heading_path.map(tidy),
});

/** The same blocks below further headings. */
export const shiftPath = (blocks: Block[], above: string[]): Block[] =>
  blocks.map((block) => ({ ...block, heading_path: [...above, ...block.heading_path] }));

/** Parts of at most `PART_LENGTH`, cut between blocks; only a longer block is cut, at line ends where it has some. */
export function* partsOf(blocks: Iterable<TextBlock>): Generator<Part> {
  let part = emptyPart();
  for (const block of blocks) {
    for (const { text, kind, heading_path } of divide(tidied(block))) {
      if (part.text !== '' && part.text.length + BETWEEN.length + text.length > PART_LENGTH) {
        yield part;
        part = emptyPart();
      }
      append(part, { text, kind, heading_path });
    }
  }
  if (part.text !== '') yield part;
}

function append(part: Part, { text, kind, heading_path }: TextBlock): void {
  if (text.trim() === '') return;
  const start = part.text === '' ? 0 : part.text.length + BETWEEN.length;
  part.text += start === 0 ? text : BETWEEN + text;
  part.blocks.push({ start, end: start + text.length, kind, heading_path });
}

const emptyPart = (): Part => ({ text: '', page: null, width: null, height: null, words: [], blocks: [] });

function* divide({ text, kind, heading_path }: TextBlock): Generator<TextBlock> {
  let start = 0;
  while (text.length - start > PART_LENGTH) {
    const end = cutPlace(text, start);
    yield { text: text.slice(start, end).trimEnd(), kind, heading_path };
    start = end;
  }
  const rest = text.slice(start).trimEnd();
  if (rest.trim() !== '') yield { text: rest, kind, heading_path };
}

/** After the last line end, else the last space, of the allowed length; else between two characters. */
function cutPlace(text: string, start: number): number {
  const limit = start + PART_LENGTH;
  // Only within the latter half, since a text may have no space in a hundred million letters.
  const middle = start + PART_LENGTH / 2;
  const half = text.slice(middle, limit);
  for (const mark of ['\n', ' ']) {
    const at = half.lastIndexOf(mark);
    if (at !== -1) return middle + at + 1;
  }
  return /[\uDC00-\uDFFF]/.test(text[limit] ?? '') ? limit - 1 : limit;
}
