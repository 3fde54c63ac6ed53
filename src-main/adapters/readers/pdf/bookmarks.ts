/** The outline that a PDF carries (its bookmarks): which headings begin on which page, and the path above each. */
import { type Pdfium, utf16 } from './pdfium';

export interface Bookmark {
  title: string;
  /** Titles from the top of the outline down to this one. */
  path: string[];
}

/** Damaged outlines run in circles. */
const MOST = 20_000;
const MAX_DEPTH = 12;
const TITLE_LENGTH = 200;

/** By the index of the page, in the outline's order. Empty for a document without one. */
export function bookmarksOf(module: Pdfium, document: number): Map<number, Bookmark[]> {
  const pages = new Map<number, Bookmark[]>();
  const seen = new Set<number>();

  function collect(parent: number, above: string[]): void {
    let bookmark = module._FPDFBookmark_GetFirstChild(document, parent);
    while (bookmark !== 0 && !seen.has(bookmark) && seen.size < MOST) {
      seen.add(bookmark);
      const title = titleOf(module, bookmark);
      const path = title === '' ? above : [...above, title];
      const page = pageOf(module, document, bookmark);
      if (title !== '' && page >= 0) pages.set(page, [...(pages.get(page) ?? []), { title, path }]);
      if (above.length < MAX_DEPTH) collect(bookmark, path);
      bookmark = module._FPDFBookmark_GetNextSibling(document, bookmark);
    }
  }

  collect(0, []);
  // A single one is the name of a file or the title, and heads nothing.
  return seen.size > 1 ? pages : new Map();
}

function titleOf(module: Pdfium, bookmark: number): string {
  const title = utf16(module, (buffer, bytes) => module._FPDFBookmark_GetTitle(bookmark, buffer, bytes));
  return title
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .trim()
    .slice(0, TITLE_LENGTH);
}

/** -1 where it leads nowhere in this document. */
function pageOf(module: Pdfium, document: number, bookmark: number): number {
  let destination = module._FPDFBookmark_GetDest(document, bookmark);
  if (destination === 0) {
    const action = module._FPDFBookmark_GetAction(bookmark);
    if (action !== 0) destination = module._FPDFAction_GetDest(document, action);
  }
  return destination === 0 ? -1 : module._FPDFDest_GetDestPageIndex(document, destination);
}

/**
 * Which paragraph of a page each bookmark heads: the one with its words; a bookmark whose words are not found goes with the next one
 * that was found, or else to the top of the page.
 * @returns bookmarks by the index of the paragraph
 */
export function headed(bookmarks: Bookmark[], paragraphs: string[]): Map<number, Bookmark[]> {
  const plain = paragraphs.map(letters);
  let from = 0;
  const places = bookmarks.map(({ title }) => {
    const wanted = letters(title);
    const at = plain.findIndex((text, index) => index >= from && isTitle(text, wanted));
    if (at >= 0) from = at;
    return at;
  });
  const found = new Map<number, Bookmark[]>();
  for (const [index, bookmark] of bookmarks.entries()) {
    const at = places.slice(index).find((place) => place >= 0) ?? Math.max(0, ...places);
    found.set(at, [...(found.get(at) ?? []), bookmark]);
  }
  return found;
}

/** A page may say "3.1 Scope" where the outline says "Scope", or the other way round. */
const isTitle = (text: string, title: string) =>
  title !== '' &&
  text !== '' &&
  text.length < title.length * 2 + 12 &&
  (text.startsWith(title) || text.endsWith(title) || title.endsWith(text));

const letters = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/** What the document calls the page; null where that is its number. */
export function labelOf(module: Pdfium, document: number, index: number): string | null {
  const label = utf16(module, (buffer, bytes) => module._FPDF_GetPageLabel(document, index, buffer, bytes)).trim();
  return label === '' || label === String(index + 1) ? null : label.replace(/\p{Surrogate}/gu, '\ufffd').slice(0, TITLE_LENGTH);
}
