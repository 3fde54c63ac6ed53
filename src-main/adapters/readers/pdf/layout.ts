/** Lines of a page → its text with words and blocks: paragraphs, headings, running headers. */
import type { Block } from '../../../core/documents/chunk';
import type { Part, PartWord } from '../reader';
import { type Bookmark, headed } from './bookmarks';
import { isWide, type Line, type LinedPage } from './characters';

/** What is known of the document so far; pages are laid out one after the other. */
export class DocumentStyle {
  /** Characters by font size: the most common one is the body's. */
  private readonly sizes = new Map<number, number>();
  /** How often a line stood in the margin of a page, digits aside: running headers and footers. */
  private readonly edges = new Map<string, number>();
  /** Words that stand whole somewhere: they tell a hyphenated compound from a word cut at the line's end. */
  private readonly vocabulary = new Set<string>();
  private headings: { text: string; size: number }[] = [];
  private outline: string[] | null = null;

  learn({ lines, height }: LinedPage): void {
    for (const { size, words } of lines) {
      let length = 0;
      for (let at = 0; at < words.length; at += 1) {
        const text = words[at]?.text ?? '';
        length += text.length;
        // The last one of a line may be half a word.
        if (at + 1 < words.length && this.vocabulary.size < VOCABULARY && !this.vocabulary.has(text)) this.vocabulary.add(bare(text));
      }
      this.sizes.set(size, (this.sizes.get(size) ?? 0) + length);
    }
    for (const key of lines.filter((line) => inMargin(line, height)).map(edgeKey)) this.edges.set(key, (this.edges.get(key) ?? 0) + 1);
  }

  /** What stands between the two halves of a word cut by a hyphen at a line's end: nothing, or the hyphen of a compound. */
  joint(first: string, second: string): '' | '-' {
    const [head, tail] = [bare(first), bare(second)];
    if (!/^\p{Ll}/u.test(second)) return '-';
    if (this.vocabulary.has(head + tail)) return '';
    return this.vocabulary.has(head) && this.vocabulary.has(tail) && head.length > 2 && tail.length > 2 ? '-' : '';
  }

  get bodySize(): number {
    let best = 0;
    for (const [size, count] of this.sizes) if (count > (this.sizes.get(best) ?? 0)) best = size;
    return best;
  }

  /** In the margin, and either seen there on three pages or nothing but the page's number; an invoice's number may stand there, too. */
  isRunning(line: Line, { height, number }: LinedPage): boolean {
    if (!inMargin(line, height)) return false;
    if ((this.edges.get(edgeKey(line)) ?? 0) >= 3) return true;
    const text = wordsOf(line);
    if (line.words.length > 12 || text.length > RUNNING_LENGTH) return false;
    return ONLY_NUMBER.test(text) || [...(PAGE_NUMBER.exec(text) ?? [])].slice(1).includes(String(number));
  }

  /** A place that the document's own outline names. What looks like a heading is then only the last step of a path. */
  follow(path: string[]): void {
    this.outline = path;
    this.headings = [];
  }

  /** The path below which a heading of this size stands, itself last. */
  enter(text: string, size: number): string[] {
    if (this.outline) {
      this.headings = same(text, this.outline.at(-1) ?? '') ? [] : [{ text, size }];
      return this.path();
    }
    this.headings = [...this.headings.filter((heading) => heading.size > size + 0.4), { text, size }].slice(-MAX_DEPTH);
    return this.path();
  }

  path(): string[] {
    return [...(this.outline ?? []), ...this.headings.map(({ text }) => text)];
  }
}

const same = (one: string, other: string) =>
  one.toLowerCase().endsWith(other.toLowerCase()) || other.toLowerCase().endsWith(one.toLowerCase());
const MAX_DEPTH = 4;
const VOCABULARY = 100_000;
/** Nothing of most words has to be cut off, and looking is much cheaper than replacing. */
const BARE = /^[a-z0-9]+$/;
const bare = (word: string) => (BARE.test(word) ? word : word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''));
const MAX_HEADING_WORDS = 18;

const wordsOf = (line: Line) => line.words.map(({ text, glued }, at) => (glued || at === 0 ? text : ` ${text}`)).join('');
/** The outer twelfth of the page at top and bottom. */
const inMargin = (line: Line, height: number) => line.bottom < height / 12 || line.top > (height * 11) / 12;
/** Figures that a line begins with, that its end counts from ("3 of 12"), that it ends with. */
const PAGE_NUMBER = /^(?:(\d{1,4})\b)?(?:.*?\b(\d{1,4})\s*(?:\/|\p{Ll}{1,4})\s*\d{1,4}$)?(?:.*\b(\d{1,4})$)?/u;
const RUNNING_LENGTH = 150;
const ONLY_NUMBER = /^\P{L}?\s*(?:\d{1,4}|[ivxlc]{1,7})\s*\P{L}?$/iu;
const edgeKey = (line: Line) =>
  wordsOf(line)
    .replace(/\d+/g, '#')
    .replace(/\b[ivxlc]+\b/gi, '#');

/** Lines that belong together. */
interface Group {
  lines: Line[];
  kind: 'text' | 'heading' | 'running';
}

/**
 * Lays out one page; `style` must have learnt it. Running headers stay in the page's text and out of its blocks. Large lines of a page
 * without prose (a cover, a table of contents) head nothing that follows.
 */
