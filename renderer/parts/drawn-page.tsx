/** The frame of a page that is drawn, whatever draws it: controls above, and the page scrolled below. */
import type { ReactNode, Ref } from 'react';
import { PageControls, zoomed } from './page-controls';

interface Props {
  page: number;
  last: number;
  label: string | null;
  onPage(page: number): void;
  /** Given the zoom of before. */
  onZoom(change: (old: number) => number): void;
  /** The part that scrolls, whose width is measured. */
  box: Ref<HTMLElement>;
  children: ReactNode;
}

export function DrawnPage({ page, last, label, onPage, onZoom, box, children }: Props) {
  return (
    <>
      <PageControls page={page} last={last} label={label} onPage={onPage} onZoom={(factor) => onZoom((old) => zoomed(old, factor))} />
      <section
        ref={box}
        aria-label="Drawn page"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a large page is scrolled with the keyboard too
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto p-3 -outline-offset-2"
        data-testid="viewer-scroll"
      >
        {children}
      </section>
    </>
  );
}
