/** Shows a picture, page by page where it has more than one, with boxes over the cited words that were recognised in it. */
import { useEffect, useState } from 'react';
import type { Document } from '../../src-main/contract/documents';
import { readPicture } from '../picture';
import { type Mark, sentenceOf, useDesk } from '../state';
import { DrawnPage } from './drawn-page';
import { usePageInSight, usePageText, useWidth } from './page-text';
import { PagedText } from './paged-text';
import { WordMarks } from './word-marks';

/** A small picture is not blown up further. */
const LARGEST = 2;

function usePicture(file: Document, page: number): { url: string | null; error: string | null } {
  const { fileRange } = useDesk();
  const { id, size_bytes, mime_type } = file;
  const [shown, setShown] = useState<{ url: string | null; error: string | null }>({ url: null, error: null });
  useEffect(() => {
    let url: string | null = null;
    let current = true;
    readPicture({ fileRange }, { id, size_bytes, mime_type }, page).then(
      (blob) => {
        if (!current) return;
        url = URL.createObjectURL(blob);
        setShown({ url, error: null });
      },
      (error) => current && setShown({ url: null, error: sentenceOf(error) }),
    );
    return () => {
      current = false;
      if (url) URL.revokeObjectURL(url);
    };
  }, [fileRange, id, size_bytes, mime_type, page]);
  return shown;
}

export function PictureViewer({ file, mark }: { file: Document; mark: Mark }) {
  const [page, setPage] = usePageInSight(mark);
  const [zoom, setZoom] = useState(1);
  const [natural, setNatural] = useState<{ page: number; width: number } | null>(null);
  const [broken, setBroken] = useState(false);
  const { url, error } = usePicture(file, page);
  const { data: text } = usePageText(file, page);
  const { box, width } = useWidth();
  if (broken || error) return <PagedText file={file} mark={mark} />;
  const fit = Math.min(width - 24, (natural?.width ?? width) * LARGEST);
  return (
    <DrawnPage page={page} last={file.pages ?? 1} label={text?.label ?? null} onPage={setPage} onZoom={setZoom} box={box}>
      {!url && <p className="p-3 text-soft">Opening the picture…</p>}
      {url && (
        <div className="picture relative mx-auto shadow-md" data-testid="picture" style={{ width: fit * zoom }}>
          <img
            src={url}
            alt={`${file.filename}, page ${page}`}
            className="block w-full bg-white"
            onLoad={(event) => setNatural({ page, width: event.currentTarget.naturalWidth })}
            onError={() => setBroken(true)}
          />
          {natural?.page === page && <WordMarks text={text} mark={mark} />}
        </div>
      )}
      <p className="sr-only">{text?.text}</p>
    </DrawnPage>
  );
}
