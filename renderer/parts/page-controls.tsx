/** Turns pages and, where a page is drawn, enlarges it; says what the page is called where that is more than its number. */
import { ChevronLeft, ChevronRight, MoveHorizontal, ZoomIn, ZoomOut } from 'lucide-react';
import { IconButton } from '../ui/button';

/** A longer label (a file within an archive) gets a line of its own. */
const SHORT_LABEL = 12;

interface Props {
  page: number;
  last: number;
  label: string | null;
  onPage(page: number): void;
  /** Null means: fit the width. Left out where nothing is drawn. */
  onZoom?(factor: number | null): void;
}

const ZOOM_STEP = 1.25;
const MIN_ZOOM = 0.4;
const MAX_ZOOM = 5;
/** @param factor null for the width of the panel */
export const zoomed = (old: number, factor: number | null) => (factor ? Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, old * factor)) : 1);

export function PageControls({ page, last, label, onPage, onZoom }: Props) {
  const shown = label !== null && label !== String(page) ? label : null;
  const short = shown !== null && shown.length <= SHORT_LABEL;
  return (
    <nav aria-label="Page controls" className="border-b border-rule bg-sheet text-sm">
      <div className="grid grid-cols-[1fr_auto_1fr] items-center">
        {short ? <Label text={shown} className="justify-self-end truncate rounded bg-sunk px-1.5 leading-6" /> : <span />}
        <div className="flex flex-wrap items-center justify-center gap-1">
          <IconButton label="Page before" data-testid="page-before" disabled={page <= 1} onClick={() => onPage(page - 1)}>
            <ChevronLeft size={17} />
          </IconButton>
          <PageNumber page={page} last={last} onPage={onPage} />
          <span className="font-mono text-xs text-soft">of {last.toLocaleString('en')}</span>
          <IconButton label="Next page" data-testid="page-next" disabled={page >= last} onClick={() => onPage(page + 1)}>
            <ChevronRight size={17} />
          </IconButton>
          {onZoom && <Zoom onZoom={onZoom} />}
        </div>
      </div>
      {shown !== null && !short && <Label text={shown} className="block truncate px-4 pb-1.5 text-center" />}
    </nav>
  );
}

function Label({ text, className }: { text: string; className: string }) {
  return (
    <span data-testid="page-label" title={text} className={`text-xs font-medium ${className}`}>
      {text}
    </span>
  );
}

function PageNumber({ page, last, onPage }: Pick<Props, 'page' | 'last' | 'onPage'>) {
  return (
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
  );
}

function Zoom({ onZoom }: { onZoom(factor: number | null): void }) {
  return (
    <>
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
    </>
  );
}
