/** Lines of a page → its text with words and blocks: paragraphs, headings, running headers. */
import type { Block } from '../../../core/documents/chunk';
import type { Part, PartWord } from '../reader';
import type { Line } from './characters';

/** What is known of the document so far; pages are laid out one after the other. */
export class DocumentStyle {
  /** Characters by font size: the most common one is the body's. */
  private readonly sizes = new Map<number, number>();
  /** How often a line stood first or last on a page, digits aside: running headers and footers. */
  private readonly edges = new Map<string, number>();
  private headings: { text: string; size: number }[] = [];

  learn(lines: Line[]): void {
    for (const { size, words } of lines) {
      const length = words.reduce((sum, { text }) => sum + text.length, 0);
      this.sizes.set(size, (this.sizes.get(size) ?? 0) + length);
    }
    for (const key of edgeLines(lines).map(edgeKey)) this.edges.set(key, (this.edges.get(key) ?? 0) + 1);
  }

  get bodySize(): number {
    let best = 0;
    for (const [size, count] of this.sizes) if (count > (this.sizes.get(best) ?? 0)) best = size;
    return best;
  }

  /** Seen at the edge of at least three pages. */
  isRunning(line: Line): boolean {
    return (this.edges.get(edgeKey(line)) ?? 0) >= 3;
  }

  /** The path below which a heading of this size stands, itself last. */
  enter(text: string, size: number): string[] {
    this.headings = [...this.headings.filter((heading) => heading.size > size + 0.4), { text, size }].slice(-MAX_DEPTH);
    return this.path();
  }

  path(): string[] {
    return this.headings.map(({ text }) => text);
  }
}

const MAX_DEPTH = 4;
const MAX_HEADING_WORDS = 18;

const wordsOf = (line: Line) => line.words.map(({ text }) => text).join(' ');
const edgeLines = (lines: Line[]) => [...new Set([...lines.slice(0, 2), ...lines.slice(-2)])];
const edgeKey = (line: Line) =>
  wordsOf(line)
    .replace(/\d+/g, '#')
    .replace(/\b[ivxlc]+\b/gi, '#');

/** Lines that belong together. */
interface Group {
  lines: Line[];
  kind: 'text' | 'heading' | 'running';
}

/** Lays out one page; `style` must have learnt it. */
export function layOut(lines: Line[], style: DocumentStyle, page: number, width: number, height: number): Part {
  const writer = new PageWriter();
  const blocks: Block[] = [];
  for (const { lines: group, kind } of groupsOf(lines, style)) {
    const span = writer.paragraph(group);
    if (kind === 'running') continue;
    const heading_path =
      kind === 'heading' ? style.enter(writer.text.slice(span.start, span.end).replace(/\s+/g, ' '), group[0]?.size ?? 0) : style.path();
    blocks.push({ ...span, kind: kind === 'heading' ? 'heading' : 'text', heading_path });
  }
  return { text: writer.text, page, width, height, words: writer.words, blocks };
}

function groupsOf(lines: Line[], style: DocumentStyle): Group[] {
  const groups: Group[] = [];
  const body = style.bodySize;
  for (const line of lines) {
    const kind = kindOf(line, style, body);
    const last = groups.at(-1);
    const before = last?.lines.at(-1);
    if (last && before && last.kind === kind && !separates(before, line)) last.lines.push(line);
    else groups.push({ lines: [line], kind });
  }
  return groups;
}

function kindOf(line: Line, style: DocumentStyle, body: number): Group['kind'] {
  if (style.isRunning(line)) return 'running';
  const text = wordsOf(line);
  const short = line.words.length <= MAX_HEADING_WORDS && /\p{L}/u.test(text) && !/[.,;:]$/u.test(text);
  const larger = line.size >= body * 1.12;
  const marked = line.bold && line.size >= body * 0.98 && line.words.length <= 10 && /^(?:\d+(?:\.\d+)*\.?\s)?\p{Lu}/u.test(text);
  return short && (larger || marked) ? 'heading' : 'text';
}

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

  /** Returns the paragraph's span without the blank line before it. */
  paragraph(lines: Line[]): { start: number; end: number } {
    if (this.text !== '') this.text += '\n\n';
    const start = this.text.length;
    const right = Math.max(...lines.map((line) => line.right));
    const left = Math.min(...lines.map((line) => line.left));
    lines.forEach((line, index) => {
      this.line(line);
      const next = lines[index + 1];
      if (next) this.text += between(line, next, left, right);
    });
    return { start, end: this.text.length };
  }

  private line({ words }: Line): void {
    words.forEach(({ text, ...box }, index) => {
      if (index > 0) this.text += ' ';
      const start = this.text.length;
      this.text += text;
      this.words.push({ start, end: this.text.length, ...box });
    });
  }
}

/** Nothing after a cut word, a space within flowing text, a line break after a short line (a table's row, an item of a list). */
function between(line: Line, next: Line, left: number, right: number): string {
  if (line.hyphenated) return /^\p{Ll}/u.test(next.words[0]?.text ?? '') ? '' : '-';
  const flows = line.right >= left + (right - left) * 0.8;
  return flows && !/^(?:[-–•▪‣*]|\(?\d{1,3}[.)]|\(?[a-z][.)])$/u.test(next.words[0]?.text ?? '') ? ' ' : '\n';
}
