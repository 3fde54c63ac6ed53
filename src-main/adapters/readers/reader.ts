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
  /** Counts from 1 (page, slide, sheet); null where the format has no pages. A page comes as one part. */
  page: number | null;
  /** What people call the page where that is more than its number: "iv", a sheet's name, a file within an archive. */
  label?: string | null;
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
  /** Whether all parts are pages; else some still may be, such as those of a PDF within a mail. */
  paged: boolean;
}

/** A file to be read. */
export interface SourceFile {
  path: string;
  filename: string;
  /** Given by the person for files that ask for one. */
  password: string | null;
  /** A folder of this document alone, to be made before its first use. It outlives interruptions and is removed once the document is done. */
  scratch: string;
  /** What may still be unpacked of this document, files within files included. */
  budget: { bytes: number };
  /** Opens a file that lies within this one (of an archive, a mail) and was unpacked to `path`; null when no reader reads its kind. */
  inner(file: { path: string; filename: string }): Promise<Reading | null>;
}

/** Opens a file. Throws DocumentError when it cannot be read. */
export type Reader = (file: SourceFile) => Promise<Reading>;
