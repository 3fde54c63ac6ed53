/** A document with pages that are not drawn (slides, sheets, chapters, mails, files of an archive): their text, page by page. */
import type { Document } from '../../src-main/contract/documents';
import { type Mark, sentenceOf } from '../state';
import { MarkedText } from './marked-text';
import { PageControls } from './page-controls';
import { usePageInSight, usePageText } from './page-text';

export function PagedText({ file, mark }: { file: Document; mark: Mark }) {
  const [page, setPage] = usePageInSight(mark);
  const { data, error } = usePageText(file, page);
  const last = file.pages ?? 1;
  return (
    <>
      {last > 1 || data?.label ? <PageControls page={page} last={last} label={data?.label ?? null} onPage={setPage} /> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled with the keyboard too */}
      <section key={page} aria-label="Text" tabIndex={0} className="min-h-0 flex-1 overflow-y-auto p-4 -outline-offset-2">
        {error && (
          <p role="alert" className="text-alarm">
            {sentenceOf(error)}
          </p>
        )}
        {data && data.text.trim() === '' && <p className="p-2 text-soft">There is no text on this page.</p>}
        {data && data.text.trim() !== '' && (
          <MarkedText text={data.text} from={within(mark.char_start, data)} to={within(mark.char_end, data)} />
        )}
      </section>
    </>
  );
}

/** An offset of the document as one of the page; a quote that begins or ends on another page is marked as far as it is on this one. */
const within = (offset: number, { char_start, char_end }: { char_start: number; char_end: number }) =>
  Math.min(Math.max(offset, char_start), char_end) - char_start;
