/**
 * A second way into a PDF, by pdf.js: slower than pdfium, but it repairs more damaged files, and it knows the text of fonts that are
 * neither embedded nor on this machine, as Chinese and Japanese documents like to use; pdfium drops their letters, having no shape for them.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist';
import { isWide, type LaidWord, type Line, type LinedPage, lineOf, normalise } from './characters';

type TextItem = Extract<Awaited<ReturnType<PDFPageProxy['getTextContent']>>['items'][number], { str: string }>;

export interface SecondReader {
  pages: number;
  /** @param index from 0. A page that cannot be read is empty. */
  page(index: number): Promise<LinedPage>;
  close(): Promise<void>;
}

/** Null when pdf.js cannot open it either. */
export async function openSecond(bytes: Uint8Array, password: string | null): Promise<SecondReader | null> {
  const pdfjs = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const root = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  const task = pdfjs.getDocument({
    data: bytes,
    ...(password === null ? {} : { password }),
    cMapUrl: `${join(root, 'cmaps')}/`,
    cMapPacked: true,
    standardFontDataUrl: `${join(root, 'standard_fonts')}/`,
    disableFontFace: true,
    useSystemFonts: false,
    verbosity: 0,
  });
  try {
    const document: PDFDocumentProxy = await task.promise;
    return {
      pages: document.numPages,
      page: (index) => readPage(document, index + 1),
      close: () => task.destroy(),
    };
  } catch {
    await task.destroy();
    return null;
  }
}

async function readPage(document: PDFDocumentProxy, number: number): Promise<LinedPage> {
  try {
    const page = await document.getPage(number);
    const { width, height } = page.getViewport({ scale: 1 });
    const lines = await linesOf(page);
    page.cleanup();
    return { number, width, height, lines };
  } catch {
    return { number, width: 0, height: 0, lines: [] };
  }
}

async function linesOf(page: PDFPageProxy): Promise<Line[]> {
  const { items } = await page.getTextContent();
  const builder = new Lines(page.getViewport({ scale: 1 }).transform as Matrix);
  for (const item of items) if ('str' in item) builder.add(item);
  return builder.end();
}

type Matrix = [number, number, number, number, number, number];

/** Where a run of letters stands: its start on the base line, and unit steps along and up, all as shown. */
interface Place {
  x: number;
  y: number;
  along: [number, number];
  up: [number, number];
  size: number;
}

/** Letters reach this far above and below the base line, in font sizes. */
const ABOVE = 0.8;
const BELOW = 0.2;
/** Runs that are less than this apart, in font sizes, are one word. */
const WORD_GAP = 0.15;

class Lines {
  private readonly lines: Line[] = [];
  private words: LaidWord[] = [];
  private last: { place: Place; width: number; wide: boolean } | null = null;
  private glued = false;

  constructor(private readonly view: Matrix) {}

  add(item: TextItem): void {
    const place = placeOf(item, this.view);
    if (item.str.trim() === '') {
      if (item.str !== '') this.glued = false;
      return;
    }
    const first = item.str.trimStart().codePointAt(0) ?? 0;
    if (this.last && !this.goesOn(place, isWide(first))) this.break();
    else if (this.last) this.glued &&= distance(this.last, place) < WORD_GAP * place.size;
    this.spread(item.str, place, item.width);
    this.glued = !/\s$/.test(item.str);
    this.last = { place, width: item.width, wide: isWide(item.str.trimEnd().codePointAt(item.str.trimEnd().length - 1) ?? 0) };
  }

  end(): Line[] {
    this.break();
    return this.lines;
  }

  /** On the same base line and not a step back; or below each other, as vertical writing goes. */
  private goesOn(place: Place, wide: boolean): boolean {
    const last = this.last;
    if (!last) return false;
    const [dx, dy] = [place.x - last.place.x, place.y - last.place.y];
    const along = dx * last.place.along[0] + dy * last.place.along[1];
    const off = dx * last.place.up[0] + dy * last.place.up[1];
    const size = Math.max(place.size, last.place.size, 1);
    if (Math.abs(off) < size * 0.5 && along > last.width - size * 0.5) return true;
    return wide && last.wide && Math.abs(along) < size * 0.3 && off < 0 && off > -size * 1.6;
  }

  /** The words of a run share its width by their letters, wide ones counting double. */
  private spread(text: string, place: Place, width: number): void {
    const total = weight(text) || 1;
    const glued = this.glued;
    for (const { 0: part, index } of text.matchAll(WORDS)) {
      const from = (weight(text.slice(0, index)) / total) * width;
      const to = (weight(text.slice(0, index + part.length)) / total) * width;
      const shown = normalise([...part].map((letter) => letter.codePointAt(0) ?? 0));
      const follows = index === 0 ? glued : !/\s/.test(text[index - 1] ?? '');
      if (shown !== '') this.words.push({ text: shown, glued: follows, start: 0, end: 0, ...box(place, from, to) });
    }
  }

  private break(): void {
    const last = this.words.at(-1);
    const hyphenated = last !== undefined && /\p{L}[-\u2010]$/u.test(last.text);
    if (hyphenated && last) last.text = last.text.slice(0, -1);
    if (this.words.length > 0) this.lines.push(lineOf(this.words, this.last?.place.size ?? 0, false, hyphenated));
    this.words = [];
    this.glued = false;
  }
}

/** Wide letters are words of their own, as in the other reader. */
const WORDS =
  /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u{20000}-\u{3ffff}]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u{20000}-\u{3ffff}]+/gu;

const weight = (text: string) => [...text].reduce((sum, letter) => sum + (isWide(letter.codePointAt(0) ?? 0) ? 2 : 1), 0);

function placeOf({ transform }: TextItem, view: Matrix): Place {
  const [a, b, c, d, e, f] = transform as Matrix;
  const turn = (x: number, y: number): [number, number] => [view[0] * x + view[2] * y, view[1] * x + view[3] * y];
  const [x, y] = turn(e, f);
  const size = Math.hypot(c, d);
  return { x: x + view[4], y: y + view[5], along: unit(turn(a, b)), up: unit(turn(c, d)), size };
}

function unit([x, y]: [number, number]): [number, number] {
  const length = Math.hypot(x, y) || 1;
  return [x / length, y / length];
}

/** From the end of the last run to the next one. */
function distance({ place, width }: { place: Place; width: number }, next: Place): number {
  return (next.x - place.x) * place.along[0] + (next.y - place.y) * place.along[1] - width;
}

function box({ x, y, along, up, size }: Place, from: number, to: number): Pick<LaidWord, 'x' | 'y' | 'width' | 'height'> {
  const corner = (way: number, height: number) =>
    [x + along[0] * way + up[0] * height * size, y + along[1] * way + up[1] * height * size] as const;
  const [x1, y1] = corner(from, ABOVE);
  const [x2, y2] = corner(to, -BELOW);
  return { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) };
}
