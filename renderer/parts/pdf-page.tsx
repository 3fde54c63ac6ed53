/** Draws one PDF page: canvas, selectable text, and yellow boxes over the cited words. */
import { type PDFDocumentProxy, TextLayer } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { useEffect, useRef, useState } from 'react';
import type { DocumentPage } from '../../src-main/contract/documents';
import { type Mark, sentenceOf } from '../state';
import { WordMarks } from './word-marks';

/** Canvas pixels are limited so that a zoomed page cannot exhaust memory. */
const MAX_PIXELS = 16_000_000;

interface Props {
  pdf: PDFDocumentProxy;
  page: number;
  /** CSS pixels. */
  width: number;
  mark: Mark;
  /** The page as it was read, once that is known. */
  text: DocumentPage | undefined;
}

interface Size {
  width: number;
  height: number;
}

async function draw(pdf: PDFDocumentProxy, n: number, width: number, canvas: HTMLCanvasElement, text: HTMLElement, signal: AbortSignal) {
  const page = await pdf.getPage(n);
  if (signal.aborted) return null;
  const scale = width / page.getViewport({ scale: 1 }).width;
  const viewport = page.getViewport({ scale });
  const density = Math.min(window.devicePixelRatio || 1, Math.sqrt(MAX_PIXELS / (viewport.width * viewport.height)));
  // Drawn aside and copied, so that the old page stays until the new one is whole.
  const fresh = document.createElement('canvas');
  fresh.width = Math.floor(viewport.width * density);
  fresh.height = Math.floor(viewport.height * density);
  const task = page.render({ canvas: fresh, viewport, transform: [density, 0, 0, density, 0, 0] });
  signal.addEventListener('abort', () => task.cancel());
  await task.promise;
  const content = await page.getTextContent();
  // From here on the page in sight changes: a drawing that was overtaken must leave it alone.
  if (signal.aborted) return null;
  canvas.width = fresh.width;
  canvas.height = fresh.height;
  canvas.getContext('2d')?.drawImage(fresh, 0, 0);
  text.replaceChildren();
  text.style.setProperty('--total-scale-factor', String(scale));
  const layer = new TextLayer({ textContentSource: content, container: text, viewport });
  signal.addEventListener('abort', () => layer.cancel());
  await layer.render();
  return { width: viewport.width, height: viewport.height };
}

export function PdfPage({ pdf, page, width, mark, text }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<(Size & { page: number }) | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    if (!canvas.current || !layer.current) return;
    setError(null);
    draw(pdf, page, width, canvas.current, layer.current, stop.signal).then(
      (drawn) => drawn && !stop.signal.aborted && setSize({ ...drawn, page }),
      (reason) => stop.signal.aborted || setError(sentenceOf(reason)),
    );
    return () => stop.abort();
  }, [pdf, page, width]);
  return (
    <div
      data-testid="pdf-page"
      data-page={size?.page}
      className="relative mx-auto bg-white shadow-md"
      style={{ width: size?.width ?? width, height: size?.height ?? width * 1.3 }}
    >
      {error && (
        <p role="alert" className="p-3 text-[#a3271d]">
          {error}
        </p>
      )}
      <canvas ref={canvas} className="size-full" aria-label={`Page ${page}`} role="img" />
      {size?.page === page && <WordMarks text={text} mark={mark} />}
      <div ref={layer} className="textLayer" />
    </div>
  );
}
