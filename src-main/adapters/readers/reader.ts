/** What every reader gives: a document as parts (pages, or stretches of a text without pages), each with its blocks. */
import type { Block } from '../../core/documents/chunk';

/** A word with its box in points, origin at the top left of the page as shown; offsets are UTF-16 within the part's text. */
export interface PartWord {
  start: number;
  end: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Part {
  text: string;
  /** Counts from 1; null where the format has no pages. */
  page: number | null;
  width: number | null;
  height: number | null;
  words: PartWord[];
  blocks: Block[];
}

/** A document being read. Parts come in order; `metadata` is complete once all have come. */
export interface Reading {
  /** How many parts there will be, when the format tells. */
  total: number | null;
  parts: AsyncIterable<Part> | Iterable<Part>;
  metadata(): Record<string, unknown>;
  /** Whether parts are pages. */
  paged: boolean;
}

/** Opens a file. Throws DocumentError when it cannot be read. */
export type Reader = (path: string) => Promise<Reading>;
