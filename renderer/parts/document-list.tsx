/** The documents of a project as a windowed list: only the rows in sight exist, so thousands scroll smoothly. */
import { useEffect, useRef, useState } from 'react';
import { useDocuments } from '../documents';
import { sentenceOf, useDesk } from '../state';
import { DocumentRow } from './document-row';

const ROW_PX = 60;
const SPARE_ROWS = 6;

export function DocumentList() {
  const desk = useDesk();
  const list = useDocuments(desk);
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setView((old) => ({ ...old, height: element.clientHeight })));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const first = Math.max(0, Math.floor(view.top / ROW_PX) - SPARE_ROWS);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / ROW_PX) + SPARE_ROWS);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last > rows.length - SPARE_ROWS * 2) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, rows.length]);
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
      {!list.isPending && rows.length === 0 && !list.isError && <Empty />}
      {desk.projectId === null && <Empty />}
      <ul className="relative" style={{ height: rows.length * ROW_PX }}>
        {rows.slice(first, last).map((document, index) => (
          <li
            key={document.id}
            aria-setsize={hasNextPage ? -1 : rows.length}
            aria-posinset={first + index + 1}
            className="absolute inset-x-0"
            style={{ top: (first + index) * ROW_PX, height: ROW_PX }}
          >
            <DocumentRow document={document} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Empty() {
  return (
    <p data-testid="no-documents" className="m-2 rounded-lg border border-dashed border-rule p-4 text-sm text-soft">
      Nothing here yet. Drop PDFs, office files or text anywhere on this window, or use <strong>Add files</strong>.
    </p>
  );
}
