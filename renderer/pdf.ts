/** Opens originals with pdf.js: bytes come by ranges through the backend, so a long report shows its cited page at once. */
import { GlobalWorkerOptions, getDocument, PDFDataRangeTransport } from 'pdfjs-dist/legacy/build/pdf.mjs';
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';
import type { Backend } from './client';

GlobalWorkerOptions.workerSrc = workerUrl;
const data = (folder: string) => new URL(`./pdfjs/${folder}/`, document.baseURI).href;

class BackendRange extends PDFDataRangeTransport {
  readonly #read: (begin: number, end: number) => Promise<Uint8Array>;
  readonly #fail: (error: unknown) => void;

  constructor(length: number, read: (begin: number, end: number) => Promise<Uint8Array>, fail: (error: unknown) => void) {
    super(length, null);
    this.#read = read;
    this.#fail = fail;
  }

  override requestDataRange(begin: number, end: number): void {
    this.#read(begin, end).then((bytes) => this.onDataRange(begin, bytes), this.#fail);
  }
}

/** @param fail told when a range cannot be read; pdf.js itself would wait for ever */
export function openPdf(
  backend: Pick<Backend, 'fileRange'>,
  id: string,
  size: number,
  fail: (error: unknown) => void,
  password: string | null,
) {
  const read = (begin: number, end: number) => backend.fileRange(id, begin, end);
  return getDocument({
    range: new BackendRange(size, read, fail),
    ...(password === null ? {} : { password }),
    disableAutoFetch: true,
    disableStream: true,
    rangeChunkSize: 262_144,
    cMapUrl: data('cmaps'),
    standardFontDataUrl: data('standard_fonts'),
    wasmUrl: data('wasm'),
    iccUrl: data('iccs'),
    enableXfa: false,
  });
}
