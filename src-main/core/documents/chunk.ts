/** The chunker: blocks of a page → chunks that respect structure, each a slice of the document's text. */
import type { ChunkDraft } from '../ports/records';
import { codePointLength } from './code-points';
import { splitSentences } from './sentences';

/** A paragraph, list, table or heading, as UTF-16 offsets into the text of its page. Blocks are in order and do not overlap. */
export interface Block {
  start: number;
  end: number;
  kind: 'text' | 'heading' | 'table';
  heading_path: string[];
}

/** One page, or one part of a document without pages. */
export interface PageText {
  text: string;
  /** Code-point offset of `text` in the document's content. */
  char_start: number;
  /** Null where the format has no pages. */
  page: number | null;
  blocks: Block[];
}

/**
 * About 200 words: what small embedding models were trained on and what still fits their window of 256 to 512 word pieces.
 * A letter of a script without spaces is about one word piece, a letter of others about a quarter.
 */
const TARGET_COST = 1_100;
const MAX_COST = 1_500;
const WIDE_LETTER_COST = 3.5;
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/gu;

/** None of them is below Thai; most texts have nothing above, and telling that is many times cheaper than counting. */
const MAYBE_WIDE = /[\u0e00-\uffff]/;

const cost = (text: string) =>
  MAYBE_WIDE.test(text) ? text.length + (text.match(WIDE)?.length ?? 0) * (WIDE_LETTER_COST - 1) : text.length;

interface Piece {
  start: number;
  end: number;
  cost: number;
  heading_path: string[];
  kind: Block['kind'];
}

/**
 * Chunks of one page: never across pages, never across headings; paragraphs are kept whole where they fit, else cut at sentences,
 * tables at rows. All text but white space is in exactly one chunk, in order. Deterministic.
 * @param ordinal number of the first chunk
 */
export function chunkPage(page: PageText, ordinal: number): ChunkDraft[] {
  const pieces = page.blocks.flatMap((block) => cut(page.text, block));
  // Counted on from chunk to chunk: a sheet of a workbook can be a page of many megabytes.
  let counted = 0;
  let char_start = page.char_start;
  return gather(pieces).map(({ start, end, heading_path }, index) => {
    const raw = page.text.slice(start, end);
    const from = start + (raw.length - raw.trimStart().length);
    char_start += codePointLength(page.text.slice(counted, from));
    counted = from;
    return draft(page, raw.trim(), char_start, heading_path, ordinal + index);
  });
}

function draft(page: PageText, text: string, char_start: number, heading_path: string[], ordinal: number): ChunkDraft {
  return {
    ordinal,
    text,
    heading_path,
    page_from: page.page,
    page_to: page.page,
    char_start,
    char_end: char_start + codePointLength(text),
  };
}

/** A block as one piece, or as several when it is too long. */
function cut(text: string, { start, end, heading_path, kind }: Block): Piece[] {
  const body = text.slice(start, end);
  if (body.trim() === '') return [];
  const whole = { start, end, cost: cost(body), heading_path, kind };
  if (whole.cost <= MAX_COST) return [whole];
  const ends = kind === 'table' ? lineEnds(body) : splitSentences(body).map((sentence) => sentence.end);
  return fill(body, ends).map((span) => ({
    start: start + span.start,
    end: start + span.end,
    cost: cost(body.slice(span.start, span.end)),
    heading_path,
    kind,
  }));
}

function lineEnds(text: string): number[] {
  const ends: number[] = [];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) ends.push(at + 1);
  return [...ends, text.length];
}

/** Spans up to the target that end at one of `ends`; a single sentence or row that is too long is cut at white space. */
function fill(text: string, ends: number[]): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = [];
  let start = 0;
  let last = 0;
  for (const end of [...ends.filter((at) => at < text.length), text.length]) {
    if (last > start && cost(text.slice(start, end)) > TARGET_COST) {
      spans.push({ start, end: last });
      start = last;
    }
    last = end;
    while (cost(text.slice(start, last)) > MAX_COST) {
      const at = hardCut(text, start);
      spans.push({ start, end: at });
      start = at;
    }
  }
  if (last > start) spans.push({ start, end: last });
  return spans;
}

/** A place at or before the most that a chunk may hold, after white space if there is any, never inside a surrogate pair. */
function hardCut(text: string, start: number): number {
  let at = Math.min(text.length, start + MAX_COST);
  while (cost(text.slice(start, at)) > MAX_COST) at = start + Math.floor((at - start) * 0.9);
  const space = text.slice(start, at).search(/\s\S*$/u);
  if (space > (at - start) / 2) return start + space + 1;
  return /[\uDC00-\uDFFF]/.test(text[at] ?? '') ? at - 1 : at;
}

/** Small neighbours under the same headings are put together; a heading stays with what follows it. */
function gather(pieces: Piece[]): Piece[] {
  const chunks: Piece[] = [];
  for (const piece of pieces) {
    const last = chunks.at(-1);
    if (last && fits(last, piece)) {
      chunks[chunks.length - 1] = { ...piece, start: last.start, cost: last.cost + piece.cost };
    } else chunks.push(piece);
  }
  return chunks;
}

function fits(before: Piece, piece: Piece): boolean {
  if (before.cost + piece.cost > (before.kind === 'heading' ? MAX_COST : TARGET_COST)) return false;
  return before.heading_path.join('\n') === piece.heading_path.join('\n');
}
