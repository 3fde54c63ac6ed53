/** The documents of the chosen project, as a paged list that live updates patch. */
import { useInfiniteQuery } from '@tanstack/react-query';
import type { DocumentState } from '../src-main/contract/documents';
import { PAGE_ROWS } from './client';
import { documentsKey } from './events';
import type { Desk } from './state';

/** The documents of a project, newest first, page by page. */
export function useDocuments(desk: Desk, state: DocumentState | 'all' = 'all') {
  return useInfiniteQuery({
    queryKey: [...documentsKey(desk.projectId ?? ''), state],
    enabled: desk.projectId !== null,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      desk.client.documents.list(
        {
          project_id: desk.projectId ?? '',
          limit: PAGE_ROWS,
          ...(state === 'all' ? {} : { state }),
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        { signal },
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}
