/** The documents of a project as a windowed list: only the rows in sight exist, so thousands scroll smoothly. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Document } from '../../src-main/contract/documents';
import { useDocuments } from '../documents';
import { sentenceOf, useDesk } from '../state';
import { KINDS } from '../words';
import { DocumentRow, rowHeight } from './document-row';
import { type StateChoice, stateName } from './state-filter';

const SPARE_PX = 360;
/** More rows are asked for while so much is left below the last one in sight. */
const FETCH_PX = 800;

interface Placed {
  document: Document;
  top: number;
  end: number;
}

function placed(documents: Document[], width: number): Placed[] {
  let end = 0;
  return documents.map((document) => {
    const top = end;
    end += rowHeight(document, width);
    return { document, top, end };
  });
}

interface Props {
  state: StateChoice;
  onState(choice: StateChoice): void;
}

export function DocumentList({ state, onState }: Props) {
  const desk = useDesk();
  const list = useDocuments(desk, state);
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600, width: 280 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setView((old) => ({ ...old, height: element.clientHeight, width: element.clientWidth })));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const rows = useMemo(() => placed(list.data?.pages.flatMap(({ items }) => items) ?? [], view.width), [list.data, view.width]);
  const height = rows.at(-1)?.end ?? 0;
  const first = rows.findIndex(({ end }) => end > view.top - SPARE_PX);
  const seen = rows.filter(({ top, end }) => end > view.top - SPARE_PX && top < view.top + view.height + SPARE_PX);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && view.top + view.height > height - FETCH_PX) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, view, height]);
  return (
    <div
      ref={box}
      data-testid="document-list"
      onScroll={(event) => {
        const top = event.currentTarget.scrollTop;
        setView((old) => ({ ...old, top }));
      }}
      className="min-h-0 flex-1 overflow-y-auto px-2"
    >
      {list.isError && (
        <p role="alert" className="p-2 text-alarm">
          {sentenceOf(list.error)}
        </p>
      )}
      {desk.projectId !== null && list.isPending && <p className="p-2 text-soft">Loading…</p>}
      {!list.isPending &&
        rows.length === 0 &&
        !list.isError &&
        (state === 'all' ? <Empty /> : <NoneInState state={state} onState={onState} />)}
      {desk.projectId === null && <Empty />}
      <ul className="relative" style={{ height }}>
        {seen.map(({ document, top, end }, index) => (
          <li
            key={document.id}
            aria-setsize={hasNextPage ? -1 : rows.length}
            aria-posinset={first + index + 1}
            className="absolute inset-x-0"
            style={{ top, height: end - top }}
          >
            <DocumentRow document={document} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function NoneInState({ state, onState }: Props) {
  return (
    <p data-testid="none-in-state" className="m-2 text-sm text-soft">
      {stateName(state)}: none.{' '}
      <button type="button" className="rounded-sm font-medium text-cloth underline underline-offset-2" onClick={() => onState('all')}>
        Show all documents
      </button>
    </p>
  );
}

function Empty() {
  return (
    <p data-testid="no-documents" className="m-2 rounded-lg border border-dashed border-rule p-4 text-sm text-soft">
      Nothing here yet. Drop files anywhere on this window, or use <strong>Add files</strong>: {KINDS}.
    </p>
  );
}
