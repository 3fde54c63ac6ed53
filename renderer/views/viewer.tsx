/** The right panel: the document of the open pressmark, drawn or as text, with the cited words marked. */
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import type { Document } from '../../src-main/contract/documents';
import { useDocumentActions } from '../parts/document-actions';
import { Ways } from '../parts/document-row';
import { PagedText } from '../parts/paged-text';
import { PdfViewer } from '../parts/pdf-viewer';
import { PictureViewer } from '../parts/picture-viewer';
import { TextViewer } from '../parts/text-viewer';
import { isPicture } from '../picture';
import { type Mark, sentenceOf, useDesk } from '../state';
import { IconButton } from '../ui/button';

export function ViewerView() {
  const { orpc, mark, open } = useDesk();
  const { data, error } = useQuery(
    orpc.documents.get.queryOptions({ input: { id: mark?.document_id ?? '' }, enabled: mark !== null, staleTime: 60_000 }),
  );
  if (!mark) {
    return (
      <section aria-label="Page" className="grid h-full place-items-center p-8 text-center text-soft">
        Select a citation or a document to see it here.
      </section>
    );
  }
  const shown = data?.id === mark.document_id ? data : null;
  return (
    <section aria-label="Page" data-testid="viewer" className="flex h-full flex-col bg-sunk">
      <header className="flex items-center gap-2 border-b border-rule bg-sheet py-1.5 pr-2 pl-4">
        <h2 dir="auto" className="min-w-0 flex-1 truncate text-left text-sm font-semibold" title={mark.filename}>
          {mark.filename}
        </h2>
        <IconButton label="Close the page" data-testid="close-viewer" onClick={() => open(null)}>
          <X size={17} />
        </IconButton>
      </header>
      {error && (
        <p role="alert" className="p-5 text-alarm">
          {sentenceOf(error)}
        </p>
      )}
      {!shown && !error && <p className="p-5 text-soft">Opening…</p>}
      {shown?.state === 'failed' && <Failed document={shown} />}
      {shown && <Shown key={shown.id} file={shown} mark={mark} />}
    </section>
  );
}

function Failed({ document }: { document: Document }) {
  const actions = useDocumentActions(document);
  return (
    <div className="border-b border-rule bg-sheet pt-3 pb-1.5 text-sm">
      <p role="alert" data-testid="failure" className="px-4 pb-2">
        <span className="text-alarm">{document.error?.message ?? 'This document could not be read.'}</span> {document.error?.action}
      </p>
      <Ways document={document} actions={actions} className="px-4" />
    </div>
  );
}

function Shown({ file, mark }: { file: Document; mark: Mark }) {
  if (file.mime_type === 'application/pdf') return <PdfViewer file={file} mark={mark} />;
  if (isPicture(file.mime_type)) return <PictureViewer file={file} mark={mark} />;
  if (file.state === 'failed') return null;
  if (file.pages !== null && file.content !== null) return <PagedText file={file} mark={mark} />;
  return <TextViewer file={file} mark={mark} />;
}
