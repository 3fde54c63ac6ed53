/** What stands on a PDF page without being its content: form fields, comments, typewriter text. */
import type { Block } from '../../../core/documents/chunk';
import { tidy } from '../hygiene';
import type { Part, PartWord } from '../reader';
import { type Placement, shownBox } from './characters';
import { type Pdfium, utf16, withName } from './pdfium';

/** FPDF_ANNOTATION_SUBTYPE of pdfium's public/fpdf_annot.h. */
const FREE_TEXT = 3;
const STAMP = 13;
const POPUP = 16;
const WIDGET = 20;
const DRAWN = new Set([FREE_TEXT, STAMP, WIDGET]);
/** Comments on a drawing or a link repeat what is seen anyway, or are a file's path. */
const SILENT = new Set([2, POPUP, WIDGET, 17, 18, 19, 21, 22, 23, 24, 25, 26]);

const FLATTEN_FOR_DISPLAY = 0;
const FLATTENED = 1;
const HIDDEN = 1 << 1;
const APPEARANCE_NORMAL = 0;
/** FPDF_FORMFIELD_TEXTFIELD and the two kinds of choice. */
const WRITTEN_FIELDS = new Set([4, 5, 6]);
/** A hostile page may have millions. */
const MOST = 10_000;

/** A text that belongs to a place of the page, in points of the page as shown. */
export interface Note {
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Annotations {
  /** Comments, and fields that nothing shows. */
  notes: Note[];
  /** Fields, stamps or typewriter text that could become part of the content. */
  drawn: boolean;
}

/** @param form a form environment, or 0 */
export function annotationsOf(module: Pdfium, page: number, form: number, placement: Placement, scratch: number): Annotations {
  const count = Math.min(module._FPDFPage_GetAnnotCount(page), MOST);
  const found: Annotations = { notes: [], drawn: false };
  for (let index = 0; index < count; index += 1) {
    const annotation = module._FPDFPage_GetAnnot(page, index);
    if (annotation === 0) continue;
    const kind = module._FPDFAnnot_GetSubtype(annotation);
    const text = kind === WIDGET ? unshownValue(module, form, annotation) : comment(module, annotation, kind);
    if (DRAWN.has(kind)) found.drawn = true;
    if (text !== '' && (module._FPDFAnnot_GetFlags(annotation) & HIDDEN) === 0) {
      found.notes.push({ text, ...rectangle(module, annotation, placement, scratch) });
    }
    module._FPDFPage_CloseAnnot(annotation);
  }
  return found;
}

/** Draws fields and typewriter text into the content of the page in memory; true when the page must be opened anew to see them. */
export function flatten(module: Pdfium, page: number): boolean {
  return module._FPDFPage_Flatten(page, FLATTEN_FOR_DISPLAY) === FLATTENED;
}

/** The notes at the end of a page's text, each a block of its own. */
export function withNotes(part: Part, notes: Note[], heading_path: string[]): Part {
  let { text } = part;
  const words: PartWord[] = [...part.words];
  const blocks: Block[] = [...part.blocks];
  for (const { text: note, ...box } of notes) {
    if (text !== '') text += '\n\n';
    const start = text.length;
    text += note;
    for (const { index, 0: word } of note.matchAll(/\S+/g)) words.push({ start: start + index, end: start + index + word.length, ...box });
    blocks.push({ start, end: text.length, kind: 'text', heading_path });
  }
  return { ...part, text, words, blocks };
}

function comment(module: Pdfium, annotation: number, kind: number): string {
  if (SILENT.has(kind) || kind === FREE_TEXT)
    return kind === FREE_TEXT && !hasAppearance(module, annotation) ? contents(module, annotation) : '';
  return contents(module, annotation);
}

const contents = (module: Pdfium, annotation: number) =>
  written(
    withName(module, 'Contents', (key) =>
      utf16(module, (buffer, bytes) => module._FPDFAnnot_GetStringValue(annotation, key, buffer, bytes)),
    ),
  );

/** Of a field without an appearance, or with an empty one as programs leave that fill in forms: its viewer would draw the value. */
function unshownValue(module: Pdfium, form: number, annotation: number): string {
  if (form === 0 || showsText(module, annotation) || !WRITTEN_FIELDS.has(module._FPDFAnnot_GetFormFieldType(form, annotation))) return '';
  return written(utf16(module, (buffer, bytes) => module._FPDFAnnot_GetFormFieldValue(form, annotation, buffer, bytes)));
}

const hasAppearance = (module: Pdfium, annotation: number) => module._FPDFAnnot_GetAP(annotation, APPEARANCE_NORMAL, 0, 0) > 2;

/** Operators that show text, or draw something that may (ISO 32000-1, 9.4.3 and 8.8). */
const SHOWS = /(?:\bT[jJ]|\bDo|['"])(?:\s|$)/;

const showsText = (module: Pdfium, annotation: number) =>
  SHOWS.test(utf16(module, (buffer, bytes) => module._FPDFAnnot_GetAP(annotation, APPEARANCE_NORMAL, buffer, bytes)));

const written = (text: string) => tidy(text).trim();

/** FS_RECTF: left, top, right, bottom as 32-bit floats. */
function rectangle(module: Pdfium, annotation: number, placement: Placement, scratch: number): Omit<Note, 'text'> {
  if (module._FPDFAnnot_GetRect(annotation, scratch) === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const at = scratch / 4;
  const [left = 0, top = 0, right = 0, bottom = 0] = module.HEAPF32.subarray(at, at + 4);
  return shownBox(placement, left, right, bottom, top);
}

/** A form environment without any callback: enough to ask for values. 0 where the document has no form. */
export function openForm(module: Pdfium, document: number): { form: number; close(): void } {
  if (module._FPDF_GetFormType(document) === 0) return { form: 0, close() {} };
  const info = module.wasmExports.malloc(FORM_INFO_BYTES);
  module.HEAPU8.fill(0, info, info + FORM_INFO_BYTES);
  module.HEAP32[info / 4] = FORM_INFO_VERSION;
  const form = module._FPDFDOC_InitFormFillEnvironment(document, info);
  return {
    form,
    close() {
      if (form !== 0) module._FPDFDOC_ExitFormFillEnvironment(form);
      module.wasmExports.free(info);
    },
  };
}

/** FPDF_FORMFILLINFO: a version and some forty pointers. */
const FORM_INFO_BYTES = 512;
const FORM_INFO_VERSION = 1;
