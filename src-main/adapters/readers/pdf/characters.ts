/** The characters of a PDF page → lines of words with boxes, in the order of the page's content. */
import { tidy } from '../hygiene';
import type { PartWord } from '../reader';
import type { Pdfium } from './pdfium';

/** A word as it is shown; `text` is already normalised. Box in points, origin at the top left of the page as shown. */
export interface LaidWord extends PartWord {
  /** `start` and `end` are 0 until it stands in the page's text. */
  text: string;
  /** No space before it: letters of Chinese and Japanese are words of their own, so that a few of them can be highlighted. */
  glued: boolean;
}

export interface Line {
  words: LaidWord[];
  /** Most common font size of its characters, in points. */
  size: number;
  bold: boolean;
  /** The last word was cut by a hyphen at the line's end; the hyphen is not part of its text. */
  hyphenated: boolean;
  /** Words stand far apart somewhere: a table's row rather than a line of prose. */
  gapped: boolean;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** A page's lines with its size in points as shown. */
export interface LinedPage {
  number: number;
  width: number;
  height: number;
  lines: Line[];
}

/** One page that pdfium has opened, and heap to be used for its answers. */
export interface OpenPage {
  module: Pdfium;
  page: number;
  text: number;
  /** At least 64 bytes, 8-byte aligned. */
  scratch: number;
  placement: Placement;
}

const SOFT_HYPHEN = 0xad;
/** pdfium's mark of a hyphen that cuts a word at a line's end. */
const CUT = 0x02;
const BOLD_WEIGHT = 600;
const FONT_SAMPLES = 4;
/** In words; longer lines are no headings. */
const SHORT_LINE = 18;
/** Between words, in font sizes; justified prose stays well below. */
const GAP = 1.8;

const isSpace = (code: number) =>
  code <= 0x20 || code === 0xa0 || (code >= 0x2000 && code <= 0x200a) || code === 0x202f || code === 0x3000 || code === 0xfeff;
/** Han, Kana and full-width signs: written without spaces. */
export const isWide = (code: number) =>
  (code >= 0x2e80 && code <= 0x9fff) ||
  (code >= 0xf900 && code <= 0xfaff) ||
  (code >= 0xff00 && code <= 0xffef) ||
  (code >= 0x20000 && code <= 0x3ffff);
/** Where a word may be broken, or may not: no part of it, and without a place of its own. */
const isNothing = (code: number) => code === 0x200b || code === 0x2060;
/** Accents and vowels that stand above, below or around the letter before them. */
const isMark = (code: number) => code >= 0x300 && code <= LAST_CODE && !isWide(code) && MARK.test(String.fromCodePoint(code));
/** Damaged fonts name others. */
const LAST_CODE = 0x10ffff;
const MARK = /\p{M}/u;
const isBreak = (code: number) => code === 0x0a || code === 0x0d;

/** Gathers characters into words and words into lines. Numbers rather than objects: a book has millions of characters. */
class LineBuilder {
  readonly lines: Line[] = [];
  private words: LaidWord[] = [];
  private codes: number[] = [];
  private left = 0;
  private right = 0;
  private bottom = 0;
  private top = 0;
  /** Index of each word's first character. */
  private starts: number[] = [];
  private glued = false;
  /** A space came after the last letter. */
  private spaced = false;
  /** Of the letter before. */
  private lastLeft = 0;
  private lastRight = 0;
  /** How many letters at the end are of one shape, as far as they run from right to left. */
  private shape = 1;
  private wide = false;
  /** Of the line; null until it matters. */
  private upright: boolean | null = null;
  /** A view of pdfium's memory; it is replaced when that grows. */
  private heap: Float64Array;
  private readonly at: number;

  constructor(private readonly open: OpenPage) {
    this.heap = open.module.HEAPF64;
    this.at = open.scratch / 8;
  }

