/** One place in a document, with the words that stand there; opens the page with them marked. */
import type { Pressmark } from '../../src-main/contract/search';
import { useDesk } from '../state';
import { pageName, plainQuote } from '../words';

export function PressmarkRow({ place }: { place: Pressmark }) {
  const { open, mark } = useDesk();
  const { document_id, filename, page, char_start, quote } = place;
  const shown = mark?.document_id === document_id && mark.char_start === char_start;
  return (
    <button
      type="button"
      data-testid="pressmark"
      onClick={() => open(place)}
      className={`block w-full rounded-md px-2 py-1.5 text-left ${shown ? 'bg-wash' : 'hover:bg-sunk'}`}
    >
      <span className="flex items-baseline gap-2 text-sm">
        <bdi className="min-w-0 truncate font-medium">{filename}</bdi>
        {page !== null && <span className="shrink-0 font-mono text-xs text-soft">p. {pageName(place)}</span>}
      </span>
      <span className="plain-bidi line-clamp-3 font-serif text-sm leading-snug break-words text-soft">{plainQuote(quote)}</span>
    </button>
  );
}
