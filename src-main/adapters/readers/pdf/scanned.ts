/** Pages of a PDF that are pictures: their text is recognised, and stands where it is seen. */
import { DocumentError } from '../../../core/errors';
import { recogniseCached } from '../ocr/cached';
import { tagOf } from '../ocr/languages';
import { confidenceOf } from '../ocr/lines';
import { partOf } from '../ocr/part';
import type { Memory } from '../ocr/recognise';
import { shiftPath } from '../parts';
import type { Part } from '../reader';
import { lettersOf, type ReadPage, type Source } from './pages';
import { dpiOf } from './picture';
import { isUnreadable } from './trouble';

/** A scanned page may carry a stamp or a page number as text; with more letters than these, or without a picture over most of it, it is a written one. */
const FEW_LETTERS = 40;
const PROBLEMS_KEPT = 20;
/** Of 100; what is less sure is no better than what it would replace. */
const SURE = 50;

export interface Recogniser {
  /** Null for a page that has its own text, or in whose picture there is no more. */
  read(page: ReadPage, heading_path: string[]): Promise<Part | null>;
}

/** @param metadata is told how many pages were recognised, and which could not be */
export function createRecogniser(source: Source, scratch: string, metadata: Record<string, unknown>): Recogniser {
  const memory: Memory = { language: null };
  const problems: { page: number; message: string }[] = [];
  let pages = 0;

  async function recognised(page: ReadPage, least: number): Promise<Part | null> {
    const dpi = dpiOf(page);
    const picture = () => {
      const drawn = source.picture(page);
      if (!drawn) throw new DocumentError('CORRUPT', 'The page could not be drawn.');
      return drawn;
    };
    const found = await recogniseCached(scratch, `page ${page.number}`, picture, { dpi, memory });
    if (confidenceOf(found.lines) < least) return null;
    if (found.language !== null) metadata.language ??= tagOf(found.language);
    return partOf(found, page.number, 72 / dpi);
  }

  return {
    async read(page, heading_path) {
      // Letters that nobody can read are none; what they look like can be recognised.
      const unreadable = isUnreadable(page.lines);
      const letters = unreadable ? 0 : lettersOf(page);
      const most = page.picture === 'most' ? FEW_LETTERS : 0;
      if (page.picture === 'none' || letters > most || page.width * page.height === 0) return null;
      try {
        const part = await recognised(page, unreadable ? SURE : 0);
        if (!part || part.text.length <= letters) return null;
        pages += 1;
        metadata.recognised_pages = pages;
        return { ...part, blocks: shiftPath(part.blocks, heading_path) };
      } catch (error) {
        if (!(error instanceof DocumentError)) throw error;
        if (problems.length < PROBLEMS_KEPT) problems.push({ page: page.number, message: error.message });
        metadata.problems = problems;
        return null;
      }
    },
  };
}
