/** Searches the documents of the project; a hit opens its passage in the viewer. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Search, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { SearchHit } from '../../src-main/contract/search';
import { sentenceOf, useDesk } from '../state';
import { IconButton } from '../ui/button';
import { useSettled } from '../ui/settled';
import { pageName, plainQuote } from '../words';

const HITS = 30;

/** @param children what is shown while nothing is searched for; @param beside what stands beside the field then */
export function SearchBox({ children, beside }: { children: ReactNode; beside: ReactNode }) {
  const [text, setText] = useState('');
  const query = useSettled(text.trim());
  return (
    <>
      <div className="mb-2 flex items-center gap-2 pr-2.5 pl-4">
        <search className="relative block min-w-0 flex-1">
          <Search size={15} aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-soft" />
          <input
            value={text}
            dir="auto"
            aria-label="Search the documents"
            data-testid="search-input"
            placeholder="Search"
            maxLength={4000}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => event.key === 'Escape' && setText('')}
            className="w-full rounded-md border border-rule bg-sheet py-1.5 pr-8 pl-8 text-sm placeholder:text-soft"
          />
          {text && (
            <IconButton label="Clear the search" className="absolute top-0.5 right-0.5 !size-7" onClick={() => setText('')}>
              <X size={14} />
            </IconButton>
          )}
        </search>
        {!text.trim() && beside}
      </div>
      {text.trim() && query ? <Hits query={query} /> : children}
    </>
  );
}

function Hits({ query }: { query: string }) {
  const { orpc, projectId } = useDesk();
  const { data, error, isFetching } = useQuery(
    orpc.search.query.queryOptions({
      input: { project_id: projectId ?? '', query, limit: HITS },
      enabled: projectId !== null,
      placeholderData: keepPreviousData,
    }),
  );
  const count = data?.items.length ?? 0;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-2" aria-busy={isFetching}>
      <p role="status" className="px-2 pb-1 text-xs text-soft">
        {error && <span className="text-alarm">{sentenceOf(error)}</span>}
        {!error && !data && 'Searching…'}
        {data && (count ? `${count} ${count === 1 ? 'passage' : 'passages'}, best first` : 'No passage was found. Try other words.')}
      </p>
      <ol aria-label="Passages found" data-testid="search-hits">
        {data?.items.map((hit) => (
          <li key={hit.pressmark.chunk_id}>
            <Hit hit={hit} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function Hit({ hit }: { hit: SearchHit }) {
  const { open, mark } = useDesk();
  const { filename, page, quote } = hit.pressmark;
  const heading = hit.heading_path.at(-1);
  const shown = mark?.document_id === hit.pressmark.document_id && mark.char_start === hit.pressmark.char_start;
  return (
    <button
      type="button"
      data-testid="search-hit"
      onClick={() => open(hit.pressmark)}
      className={`w-full rounded-md px-2 py-1.5 text-left ${shown ? 'bg-wash' : 'hover:bg-sunk'}`}
    >
      <span className="flex items-baseline gap-2 text-sm">
        <bdi className="min-w-0 truncate font-medium">{filename}</bdi>
        {page !== null && <span className="shrink-0 font-mono text-xs text-soft">p. {pageName(hit.pressmark)}</span>}
      </span>
      {heading && <bdi className="block truncate text-left text-xs font-medium text-cloth">{heading}</bdi>}
      <span className="plain-bidi line-clamp-3 font-serif text-sm leading-snug break-words text-soft">{plainQuote(quote)}</span>
    </button>
  );
}
