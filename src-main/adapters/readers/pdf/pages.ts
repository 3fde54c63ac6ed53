/** The pages of a PDF as pdfium reads them: text, form fields, comments, outline, labels. */
import { readFile } from 'node:fs/promises';
import type { Bitmap } from '../ocr/bitmap';
import { passwordNeeded, wrongPassword } from '../passwords';
import { annotationsOf, flatten, type Note, openForm } from './annotations';
import { type Bookmark, bookmarksOf, labelOf } from './bookmarks';
import { type Line, type LinedPage, linesOf, type Placement, placementOf } from './characters';
import { fillIn } from './filled';
import { forgetPdfium, PASSWORD_ERROR, type Pdfium, pdfium, utf16, withMemory, withName } from './pdfium';
import { draw } from './picture';
import { oddness, unmapped } from './trouble';

const SCRATCH_BYTES = 64;

/** The pages of a PDF, whoever reads them. */
export interface Source {
  total: number;
  metadata: Record<string, unknown>;
  bookmarks: Map<number, Bookmark[]>;
  page(index: number): ReadPage | Promise<ReadPage>;
  label(index: number): string | null;
  /** The page as a picture; null where it cannot be drawn. */
  picture(page: ReadPage): Bitmap | null;
  close(): unknown;
}

/**
 * Null when pdfium cannot open the file.
 * @throws DocumentError PASSWORD_NEEDED, PASSWORD_WRONG
 */
export async function openFirst(path: string, password: string | null): Promise<Source | null> {
  const module = await pdfium();
  const { data, length } = await intoHeap(module, path);
  const handle = data === 0 ? 0 : withName(module, password ?? '', (given) => module._FPDF_LoadMemDocument(data, length, given));
  const locked = handle === 0 && data !== 0 && module._FPDF_GetLastError() === PASSWORD_ERROR;
  const total = handle === 0 ? 0 : module._FPDF_GetPageCount(handle);
  if (total > 0) return sourceOf(module, handle, total, data);
  if (handle !== 0) module._FPDF_CloseDocument(handle);
  module.wasmExports.free(data);
  if (locked) throw password === null ? passwordNeeded('This PDF') : wrongPassword();
  return null;
}

/** The file's bytes are in the heap of pdfium alone, as a large one would count twice. Address 0 where it is too large for that. */
async function intoHeap(module: Pdfium, path: string): Promise<{ data: number; length: number }> {
  const bytes = await readFile(path);
  const data = module.wasmExports.malloc(bytes.length);
  if (data !== 0) module.HEAPU8.set(bytes, data);
  return { data, length: bytes.length };
}

function sourceOf(module: Pdfium, handle: number, total: number, data: number): Source {
  const { form, close: closeForm } = openForm(module, handle);
  let broken = false;
  return {
    total,
    metadata: metadataOf(module, handle),
    bookmarks: bookmarksOf(module, handle),
    /** A crash of the library leaves it unusable: the rest is for the second reader, and the next document gets a new one. */
    page(index) {
      if (broken) return nothing(index + 1);
      try {
        return readPage(module, handle, form, index);
      } catch (error) {
        if (!(error instanceof Error && error.name === 'RuntimeError')) throw error;
        broken = true;
        forgetPdfium();
        return nothing(index + 1);
      }
    },
    picture: (page) => (broken ? null : draw(module, handle, page.number - 1, page)),
    label: (index) => (broken ? null : labelOf(module, handle, index)),
    close() {
      if (broken) return;
      closeForm();
      module._FPDF_CloseDocument(handle);
      module.wasmExports.free(data);
    },
  };
}

const nothing = (number: number): ReadPage => ({
  number,
  width: 0,
  height: 0,
  lines: [],
  notes: [],
  loses: true,
  oddness: 0,
  picture: 'none',
});

export interface ReadPage extends LinedPage {
  notes: Note[];
  /** Fewer letters were found than there are pieces of text. */
  loses: boolean;
  /** How little its text looks like what people write, and how many of its letters are guessed; 0 to 1. */
  oddness: number;
  /** How sure it is that its text, if any, is a picture: nothing to be seen, something, or a picture over most of the page. */
  picture: 'none' | 'some' | 'most';
}

