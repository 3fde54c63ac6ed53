/** Shows one page of a PDF with page and zoom controls; the page itself is drawn by PdfPage. */

import { ChevronLeft, ChevronRight, MoveHorizontal, ZoomIn, ZoomOut } from 'lucide-react';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { useEffect, useRef, useState } from 'react';
import type { Document } from '../../src-main/contract/documents';
import { openPdf } from '../pdf';
import { type Mark, sentenceOf, useDesk } from '../state';
import { IconButton } from '../ui/button';
import { PdfPage } from './pdf-page';

const ZOOM_STEP = 1.25;
const MIN_ZOOM = 0.4;
const MAX_ZOOM = 5;

function usePdf(file: Document): { pdf: PDFDocumentProxy | null; error: string | null } {
  const { fileRange } = useDesk();
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    const fail = (reason: unknown) => current && setError(sentenceOf(reason));
    const task = openPdf({ fileRange }, file.id, file.size_bytes, fail);
    task.promise.then((opened) => current && setPdf(opened), fail);
    return () => {
      current = false;
      void task.destroy();
    };
  }, [file.id, file.size_bytes, fileRange]);
  return { pdf, error };
}

function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { box, width };
}

export function PdfViewer({ file, mark }: { file: Document; mark: Mark }) {
  const { pdf, error } = usePdf(file);
  const [page, setPage] = useState(mark.page ?? 1);
  const [zoom, setZoom] = useState(1);
  const { box, width } = useWidth();
  useEffect(() => setPage(mark.page ?? 1), [mark]);
  const last = pdf?.numPages ?? file.pages ?? 1;
  return (
    <>
      {!error && (
        <Controls page={page} last={last} onPage={setPage} onZoom={(factor) => setZoom((old) => (factor ? clamp(old * factor) : 1))} />
      )}
      <div ref={box} className="min-h-0 flex-1 overflow-auto p-3" data-testid="viewer-scroll">
        {error && file.state !== 'failed' && (
          <p role="alert" data-testid="viewer-error" className="p-3 text-alarm">
            This PDF cannot be shown. {error}
          </p>
        )}
        {!pdf && !error && <p className="p-3 text-soft">Opening the page…</p>}
        {pdf && width > 0 && <PdfPage pdf={pdf} page={Math.min(page, last)} width={(width - 24) * zoom} mark={mark} />}
      </div>
    </>
  );
}

const clamp = (zoom: number) => Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom));

interface ControlsProps {
  page: number;
  last: number;
  onPage(page: number): void;
  /** Null means: fit the width. */
  onZoom(factor: number | null): void;
}

function Controls({ page, last, onPage, onZoom }: ControlsProps) {
  return (
    <nav aria-label="Page controls" className="flex flex-wrap items-center justify-center gap-1 border-b border-rule bg-sheet text-sm">
      <IconButton label="Page before" data-testid="page-before" disabled={page <= 1} onClick={() => onPage(page - 1)}>
        <ChevronLeft size={17} />
      </IconButton>
      <input
        key={page}
        aria-label="Page number"
        data-testid="page-number"
        inputMode="numeric"
        defaultValue={page}
        onBlur={(event) => {
          const wanted = Number(event.currentTarget.value);
          if (Number.isInteger(wanted) && wanted >= 1 && wanted <= last) onPage(wanted);
          else event.currentTarget.value = String(page);
        }}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
        className="w-12 rounded border border-rule bg-paper text-center font-mono text-xs leading-6"
      />
      <span className="font-mono text-xs text-soft">of {last}</span>
      <IconButton label="Next page" data-testid="page-next" disabled={page >= last} onClick={() => onPage(page + 1)}>
        <ChevronRight size={17} />
      </IconButton>
      <span className="mx-1 h-4 w-px bg-rule" />
      <IconButton label="Smaller" onClick={() => onZoom(1 / ZOOM_STEP)}>
        <ZoomOut size={16} />
      </IconButton>
      <IconButton label="Larger" data-testid="zoom-in" onClick={() => onZoom(ZOOM_STEP)}>
        <ZoomIn size={16} />
      </IconButton>
      <IconButton label="Fit the width" onClick={() => onZoom(null)}>
        <MoveHorizontal size={16} />
      </IconButton>
    </nav>
  );
}
