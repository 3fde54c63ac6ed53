/** The raw calls of pdfium (WebAssembly) that the reader needs, with types; @hyzyla/pdfium's own classes give text without positions. */
import { PDFiumLibrary } from '@hyzyla/pdfium';

/** Addresses in the WebAssembly heap, and handles. */
type Pointer = number;

/** As documented in pdfium's public/fpdf_text.h, fpdfview.h and fpdf_doc.h; every name has a leading underscore here. */
export interface Pdfium {
  HEAPU8: Uint8Array;
  HEAPF64: Float64Array;
  HEAP32: Int32Array;
  HEAPF32: Float32Array;
  wasmExports: { malloc(bytes: number): Pointer; free(address: Pointer): void };
  _FPDF_LoadMemDocument(data: Pointer, bytes: number, password: Pointer): Pointer;
  _FPDF_GetLastError(): number;
  _FPDF_CloseDocument(document: Pointer): void;
  _FPDF_GetPageCount(document: Pointer): number;
  _FPDF_LoadPage(document: Pointer, index: number): Pointer;
  _FPDF_ClosePage(page: Pointer): void;
  _FPDF_GetPageWidthF(page: Pointer): number;
  _FPDF_GetPageHeightF(page: Pointer): number;
  _FPDF_PageToDevice(
    page: Pointer,
    x: number,
    y: number,
    width: number,
    height: number,
    rotate: number,
    pageX: number,
    pageY: number,
    outX: Pointer,
    outY: Pointer,
  ): number;
  _FPDF_GetMetaText(document: Pointer, tag: Pointer, buffer: Pointer, bytes: number): number;
  _FPDF_GetPageLabel(document: Pointer, index: number, buffer: Pointer, bytes: number): number;
  _FPDFBookmark_GetFirstChild(document: Pointer, bookmark: Pointer): Pointer;
  _FPDFBookmark_GetNextSibling(document: Pointer, bookmark: Pointer): Pointer;
  _FPDFBookmark_GetTitle(bookmark: Pointer, buffer: Pointer, bytes: number): number;
  _FPDFBookmark_GetDest(document: Pointer, bookmark: Pointer): Pointer;
  _FPDFBookmark_GetAction(bookmark: Pointer): Pointer;
  _FPDFAction_GetDest(document: Pointer, action: Pointer): Pointer;
  _FPDFDest_GetDestPageIndex(document: Pointer, destination: Pointer): number;
  _FPDFBitmap_CreateEx(width: number, height: number, format: number, buffer: Pointer, stride: number): Pointer;
  _FPDFBitmap_FillRect(bitmap: Pointer, left: number, top: number, width: number, height: number, colour: number): number;
  _FPDFBitmap_Destroy(bitmap: Pointer): void;
  _FPDF_RenderPageBitmap(
    bitmap: Pointer,
    page: Pointer,
    x: number,
    y: number,
    width: number,
    height: number,
    rotate: number,
    flags: number,
  ): void;
  _FPDFPage_CountObjects(page: Pointer): number;
  _FPDFPage_GetObject(page: Pointer, index: number): Pointer;
  _FPDFPageObj_GetType(object: Pointer): number;
  _FPDFPageObj_GetBounds(object: Pointer, left: Pointer, bottom: Pointer, right: Pointer, top: Pointer): number;
  _FPDFPage_GetAnnotCount(page: Pointer): number;
  _FPDFPage_GetAnnot(page: Pointer, index: number): Pointer;
  _FPDFPage_CloseAnnot(annotation: Pointer): void;
  _FPDFPage_Flatten(page: Pointer, usage: number): number;
  _FPDFAnnot_GetSubtype(annotation: Pointer): number;
  _FPDFAnnot_GetFlags(annotation: Pointer): number;
  _FPDFAnnot_GetRect(annotation: Pointer, rect: Pointer): number;
  _FPDFAnnot_GetAP(annotation: Pointer, mode: number, buffer: Pointer, bytes: number): number;
  _FPDFAnnot_GetStringValue(annotation: Pointer, key: Pointer, buffer: Pointer, bytes: number): number;
  _FPDFAnnot_GetFormFieldType(form: Pointer, annotation: Pointer): number;
  _FPDFAnnot_GetFormFieldValue(form: Pointer, annotation: Pointer, buffer: Pointer, bytes: number): number;
  _FPDF_GetFormType(document: Pointer): number;
  _FPDFDOC_InitFormFillEnvironment(document: Pointer, info: Pointer): Pointer;
  _FPDFDOC_ExitFormFillEnvironment(form: Pointer): void;
  _FPDFText_LoadPage(page: Pointer): Pointer;
  _FPDFText_ClosePage(text: Pointer): void;
  _FPDFText_CountChars(text: Pointer): number;
  _FPDFText_GetUnicode(text: Pointer, index: number): number;
  _FPDFText_GetFontSize(text: Pointer, index: number): number;
  _FPDFText_GetFontWeight(text: Pointer, index: number): number;
  _FPDFText_IsGenerated(text: Pointer, index: number): number;
  _FPDFText_HasUnicodeMapError(text: Pointer, index: number): number;
  _FPDFText_IsHyphen(text: Pointer, index: number): number;
  _FPDFText_GetCharBox(text: Pointer, index: number, left: Pointer, right: Pointer, bottom: Pointer, top: Pointer): number;
  _FPDFText_GetLooseCharBox(text: Pointer, index: number, rect: Pointer): number;
  _FPDFText_GetCharAngle(text: Pointer, index: number): number;
}

/** Error codes of FPDF_GetLastError. */
export const PASSWORD_ERROR = 4;

let loaded: Promise<Pdfium> | null = null;

/** Loads the library once a thread. */
export function pdfium(): Promise<Pdfium> {
  loaded ??= PDFiumLibrary.init().then((library) => direct((library as unknown as { module: Pdfium }).module));
  return loaded;
}

/** The next caller gets a fresh copy: after a crash inside of it. */
export function forgetPdfium(): void {
  loaded = null;
}

/** Emscripten's wrappers check each call, which costs as much as the smallest calls themselves; a page needs thousands of those. */
function direct(module: Pdfium): Pdfium {
  const exported = Object.entries(module.wasmExports).filter(([name]) => /^FPDF/.test(name));
  return Object.assign(Object.create(module), Object.fromEntries(exported.map(([name, call]) => [`_${name}`, call])));
}

/** Runs `work` with `bytes` of heap, and frees them. */
export function withMemory<T>(module: Pdfium, bytes: number, work: (address: Pointer) => T): T {
  const address = module.wasmExports.malloc(bytes);
  try {
    return work(address);
  } finally {
    module.wasmExports.free(address);
  }
}

/** Runs `work` with a name as pdfium takes it: UTF-8 and a closing zero. */
export function withName<T>(module: Pdfium, name: string, work: (address: Pointer) => T): T {
  const bytes = Buffer.from(`${name}\0`, 'utf8');
  return withMemory(module, bytes.length, (address) => {
    module.HEAPU8.set(bytes, address);
    return work(address);
  });
}

/** Calls a function of the form (buffer, bytes) → bytes that gives UTF-16LE with a closing zero. */
export function utf16(module: Pdfium, call: (buffer: Pointer, bytes: number) => number): string {
  const bytes = call(0, 0);
  if (bytes <= 2) return '';
  return withMemory(module, bytes, (buffer) => {
    call(buffer, bytes);
    return Buffer.from(module.HEAPU8.slice(buffer, buffer + bytes - 2)).toString('utf16le');
  });
}
