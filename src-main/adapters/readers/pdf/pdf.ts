/** Reading PDF: pages with text, word boxes and headings, one page at a time. */
import { readFile } from 'node:fs/promises';
import { DocumentError } from '../../../core/errors';
import { LIMITS } from '../../../core/limits';
import { passwordNeeded, wrongPassword } from '../passwords';
import type { Part, Reading, SourceFile } from '../reader';
import { annotationsOf, flatten, type Note, openForm, withNotes } from './annotations';
import { type Line, type LinedPage, linesOf, type Placement, placementOf } from './characters';
import { fillIn } from './filled';
import { DocumentStyle, layOut } from './layout';
import { PASSWORD_ERROR, type Pdfium, pdfium, utf16, withMemory, withName } from './pdfium';

/** Pages whose lines are known before the first of them is laid out, so that body size and running headers are. */
const LOOK_AHEAD = 12;
const SCRATCH_BYTES = 64;

/**
 * Opens a PDF.
 * @throws DocumentError CORRUPT, PASSWORD_NEEDED, PASSWORD_WRONG, TOO_LARGE; NO_TEXT once all pages turned out to be pictures
 */
export async function readPdf({ path, password }: SourceFile): Promise<Reading> {
  const module = await pdfium();
  const bytes = await readFile(path);
  const data = module.wasmExports.malloc(bytes.length);
  module.HEAPU8.set(bytes, data);
  const handle = withName(module, password ?? '', (given) => module._FPDF_LoadMemDocument(data, bytes.length, given));
  const close = () => {
    if (handle !== 0) module._FPDF_CloseDocument(handle);
    module.wasmExports.free(data);
  };
  const total = handle === 0 ? 0 : module._FPDF_GetPageCount(handle);
  const problem = problemOf(module, handle, total, password !== null);
  if (problem) {
    close();
    throw problem;
  }
  const metadata = metadataOf(module, handle);
  return { total, paged: true, metadata: () => metadata, parts: partsOf(module, handle, total, close) };
}

function problemOf(module: Pdfium, handle: number, total: number, tried: boolean): DocumentError | null {
  if (handle === 0 && module._FPDF_GetLastError() === PASSWORD_ERROR) return tried ? wrongPassword() : passwordNeeded('This PDF');
  if (handle === 0 || total === 0)
    return new DocumentError('CORRUPT', 'This PDF is damaged and cannot be opened.', 'Export or download it again.');
  if (total > LIMITS.pagesPerDocument) {
    return new DocumentError(
      'TOO_LARGE',
      `This PDF has ${total} pages; the limit is ${LIMITS.pagesPerDocument}.`,
      'Split it into smaller files.',
    );
  }
  return null;
}

function* partsOf(module: Pdfium, handle: number, total: number, close: () => void): Generator<Part> {
  const style = new DocumentStyle();
  const waiting: ReadPage[] = [];
  const { form, close: closeForm } = openForm(module, handle);
  let letters = 0;
  try {
    for (let index = 0; index < total || waiting.length > 0; index += 1) {
      if (index < total) {
        const page = readPage(module, handle, form, index);
        style.learn(page);
        waiting.push(page);
        if (waiting.length < LOOK_AHEAD && index + 1 < total) continue;
      }
      const next = waiting.shift();
      if (!next) break;
      const part = withNotes(layOut(next, style), next.notes, style.path());
      letters += part.text.length;
      yield part;
    }
  } finally {
    closeForm();
    close();
  }
  if (letters === 0) throw scanned();
}

interface ReadPage extends LinedPage {
  notes: Note[];
}

/** A page that pdfium cannot open (damaged) is empty rather than the end of the document. */
function readPage(module: Pdfium, handle: number, form: number, index: number): ReadPage {
  const number = index + 1;
  let page = module._FPDF_LoadPage(handle, index);
  if (page === 0) return { number, width: 0, height: 0, lines: [], notes: [] };
  const width = module._FPDF_GetPageWidthF(page);
  const height = module._FPDF_GetPageHeightF(page);
  return withMemory(module, SCRATCH_BYTES, (scratch) => {
    try {
      const placement = placementOf(module, page, { width, height }, scratch);
      const { notes, drawn } = annotationsOf(module, page, form, placement, scratch);
      const lines = textOf(module, page, scratch, placement);
      if (!drawn || !flatten(module, page)) return { number, width, height, notes, lines };
      module._FPDF_ClosePage(page);
      page = module._FPDF_LoadPage(handle, index);
      const all = textOf(module, page, scratch, placement);
      return { number, width, height, notes, lines: fillIn(all.slice(0, lines.length), all.slice(lines.length)) };
    } finally {
      module._FPDF_ClosePage(page);
    }
  });
}

function textOf(module: Pdfium, page: number, scratch: number, placement: Placement): Line[] {
  const text = module._FPDFText_LoadPage(page);
  if (text === 0) return [];
  try {
    return linesOf({ module, page, text, scratch, placement });
  } finally {
    module._FPDFText_ClosePage(text);
  }
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

const scanned = () =>
  new DocumentError(
    'NO_TEXT',
    'No text was found in this PDF; its pages are probably scanned pictures.',
    'Run text recognition (OCR) on it, then upload the result.',
  );
