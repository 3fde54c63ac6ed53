/** A recognised picture → one page of a document: its text, word boxes in points and a block for each paragraph. */
import type { Block } from '../../../core/documents/chunk';
import type { Part, PartWord } from '../reader';
import type { RecognisedLine } from './lines';
import type { Recognition } from './recognise';

/** What a word becomes when a hyphen divides it at the end of a line. */
const DIVIDED = /^\p{L}.*\p{Ll}[-\u00ad‐]$/u;

/** `points` is how many points one pixel of the picture measures: 72 divided by its dots per inch. */
export function partOf({ lines, width, height }: Recognition, page: number, points: number, label: string | null = null): Part {
  const part: Part = { text: '', page, label, width: width * points, height: height * points, words: [], blocks: [] };
  const blocks: Block[] = [];
  for (const paragraph of paragraphsOf(lines)) {
    if (part.text !== '') part.text += '\n\n';
    const start = part.text.length;
    for (const [at, line] of paragraph.entries()) write(part, line, paragraph[at + 1] ?? null, points);
    blocks.push({ start, end: part.text.length, kind: 'text', heading_path: [] });
  }
  return { ...part, blocks };
}

function paragraphsOf(lines: RecognisedLine[]): RecognisedLine[][] {
  const paragraphs: RecognisedLine[][] = [];
  for (const line of lines) {
    const last = paragraphs.at(-1);
    if (last && last[0]?.paragraph === line.paragraph) last.push(line);
    else paragraphs.push([line]);
  }
  return paragraphs;
}

/** One line, and what stands between it and the next. */
function write(part: Part, { words }: RecognisedLine, next: RecognisedLine | null, points: number): void {
  const following = next?.words[0]?.text ?? '';
  words.forEach((word, at) => {
    if (at > 0 && !word.glued) part.text += ' ';
    const joins = at === words.length - 1 && DIVIDED.test(word.text) && /^\p{Ll}/u.test(following);
    const text = joins ? word.text.slice(0, -1) : word.text;
    const start = part.text.length;
    part.text += text;
    part.words.push(boxed({ start, end: part.text.length }, word, points));
    if (at === words.length - 1 && next && !joins) part.text += WIDE_END.test(text) && WIDE_START.test(following) ? '' : ' ';
  });
}

const WIDE_END = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]$/u;
const WIDE_START = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;

function boxed(span: { start: number; end: number }, box: Omit<PartWord, 'start' | 'end'>, points: number): PartWord {
  const { x, y, width, height } = box;
  return { ...span, x: x * points, y: y * points, width: width * points, height: height * points };
}