export function layOut(page: LinedPage, style: DocumentStyle, bookmarks: Bookmark[] = []): Part {
  const writer = new PageWriter(style);
  const blocks: Block[] = [];
  const groups = groupsOf(page, style);
  const holdsProse = groups.some(({ kind, lines }) => kind === 'text' && wordCount(lines) >= PROSE_WORDS);
  const heads = bookmarks.length > 0 ? headed(bookmarks, groups.map(groupText)) : null;
  for (const [at, { lines, kind }] of groups.entries()) {
    for (const { path } of heads?.get(at) ?? []) style.follow(path);
    const span = writer.paragraph(lines);
    if (kind === 'running') continue;
    const title = () => writer.text.slice(span.start, span.end).replace(/\s+/g, ' ');
    const heading_path = kind === 'heading' && holdsProse ? style.enter(title(), lines[0]?.size ?? 0) : style.path();
    blocks.push({ ...span, kind, heading_path });
  }
  return { text: writer.text, page: page.number, width: page.width, height: page.height, words: writer.words, blocks };
}

const groupText = ({ lines }: Group) => lines.slice(0, 3).map(wordsOf).join(' ');
const PROSE_WORDS = 25;
const wordCount = (lines: Line[]) => lines.reduce((sum, { words }) => sum + words.length, 0);

function groupsOf(page: LinedPage, style: DocumentStyle): Group[] {
  const groups: Group[] = [];
  const body = style.bodySize;
  for (const line of page.lines) {
    const kind = style.isRunning(line, page) ? 'running' : kindOf(line, body);
    const last = groups.at(-1);
    const before = last?.lines.at(-1);
    if (last && before && last.kind === kind && !separates(before, line)) last.lines.push(line);
    else groups.push({ lines: [line], kind });
  }
  // A page with nothing else says just that.
  const alone = groups.every(({ kind }) => kind === 'running') && !page.lines.every((line) => ONLY_NUMBER.test(wordsOf(line)));
  return alone ? groups.map((group) => ({ ...group, kind: 'text' })) : groups;
}

function kindOf(line: Line, body: number): 'text' | 'heading' {
  const larger = line.size >= body * 1.12;
  if (line.words.length > MAX_HEADING_WORDS || !(larger || line.bold)) return 'text';
  const text = wordsOf(line);
  if (/[.,;]$/u.test(text) || letters(text) <= digits(text)) return 'text';
  const marked =
    line.bold && line.size >= body * 0.98 && line.words.length <= 10 && !text.endsWith(':') && /^(?:\d+(?:\.\d+)*\.?\s)?\p{Lu}/u.test(text);
  return larger || marked ? 'heading' : 'text';
}

const letters = (text: string) => text.match(/\p{L}/gu)?.length ?? 0;
const digits = (text: string) => text.match(/\p{N}/gu)?.length ?? 0;

/** A gap of more than the usual leading, a step up (next column), or another font size ends a paragraph. */
function separates(before: Line, line: Line): boolean {
  const height = Math.max(before.bottom - before.top, line.bottom - line.top, before.size * 0.7, 1);
  const gap = line.top - before.bottom;
  if (line.top < before.top - height) return !before.hyphenated && /[.!?:]$/.test(wordsOf(before));
  return gap > height * 0.95 || Math.abs(line.size - before.size) > 0.12 * Math.max(line.size, before.size);
}

/** Writes the page's text and remembers where each word went. */
class PageWriter {
  text = '';
  readonly words: PartWord[] = [];

  constructor(private readonly style: DocumentStyle) {}

  /** Returns the paragraph's span without the blank line before it. */
  paragraph(lines: Line[]): { start: number; end: number } {
    if (this.text !== '') this.text += '\n\n';
    const start = this.text.length;
    const right = Math.max(...lines.map((line) => line.right));
    const left = Math.min(...lines.map((line) => line.left));
    lines.forEach((line, index) => {
      this.line(line);
      const next = lines[index + 1];
      if (next) this.text += line.hyphenated ? this.joint(line, next) : between(line, next, left, right);
    });
    return { start, end: this.text.length };
  }

  private joint(line: Line, next: Line): string {
    return this.style.joint(line.words.at(-1)?.text ?? '', next.words[0]?.text ?? '');
  }

  private line({ words }: Line): void {
    // Every word of a book comes through here: it is placed, not copied.
    for (const [index, word] of words.entries()) {
      if (index > 0 && !word.glued) this.text += ' ';
      word.start = this.text.length;
      this.text += word.text;
      word.end = this.text.length;
      this.words.push(word);
    }
  }
}

/** A line break after a table's row, a short line or before an item of a list; else a space, or nothing in Chinese and Japanese. */
function between(line: Line, next: Line, left: number, right: number): string {
  const first = next.words[0]?.text ?? '';
  const flows = line.right >= left + (right - left) * 0.8 && !line.gapped && !next.gapped;
  if (!flows || /^(?:[-–•▪‣*]|\(?\d{1,3}[.)]|\(?[a-z][.)])$/u.test(first)) return '\n';
  const last = line.words.at(-1)?.text ?? '';
  return isWide(last.codePointAt(0) ?? 0) && isWide(first.codePointAt(0) ?? 0) ? '' : ' ';
}