/** A page that pdfium cannot open (damaged) is empty rather than the end of the document. */
function readPage(module: Pdfium, handle: number, form: number, index: number): ReadPage {
  const number = index + 1;
  let page = module._FPDF_LoadPage(handle, index);
  if (page === 0) return nothing(number);
  const width = module._FPDF_GetPageWidthF(page);
  const height = module._FPDF_GetPageHeightF(page);
  return withMemory(module, SCRATCH_BYTES, (scratch) => {
    try {
      const placement = placementOf(module, page, { width, height }, scratch);
      const { notes, drawn } = annotationsOf(module, page, form, placement, scratch);
      const { lines, guessed } = textOf(module, page, scratch, placement);
      const picture = pictureOf(module, page, { width, height }, scratch);
      const loses = losesText(module, page, lines);
      const own = { number, width, height, notes, loses, picture, oddness: Math.max(guessed, oddness(lines)) };
      if (!drawn || !flatten(module, page)) return { ...own, lines };
      module._FPDF_ClosePage(page);
      page = module._FPDF_LoadPage(handle, index);
      const { lines: all } = textOf(module, page, scratch, placement);
      // The content as it was: in a page that fields were drawn into, its fonts may be others.
      return { ...own, lines: fillIn(lines, all.slice(lines.length)) };
    } finally {
      module._FPDF_ClosePage(page);
    }
  });
}

function textOf(module: Pdfium, page: number, scratch: number, placement: Placement): { lines: Line[]; guessed: number } {
  const text = module._FPDFText_LoadPage(page);
  if (text === 0) return { lines: [], guessed: 0 };
  try {
    return { lines: linesOf({ module, page, text, scratch, placement }), guessed: unmapped(module, text) };
  } finally {
    module._FPDFText_ClosePage(text);
  }
}

const IMAGE_OBJECT = 3;
/** Of the page's area. */
const MOST_OF_PAGE = 0.4;

/** Only pictures on the page itself are measured; one within a form is "some". */
function pictureOf(
  module: Pdfium,
  page: number,
  { width, height }: { width: number; height: number },
  scratch: number,
): ReadPage['picture'] {
  const objects = module._FPDFPage_CountObjects(page);
  for (let index = 0; index < Math.min(objects, PICTURES_LOOKED_AT); index += 1) {
    const object = module._FPDFPage_GetObject(page, index);
    if (module._FPDFPageObj_GetType(object) !== IMAGE_OBJECT) continue;
    if (module._FPDFPageObj_GetBounds(object, scratch, scratch + 4, scratch + 8, scratch + 12) === 0) continue;
    const [left = 0, bottom = 0, right = 0, top = 0] = module.HEAPF32.subarray(scratch / 4, scratch / 4 + 4);
    if ((right - left) * (top - bottom) > width * height * MOST_OF_PAGE) return 'most';
  }
  return objects === 0 ? 'none' : 'some';
}

/** A scan is one of the first things on its page. */
const PICTURES_LOOKED_AT = 20;
const TEXT_OBJECT = 1;
/** Some producers draw empty pieces. */
const LOSS = 0.6;

/** Each piece of text has a letter at least. */
function losesText(module: Pdfium, page: number, lines: Line[]): boolean {
  const letters = lettersOf({ lines });
  const objects = module._FPDFPage_CountObjects(page);
  if (letters > objects) return false;
  let texts = 0;
  for (let index = 0; index < objects; index += 1) {
    if (module._FPDFPageObj_GetType(module._FPDFPage_GetObject(page, index)) === TEXT_OBJECT) texts += 1;
  }
  return letters < texts * LOSS;
}

const TAGS = { title: 'Title', author: 'Author', subject: 'Subject', keywords: 'Keywords', created: 'CreationDate' };

function metadataOf(module: Pdfium, handle: number): Record<string, unknown> {
  const read = (tag: string) =>
    withName(module, tag, (name) => utf16(module, (buffer, bytes) => module._FPDF_GetMetaText(handle, name, buffer, bytes)).trim());
  const found = Object.entries(TAGS).map(([key, tag]) => [key, key === 'created' ? isoDate(read(tag)) : read(tag)]);
  return Object.fromEntries(found.filter(([, value]) => value !== ''));
}

/** "D:20231231235959+01'00'" (ISO 32000, 7.9.4) → "2023-12-31"; what is no such date is left out. */
function isoDate(text: string): string {
  const [, year, month = '01', day = '01'] = /^D:(\d{4})(\d{2})?(\d{2})?/.exec(text) ?? [];
  return year ? `${year}-${month}-${day}` : '';
}

/** How much text a page has. */
export const lettersOf = ({ lines }: Pick<LinedPage, 'lines'>) =>
  lines.reduce((sum, { words }) => sum + words.reduce((all, { text }) => all + text.length, 0), 0);
