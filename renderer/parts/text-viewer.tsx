/** Shows extracted text a part at a time, so a book-long text stays light, and marks the quote. */
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Document } from '../../src-main/contract/documents';
import type { Mark } from '../state';
import { IconButton } from '../ui/button';

/** Code points shown at once. */
const PART = 12_000;

export function TextViewer({ file, mark }: { file: Document; mark: Mark }) {
  const points = useMemo(() => Array.from(file.content ?? ''), [file.content]);
  const parts = Math.max(1, Math.ceil(points.length / PART));
  const [part, setPart] = useState(0);
  const quote = useRef<HTMLElement>(null);
  useEffect(() => setPart(Math.floor(mark.char_start / PART)), [mark]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another mark or part moves the quote
  useEffect(() => {
    quote.current?.scrollIntoView({ block: 'center' });
  }, [mark, part]);
  const from = part * PART;
  // A quote that begins near the end of a part is shown whole.
  const to = Math.max(from + PART, mark.char_start >= from && mark.char_start < from + PART ? mark.char_end : 0);
  const slice = (start: number, end: number) => points.slice(Math.max(start, from), Math.min(end, to)).join('');
  const marked = slice(mark.char_start, mark.char_end);
  if (!points.length) return <p className="p-5 text-soft">{file.error?.message ?? 'This document is still being read.'}</p>;
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
      <div className="min-h-0 flex-1 overflow-y-auto p-4">
        <p className="mx-auto max-w-[42rem] rounded-md bg-sheet p-6 font-serif leading-relaxed break-words whitespace-pre-wrap">
          {slice(from, marked ? mark.char_start : to)}
          {marked && (
            <>
              <mark ref={quote} data-testid="highlight">
                {marked}
              </mark>
              {slice(mark.char_end, to)}
            </>
          )}
        </p>
      </div>
    </>
  );
}