  /** Its box is at the start of the scratch memory. */
  character(index: number, code: number): void {
    if (this.heap.length === 0) this.heap = this.open.module.HEAPF64;
    const { heap, at } = this;
    const left = heap[at] ?? 0;
    const right = heap[at + 1] ?? 0;
    const bottom = heap[at + 2] ?? 0;
    const top = heap[at + 3] ?? 0;
    const wide = isWide(code);
    const mark = this.codes.length > 0 && isMark(code);
    // Before an accent there is no space, whatever its width.
    if (this.spaced && !mark) this.endWord(false);
    this.spaced = false;
    if (!mark && (this.codes.length > 0 || this.words.length > 0) && this.startsNewLine(index, { left, right, bottom, top }, wide))
      this.breakLine(false);
    if (this.codes.length > 0 && (wide || this.wide)) this.endWord(true);
    this.wide = wide;
    if (this.codes.length === 0) this.begin(index, left, right, bottom, top);
    let accent = 0;
    if (isRightToLeft(code)) accent = this.rightToLeft(code, left, right);
    else this.endShape();
    this.codes.push(code);
    if (accent > 0) this.codes.push(accent);
    this.lastLeft = left;
    this.lastRight = right;
    this.grow(left, right, bottom, top);
  }

  private grow(left: number, right: number, bottom: number, top: number): void {
    if (left < this.left) this.left = left;
    if (right > this.right) this.right = right;
    if (bottom < this.bottom) this.bottom = bottom;
    if (top > this.top) this.top = top;
  }

  /**
   * pdfium turns round what runs from right to left, and with it what belongs together: the letters of one shape (they have the same
   * place), a letter and its accent. Called before the letter is added; gives the accent that belongs behind it, or 0.
   */
  private rightToLeft(code: number, left: number, right: number): number {
    const { codes, lastLeft, lastRight } = this;
    if (codes.length > 0 && lastLeft === left && lastRight === right) {
      this.shape += 1;
      return 0;
    }
    this.endShape();
    const middle = (lastLeft + lastRight) / 2;
    const stands = isMark(codes.at(-1) ?? 0) && !isMark(code) && middle > left && middle < right;
    return stands ? (codes.pop() ?? 0) : 0;
  }

  /** Puts the letters of the last shape into their order; lam and alef make one in this order only. */
  private endShape(): void {
    if (this.shape === 1) return;
    const letters = this.codes.slice(-this.shape).reverse();
    if (!(letters.length === 2 && letters[1] === LAM)) this.codes.splice(-letters.length, letters.length, ...letters);
    this.shape = 1;
  }

  space(): void {
    this.spaced = true;
  }

  /** `glueNext`: the next word follows without a space. */
  private endWord(glueNext: boolean): void {
    if (this.codes.length > 0) {
      this.endShape();
      const text = normalise(this.codes);
      const { glued } = this;
      if (text !== '') {
        const { x, y, width, height } = shownBox(this.open.placement, this.left, this.right, this.bottom, this.top);
        this.words.push({ text, glued, start: 0, end: 0, x, y, width, height });
      }
      this.codes = [];
    }
    this.glued = glueNext;
  }

  breakLine(hyphenated: boolean): void {
    this.spaced = false;
    this.endWord(false);
    if (this.words.length > 0) this.lines.push(this.finishLine(hyphenated));
    this.words = [];
    this.starts = [];
    this.upright = null;
  }

  private begin(index: number, left: number, right: number, bottom: number, top: number): void {
    this.left = left;
    this.right = right;
    this.bottom = bottom;
    this.top = top;
    this.starts.push(index);
  }

  /** Size and weight are slow calls: they are asked at a few words, and the weight only where a line is short enough to be a heading. */
  private finishLine(hyphenated: boolean): Line {
    const { module, text } = this.open;
    const step = Math.max(1, Math.floor(this.starts.length / FONT_SAMPLES));
    const asked = this.starts.filter((_, at) => at % step === 0);
    const sizes = asked.map((index) => module._FPDFText_GetFontSize(text, index));
    const bold = this.words.length <= SHORT_LINE && asked.filter((index) => this.isBold(index)).length * 2 > asked.length;
    return lineOf(this.words, mode(sizes), bold, hyphenated);
  }

