/**
 * Pages a second that the PDF reader gives as text with the place of each word, against the fastest permissive libraries alone in the
 * same thread: pdfium asked for bare text, pdfium asked for each character's box, and pdf.js. Interleaved; the median of each.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { build } from 'esbuild';
import { writeLongPdf } from './long-pdf.mjs';
import { report, SAMPLE } from './server.mjs';

const ROUNDS = 5;
const ROOT = join(import.meta.dirname, '..');

async function reader() {
  const outfile = join(ROOT, 'dist', `.bench-pdf-${process.pid}.cjs`);
  await build({
    entryPoints: [join(ROOT, 'src-main/adapters/readers/pdf/pdf.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    outfile,
    logLevel: 'error',
    banner: { js: "const __bundle_url = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': '__bundle_url' },
  });
  try {
    return createRequire(import.meta.url)(outfile).readPdf;
  } finally {
    rmSync(outfile);
  }
}

const library = await PDFiumLibrary.init();

async function bareText(path) {
  const document = await library.loadDocument(readFileSync(path));
  let pages = 0;
  for (const page of document.pages()) pages += page.getText() === null ? 0 : 1;
  document.destroy();
  return pages;
}

/** As a program would that wants to know where the letters stand: every character and its box, nothing made of them. */
async function withBoxes(path) {
  const { module } = library;
  const document = await library.loadDocument(readFileSync(path));
  const scratch = module.wasmExports.malloc(32);
  const { FPDFText_LoadPage, FPDFText_CountChars, FPDFText_GetUnicode, FPDFText_GetCharBox, FPDFText_ClosePage } = module.wasmExports;
  let pages = 0;
  let sum = 0;
  for (const page of document.pages()) {
    const text = FPDFText_LoadPage(page.pageIdx);
    const count = FPDFText_CountChars(text);
    for (let index = 0; index < count; index += 1) {
      sum += FPDFText_GetUnicode(text, index);
      FPDFText_GetCharBox(text, index, scratch, scratch + 8, scratch + 16, scratch + 24);
      sum += module.HEAPF64[scratch / 8] ?? 0;
    }
    FPDFText_ClosePage(text);
    pages += 1;
  }
  document.destroy();
  return pages + (sum === 0 ? 1 : 0);
}

async function pdfjs(path) {
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const task = getDocument({ data: new Uint8Array(readFileSync(path)), verbosity: 0 });
  const document = await task.promise;
  for (let number = 1; number <= document.numPages; number += 1) await (await document.getPage(number)).getTextContent();
  await task.destroy();
  return document.numPages;
}

async function ours(readPdf, path) {
  const reading = await readPdf({ path, password: null, scratch: tmpdir() });
  let pages = 0;
  for await (const part of reading.parts) pages += part ? 1 : 0;
  return pages;
}
const readPdf = await reader();
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function measure(path) {
  const runs = { ours: () => ours(readPdf, path), bare: () => bareText(path), boxes: () => withBoxes(path), pdfjs: () => pdfjs(path) };
  const rates = { ours: [], bare: [], boxes: [], pdfjs: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, run] of Object.entries(runs)) {
      if (name === 'pdfjs' && round > 2) continue;
      const began = performance.now();
      const pages = await run();
      if (round > 0) rates[name].push(pages / ((performance.now() - began) / 1000));
    }
  }
  const [rate, bare, boxes, js] = ['ours', 'bare', 'boxes', 'pdfjs'].map((name) => median(rates[name]));
  const ratio = (other) => (rate / other).toFixed(2);
  const against = `${ratio(bare)} × pdfium's bare text (${bare.toFixed(0)}), ${ratio(boxes)} × pdfium's characters with boxes (${boxes.toFixed(0)}), ${ratio(js)} × pdf.js (${js.toFixed(0)})`;
  report('text with places', rate.toFixed(0), 'pages/s', against);
}

const given = process.argv.slice(2);
if (given.length > 0) for (const path of given) await measure(path);
else {
  await measure(SAMPLE);
  const folder = mkdtempSync(join(tmpdir(), 'pressmark-bench-'));
  await writeLongPdf(join(folder, 'long.pdf'), 300);
  await measure(join(folder, 'long.pdf'));
  rmSync(folder, { recursive: true });
}
