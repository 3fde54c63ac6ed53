/** Projects, conversations and messages whole: every page is read, so that no list ends at its first one. */
import { useQuery } from '@tanstack/react-query';
import type { Conversation, Message } from '../src-main/contract/chat';
import type { Project } from '../src-main/contract/projects';
import type { Page } from '../src-main/contract/shared';
import { type Backend, PAGE_ROWS } from './client';
import { useDesk } from './state';

interface PageQuery {
  limit: number;
  cursor?: string;
}

/** Every page of a list, one after the other. */
export async function readAll<T>(read: (query: PageQuery) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await read({ limit: PAGE_ROWS, ...(cursor ? { cursor } : {}) });
    all.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return all;
}

export function useProjects({ client, orpc }: Backend) {
  return useQuery<Project[]>({
    queryKey: [...orpc.projects.list.key(), 'whole'],
    queryFn: ({ signal }) => readAll((query) => client.projects.list(query, { signal })),
  });
}

/** Latest first. */
export function useConversations() {
  const { client, orpc, projectId } = useDesk();
  return useQuery<Conversation[]>({
    queryKey: [...orpc.conversations.list.key(), 'whole', projectId],
    enabled: projectId !== null,
    queryFn: ({ signal }) => readAll((query) => client.conversations.list({ ...query, project_id: projectId ?? '' }, { signal })),
  });
}

/** All branches, oldest first. */
export function useMessages() {
  const { client, orpc, conversationId } = useDesk();
  return useQuery<Message[]>({
    queryKey: [...orpc.conversations.messages.key(), 'whole', conversationId],
    enabled: conversationId !== null,
    queryFn: ({ signal }) =>
      readAll((query) => client.conversations.messages({ ...query, id: conversationId ?? '', branch: 'all' }, { signal })),
  });
}