  private isBold(index: number): boolean {
    return this.open.module._FPDFText_GetFontWeight(this.open.text, index) >= BOLD_WEIGHT;
  }

  /** As its first letter stands. */
  private isUpright(): boolean {
    const { module, text } = this.open;
    this.upright ??= Math.round(module._FPDFText_GetCharAngle(text, this.starts[0] ?? 0) / (Math.PI / 2)) % 4 === 0;
    return this.upright;
  }

  /**
   * pdfium does not break a line between two columns whose text follows each other; no overlap in height and a step back does.
   * Both are meant as the letters run: on a turned page, the next letter of a word may well stand lower on the sheet.
   */
  private startsNewLine(index: number, box: Box, wide: boolean): boolean {
    const { left, right, bottom, top } = this;
    // The direction is a slow call: letters that overlap either way are of one line in any, and so is the next one of an upright line.
    if (box.bottom <= top && box.top >= bottom) {
      if (this.codes.length === 0 || (box.left <= right && box.right >= left)) return false;
      if (box.left > right && box.left - right < top - bottom && this.isUpright()) return false;
    }
    const quarters = Math.round(this.open.module._FPDFText_GetCharAngle(this.open.text, index) / (Math.PI / 2));
    const word = upright({ left, right, bottom, top }, quarters);
    const next = upright(box, quarters);
    const height = Math.max(word.top - word.bottom, 1);
    const away = Math.max(next.bottom - word.top, word.bottom - next.top);
    if (next.left < word.left && away > height) return true;
    const size = Math.max(height, word.right - word.left);
    const runsDown = wide && this.wide && away < size * 1.5 && Math.abs(next.left + next.right - word.left - word.right) < size;
    return !runsDown && next.left < word.right - height / 2 && away > height * CLEARLY;
  }
}

const LAM = 0x644;

const isRightToLeft = (code: number) => code >= 0x590 && code < 0x780;

interface Box {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

/** The box after its letters, which run `quarters` quarter turns to the right of upright, were turned back. */
function upright({ left, right, bottom, top }: Box, quarters: number): Box {
  switch (((quarters % 4) + 4) % 4) {
    case 1:
      return { left: -top, right: -bottom, bottom: left, top: right };
    case 2:
      return { left: -right, right: -left, bottom: -top, top: -bottom };
    case 3:
      return { left: bottom, right: top, bottom: -right, top: -left };
    default:
      return { left, right, bottom, top };
  }
}

/** Lines in content order. Words that stand far apart on one line stay on it. */
export function linesOf(open: OpenPage): Line[] {
  const { module, text } = open;
  const count = module._FPDFText_CountChars(text);
  const builder = new LineBuilder(open);
  for (let index = 0; index < count; index += 1) {
    let code = module._FPDFText_GetUnicode(text, index);
    // Letters beyond 16 bits come in two halves, the first of them with the box.
    const half = code >= 0xd800 && code < 0xdc00 && index + 1 < count ? module._FPDFText_GetUnicode(text, index + 1) : 0;
    if (half >= 0xdc00 && half < 0xe000) code = 0x10000 + ((code - 0xd800) << 10) + (half - 0xdc00);
    take(builder, open, index, code, count);
  }
  builder.breakLine(false);
  return builder.lines;
}

function take(builder: LineBuilder, open: OpenPage, index: number, code: number, count: number): void {
  const { module, text, scratch } = open;
  if (code === CUT || (code === SOFT_HYPHEN && endsLine(open, index, count))) builder.breakLine(true);
  else if (isBreak(code) && besideMark(open, index, count)) return;
  else if (isBreak(code)) builder.breakLine(false);
  else if (isSpace(code)) builder.space();
  else if (isNothing(code)) return;
  else if (module._FPDFText_GetCharBox(text, index, scratch, scratch + 8, scratch + 16, scratch + 24) !== 0) builder.character(index, code);
}

/** pdfium takes raised accents for lines of their own; whether a line really ends beside one is then told by the places of the letters. */
function besideMark({ module, text }: OpenPage, index: number, count: number): boolean {
  for (const step of [-1, 1]) {
    let at = index + step;
    while (at > 0 && at < count && isBreak(module._FPDFText_GetUnicode(text, at))) at += step;
    if (at >= 0 && at < count && isMark(module._FPDFText_GetUnicode(text, at))) return true;
  }
  return false;
}

function endsLine({ module, text }: OpenPage, index: number, count: number): boolean {
  return index + 1 < count && isBreak(module._FPDFText_GetUnicode(text, index + 1));
}

/** Most words are plain ASCII, and nothing of them changes. */
function isPlain(codes: number[]): boolean {
  for (const code of codes) if (code < 0x20 || code > 0x7e) return false;
  return true;
}

/** Letters as a reader would type them. */
export function normalise(codes: number[]): string {
  if (isPlain(codes)) return String.fromCharCode(...codes);
  return tidy(String.fromCodePoint(...codes.filter((code) => code <= LAST_CODE))).replace(/\s+/g, '');
}

/** Page space (origin bottom left, before crop and rotation) → points of the page as shown: x' = a·x + c·y + e, y' = b·x + d·y + f. */
export interface Placement {
  a: number;
  b: number;
  c: number;
  d: number;
  e: number;
  f: number;
}

/** In letter heights: accents and indices stand closer to their letters, the next line of a form does not. */
const CLEARLY = 0.3;
/** PageToDevice answers in whole units: this many of them make a point. */
const UNITS = 1_000;
const FAR = 1_000;

/** Asked for three points once a page, since two calls a word are among the dearest. */
export function placementOf(
  module: Pdfium,
  page: number,
  { width, height }: { width: number; height: number },
  scratch: number,
): Placement {
  const shown = (x: number, y: number): [number, number] => {
    module._FPDF_PageToDevice(page, 0, 0, Math.round(width * UNITS), Math.round(height * UNITS), 0, x, y, scratch, scratch + 4);
    return [(module.HEAP32[scratch / 4] ?? 0) / UNITS, (module.HEAP32[scratch / 4 + 1] ?? 0) / UNITS];
  };
  const [e, f] = shown(0, 0);
  const [right, rightDown] = shown(FAR, 0);
  const [up, upDown] = shown(0, FAR);
  return { a: (right - e) / FAR, b: (rightDown - f) / FAR, c: (up - e) / FAR, d: (upDown - f) / FAR, e, f };
}

/** A box of page space as shown. */
export function shownBox({ a, b, c, d, e, f }: Placement, left: number, right: number, bottom: number, top: number) {
  const [x1, y1] = [a * left + c * top + e, b * left + d * top + f];
  const [x2, y2] = [a * right + c * bottom + e, b * right + d * bottom + f];
  return { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) };
}

/** @param size of its font, in points */
export function lineOf(words: LaidWord[], size: number, bold: boolean, hyphenated: boolean): Line {
  let [left, right, top, bottom] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let gapped = false;
  let end = words[0]?.x ?? 0;
  for (const { x, y, width, height } of words) {
    if (x - end > size * GAP) gapped = true;
    end = x + width;
    if (x < left) left = x;
    if (end > right) right = end;
    if (y < top) top = y;
    if (y + height > bottom) bottom = y + height;
  }
  return { words, bold, hyphenated, size, gapped, left, right, top, bottom };
}

function mode(values: number[]): number {
  const counts = new Map<number, number>();
  let best = 0;
  for (const value of values) {
    const rounded = Math.round(value * 2) / 2;
    const count = (counts.get(rounded) ?? 0) + 1;
    counts.set(rounded, count);
    if (count > (counts.get(best) ?? 0)) best = rounded;
  }
  return best;
}
