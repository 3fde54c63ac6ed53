/** Reading PDF: pages with text, word boxes and headings, one page at a time. */
import { readFile } from 'node:fs/promises';
import { DocumentError } from '../../../core/errors';
import { LIMITS } from '../../../core/limits';
import type { Part, Reading, SourceFile } from '../reader';
import { withNotes } from './annotations';
import type { LinedPage } from './characters';
import { DocumentStyle, layOut } from './layout';
import { lettersOf, openFirst, type ReadPage, type Source } from './pages';
import { openSecond, type SecondReader } from './pdfjs';
import { createRecogniser, type Recogniser } from './scanned';
import { isSuspect, isUnreadable, oddness, sharedLetters, wordShare } from './trouble';

/** Pages whose lines are known before the first of them is laid out, so that body size and running headers are. */
const LOOK_AHEAD = 12;

/**
 * Opens a PDF.
 * @throws DocumentError CORRUPT, PASSWORD_NEEDED, PASSWORD_WRONG, TOO_LARGE; NO_TEXT once all pages turned out to be pictures
 */
export async function readPdf({ path, password, scratch }: SourceFile): Promise<Reading> {
  const another = async () => openSecond(new Uint8Array(await readFile(path)), password);
  const source = (await openFirst(path, password)) ?? damaged(await another());
  const { total } = source;
  const metadata = { ...source.metadata };
  if (total <= LIMITS.pagesPerDocument)
    return {
      total,
      paged: true,
      metadata: () => metadata,
      parts: partsOf(source, createSecondLook(another), createRecogniser(source, scratch, metadata)),
    };
  await source.close();
  throw tooLong(total);
}

/** What pdfium cannot open at all. */
function damaged(second: SecondReader | null): Source {
  if (!second || second.pages === 0) throw corrupt();
  return {
    total: second.pages,
    metadata: {},
    bookmarks: new Map(),
    page: async (index) => ({ ...(await second.page(index)), notes: [], loses: false, oddness: 0, picture: 'none' }),
    label: () => null,
    picture: () => null,
    close: () => second.close(),
  };
}

async function* partsOf(source: Source, second: SecondLook, recogniser: Recogniser): AsyncGenerator<Part> {
  const { total, bookmarks } = source;
  const style = new DocumentStyle();
  const waiting: ReadPage[] = [];
  let letters = 0;
  try {
    for (let index = 0; index < total || waiting.length > 0; index += 1) {
      if (index < total) {
        const page = await second.complete(await source.page(index));
        style.learn(page);
        waiting.push(page);
        if (waiting.length < LOOK_AHEAD && index + 1 < total) continue;
      }
      const next = waiting.shift();
      if (!next) break;
      const at = next.number - 1;
      const written = layOut(next, style, bookmarks.get(at));
      const part = withNotes((await recogniser.read(next, style.path())) ?? written, next.notes, style.path());
      letters += part.text.length;
      yield { ...part, label: source.label(at) };
    }
  } finally {
    await second.close();
    await source.close();
  }
  if (letters === 0) throw noText();
}

interface SecondLook {
  /** The page as it is, or as the second reader sees it where the first one loses letters or does not know them. */
  complete(page: ReadPage): Promise<ReadPage>;
  close(): Promise<void>;
}

/** Opens the second reader when the first page needs it. */
function createSecondLook(another: () => Promise<SecondReader | null>): SecondLook {
  let second: Promise<SecondReader | null> | null = null;
  return {
    async complete(page) {
      if (!page.loses && !isSuspect(page.oddness)) return page;
      second ??= another();
      const seen = await (await second)?.page(page.number - 1);
      return seen && (page.loses ? lettersOf(seen) > lettersOf(page) : isClearer(seen, page)) ? { ...page, ...seen } : page;
    },
    async close() {
      await (await second)?.close();
    },
  };
}

/**
 * Of two readings of a page, the one that looks like words. Where both do, the second only counts when it found other letters than the
 * guessed ones: its spaces are worse.
 */
function isClearer(seen: LinedPage, page: ReadPage): boolean {
  const [letters, own] = [lettersOf(page), oddness(page.lines)];
  if (lettersOf(seen) < letters / 2) return false;
  if (isSuspect(own)) return oddness(seen.lines) < own && lettersOf(seen) < letters * MORE;
  return !isUnreadable(seen.lines) && sharedLetters(seen.lines, page.lines) < ALIKE && wordShare(seen.lines) > wordShare(page.lines) - LESS;
}
/** Letters that are written twice, for boldness or a shadow. */
const MORE = 1.3;
const ALIKE = 0.7;
const LESS = 0.05;

const corrupt = () => new DocumentError('CORRUPT', 'This PDF is damaged and cannot be opened.', 'Export or download it again.');
const tooLong = (pages: number) =>
  new DocumentError('TOO_LARGE', `This PDF has ${pages} pages; the limit is ${LIMITS.pagesPerDocument}.`, 'Split it into smaller files.');
const noText = () =>
  new DocumentError(
    'NO_TEXT',
    'No text was found in this PDF: it has none, and text recognition (OCR) found no letters in its pictures.',
    'If it is a scan, scan it again with at least 200 dots per inch, then upload that.',
  );
