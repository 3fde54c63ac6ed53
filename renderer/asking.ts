/** Asks a question and watches the answer grow: tokens are gathered and shown once per frame. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ChatEvent, Citation, Message } from '../src-main/contract/chat';
import { sentenceOf, useDesk } from './state';

type Status = Extract<ChatEvent, { type: 'status' }>['status'];

export interface Growing {
  question: string;
  text: string;
  status: Status;
  citations: Citation[];
  error: string | null;
  conversationId: string | null;
  projectId: string;
  /** The stored question that is answered again. */
  again: string | null;
}

const EMPTY = { text: '', status: 'searching', citations: [], error: null, again: null } satisfies Partial<Growing>;

/** Shows at most one state per frame, however fast the tokens come. */
function perFrame(show: (state: Growing) => void) {
  let frame = 0;
  let latest: Growing | null = null;
  return {
    put(state: Growing) {
      latest = state;
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        if (latest) show(latest);
      });
    },
    end: () => cancelAnimationFrame(frame),
  };
}

function grown(state: Growing, event: ChatEvent): Growing {
  switch (event.type) {
    case 'start':
      return { ...state, conversationId: event.conversation_id };
    case 'status':
      return { ...state, status: event.status };
    case 'token':
      return { ...state, text: state.text + event.text };
    case 'citation':
      return { ...state, citations: [...state.citations, event.citation] };
    case 'done':
      return state;
  }
}

type Begin = (signal: AbortSignal) => Promise<AsyncIterable<ChatEvent>>;

/** One question at a time. `stop` ends it; what was written until then is kept by the backend. */
export function useAsking() {
  const { client, orpc, projectId, conversationId, chooseConversation } = useDesk();
  const cache = useQueryClient();
  const at = useRef({ projectId, conversationId });
  at.current = { projectId, conversationId };
  const [growing, setGrowing] = useState<Growing | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const watch = useCallback(
    async (first: Growing, begin: Begin) => {
      if (running.current) return;
      const stop = new AbortController();
      running.current = stop;
      let state = first;
      setGrowing(state);
      const frames = perFrame(setGrowing);
      try {
        for await (const event of await begin(stop.signal)) {
          state = grown(state, event);
          frames.put(state);
          // Who went elsewhere meanwhile is not called back.
          const isHere = at.current.projectId === first.projectId && at.current.conversationId === first.conversationId;
          if (event.type === 'start' && isHere) chooseConversation(event.conversation_id);
        }
      } catch (error) {
        if (!stop.signal.aborted) state = { ...state, error: sentenceOf(error) };
      }
      frames.end();
      running.current = null;
      // A model may have failed meanwhile.
      void cache.invalidateQueries({ queryKey: orpc.system.key() });
      await cache.invalidateQueries({ queryKey: orpc.conversations.key() });
      setGrowing(state.error ? state : null);
    },
    [orpc, cache, chooseConversation],
  );
  const ask = useCallback(
    async (question: string) => {
      if (!projectId) return;
      const input = { project_id: projectId, message: question, ...(conversationId ? { conversation_id: conversationId } : {}) };
      await watch({ ...EMPTY, question, conversationId, projectId }, (signal) => client.chat.stream(input, { signal }));
    },
    [client, projectId, conversationId, watch],
  );
  const askAgain = useCallback(
    async ({ id, content }: Message) => {
      if (!projectId || !conversationId) return;
      const input = { id: conversationId, message_id: id };
      await watch({ ...EMPTY, question: content, again: id, conversationId, projectId }, (signal) =>
        client.conversations.regenerate_stream(input, { signal }),
      );
    },
    [client, projectId, conversationId, watch],
  );
  /** After a failure: what the backend had stored already is answered, not asked twice. */
  const retry = ({ question }: Growing, messages: Message[]) => {
    const last = messages.at(-1);
    return last?.role === 'user' && last.content === question ? askAgain(last) : ask(question);
  };
  return { growing, busy: growing !== null && growing.error === null, ask, askAgain, retry, stop: () => running.current?.abort() };
}
