/** Shows one page of a PDF with page and zoom controls; the page itself is drawn by PdfPage, and text stands in for what cannot be drawn. */
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { useEffect, useState } from 'react';
import type { Document } from '../../src-main/contract/documents';
import { openPdf } from '../pdf';
import { type Mark, passwordOf, rememberPassword, sentenceOf, useDesk } from '../state';
import { DrawnPage } from './drawn-page';
import { PagePassword } from './page-password';
import { usePageInSight, usePageText, useWidth } from './page-text';
import { PagedText } from './paged-text';
import { PdfPage } from './pdf-page';

interface Opened {
  pdf: PDFDocumentProxy | null;
  error: string | null;
  /** The file is protected; `wrong` once a password did not open it. */
  locked: { wrong: boolean } | null;
}

const CLOSED: Opened = { pdf: null, error: null, locked: null };

/** @param password null to ask without one */
function usePdf({ id, size_bytes }: Document, password: string | null): Opened {
  const { fileRange } = useDesk();
  const [opened, setOpened] = useState(CLOSED);
  useEffect(() => {
    let current = true;
    const show = (next: Partial<Opened>) => current && setOpened({ ...CLOSED, ...next });
    const fail = (reason: unknown) => show({ error: sentenceOf(reason) });
    const task = openPdf({ fileRange }, id, size_bytes, fail, password);
    task.onPassword = () => show({ locked: { wrong: password !== null } });
    task.promise.then((pdf) => show({ pdf }), fail);
    return () => {
      current = false;
      void task.destroy();
    };
  }, [id, size_bytes, fileRange, password]);
  return opened;
}

export function PdfViewer({ file, mark }: { file: Document; mark: Mark }) {
  const [given, setGiven] = useState<string | null>(null);
  const { pdf, error, locked } = usePdf(file, given ?? passwordOf(file.id));
  const [page, setPage] = usePageInSight(mark);
  const [zoom, setZoom] = useState(1);
  const { data: text } = usePageText(file, page);
  const { box, width } = useWidth();
  const last = pdf?.numPages ?? file.pages ?? 1;
  if (file.state === 'failed' && (error || locked)) return null;
  if (locked) {
    const remember = (password: string) => {
      rememberPassword(file.id, password);
      setGiven(password);
    };
    return (
      <>
        <PagePassword wrong={locked.wrong} onPassword={remember} />
        <PagedText file={file} mark={mark} />
      </>
    );
  }
  if (error) {
    return (
      <>
        <p role="alert" data-testid="viewer-error" className="border-b border-rule bg-sheet px-4 py-3 text-sm text-alarm">
          The pages of this PDF cannot be drawn. {error}
        </p>
        <PagedText file={file} mark={mark} />
      </>
    );
  }
  return (
    <DrawnPage page={page} last={last} label={text?.label ?? null} onPage={setPage} onZoom={setZoom} box={box}>
      {!pdf && <p className="p-3 text-soft">Opening the page…</p>}
      {pdf && width > 0 && <PdfPage pdf={pdf} page={Math.min(page, last)} width={(width - 24) * zoom} mark={mark} text={text} />}
    </DrawnPage>
  );
}
