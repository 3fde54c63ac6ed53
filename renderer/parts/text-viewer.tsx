/** Shows the text of a document without pages a part at a time, so a book-long text stays light, and marks the quote. */
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { Document } from '../../src-main/contract/documents';
import type { Mark } from '../state';
import { IconButton } from '../ui/button';
import { MarkedText } from './marked-text';

/** Code points shown at once. */
const PART = 12_000;

export function TextViewer({ file, mark }: { file: Document; mark: Mark }) {
  const points = useMemo(() => Array.from(file.content ?? ''), [file.content]);
  const parts = Math.max(1, Math.ceil(points.length / PART));
  const [part, setPart] = useState(0);
  useEffect(() => setPart(Math.floor(mark.char_start / PART)), [mark]);
  const from = part * PART;
  // A quote that begins near the end of a part is shown whole.
  const to = Math.max(from + PART, mark.char_start >= from && mark.char_start < from + PART ? mark.char_end : 0);
  const text = useMemo(() => points.slice(from, to).join(''), [points, from, to]);
  const within = (offset: number) => Math.min(Math.max(offset, from), to) - from;
  if (!points.length) {
    return (
      <p className="p-5 text-soft">
        {file.state === 'cancelled' ? 'Reading was cancelled before there was any text.' : 'This document is still being read.'}
      </p>
    );
  }
  return (
    <>
      {parts > 1 && (
        <nav aria-label="Parts" className="flex items-center justify-center gap-1 border-b border-rule bg-sheet text-sm">
          <IconButton label="Part before" disabled={part === 0} onClick={() => setPart(part - 1)}>
            <ChevronLeft size={17} />
          </IconButton>
          Part {part + 1} of {parts}
          <IconButton label="Next part" disabled={part + 1 >= parts} onClick={() => setPart(part + 1)}>
            <ChevronRight size={17} />
          </IconButton>
        </nav>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled with the keyboard too */}
      <section key={part} aria-label="Text" tabIndex={0} className="min-h-0 flex-1 overflow-y-auto p-4 -outline-offset-2">
        <MarkedText text={text} from={within(mark.char_start)} to={within(mark.char_end)} />
      </section>
    </>
  );
}
