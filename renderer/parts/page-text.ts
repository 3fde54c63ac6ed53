/** A page as the backend read it: its text, its label, the boxes of its words; and which page is in sight. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Document } from '../../src-main/contract/documents';
import { type Mark, useDesk } from '../state';

/** Pages are stored with the text: before the text is whole there may be none. */
const READ = ['searchable', 'embedding', 'ready'];

export function usePageText({ id, state }: Pick<Document, 'id' | 'state'>, page: number) {
  const { orpc } = useDesk();
  return useQuery(
    orpc.documents.page.queryOptions({
      input: { id, page },
      enabled: READ.includes(state),
      staleTime: Number.POSITIVE_INFINITY,
      retry: false,
    }),
  );
}

/** Begins at the page of the mark, and goes there when another mark is opened. */
export function usePageInSight(mark: Mark): [number, (page: number) => void] {
  const [page, setPage] = useState(mark.page ?? 1);
  useEffect(() => setPage(mark.page ?? 1), [mark]);
  return [page, setPage];
}

/** The width of an element, as it changes; `box` is its ref, and it may come and go. */
export function useWidth() {
  const [element, box] = useState<HTMLElement | null>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return { box, width };
}
