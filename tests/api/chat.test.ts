/** Chat over HTTP: one JSON answer, server-sent events, and what both promise about pressmarks. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatAnswer } from '../../src-main/contract/chat';
import { pause } from '../support/server';
import { type Library, openLibrary } from './library';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library.close());

const QUESTION = 'How much does a season ticket for the walled garden cost?';

interface Event {
  event: string;
  data: Record<string, unknown>;
}

const ask = (body: Record<string, unknown>, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  fetch(new URL('/api/chat/', library.server.ready.url), {
    method: 'POST',
    body: JSON.stringify({ project_id: library.project_id, ...body }),
    headers: { authorization: `Bearer ${library.server.ready.token}`, 'content-type': 'application/json', ...headers },
    ...(signal ? { signal } : {}),
  });

/** Reads a stream as the standard says: blocks between empty lines, comments skipped. */
function eventsOf(text: string): Event[] {
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('event:'))
    .map((block) => {
      const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      return { event, data: JSON.parse(data) };
    });
}

function expectPressmarks({ message }: ChatAnswer): void {
  expect(message).toMatchObject({ role: 'assistant', answered: true });
  expect(message.citations.length).toBeGreaterThan(0);
  for (const { n } of message.citations) expect(message.content).toContain(`[${n}]`);
}

describe('JSON', () => {
  it('answers with citations whose quotes stand in the document', async () => {
    const response = await ask({ message: QUESTION });
    expect(response.status).toBe(200);
    const { data } = (await response.json()) as { data: ChatAnswer };
    expectPressmarks(data);
    for (const citation of data.message.citations) {
      const { body } = await library.server.get<{ content: string }>(`/api/documents/${citation.document_id}`);
      expect([...body.data.content].slice(citation.char_start, citation.char_end).join('')).toBe(citation.quote);
    }
  });

  it('goes on with a conversation and keeps it', async () => {
    const first = (await (await ask({ message: QUESTION })).json()) as { data: ChatAnswer };
    const { conversation_id } = first.data;
    const second = (await (await ask({ message: 'Who built the iron bridge?', conversation_id })).json()) as { data: ChatAnswer };
    expect(second.data.conversation_id).toBe(conversation_id);
    const { body } = await library.server.get<{ items: { role: string }[] }>(`/api/conversations/${conversation_id}/messages`);
    expect(body.data.items.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  });

  it('answers 404 for a conversation that is not there', async () => {
    expect((await ask({ message: QUESTION, conversation_id: 'nowhere' })).status).toBe(404);
  });
});

describe('server-sent events', () => {
  it.each([
    ['stream: true', { stream: true }, {}],
    ['the Accept header', {}, { accept: 'text/event-stream' }],
  ])('come with %s: tokens, citations, then the whole answer', async (_name, body, headers) => {
    const response = await ask({ message: QUESTION, ...body }, headers);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const events = eventsOf(await response.text());
    const last = events.at(-1);
    expect(last?.event).toBe('done');
    expect(events.slice(0, -1).every(({ event }) => event === 'token' || event === 'citation')).toBe(true);
    const done = last?.data as unknown as ChatAnswer;
    expectPressmarks(done);
    const text = events.filter(({ event }) => event === 'token').map(({ data }) => data.text);
    expect(text.length).toBeGreaterThan(0);
    expect(text.every((piece) => typeof piece === 'string')).toBe(true);
    const cited = events.filter(({ event }) => event === 'citation').map(({ data }) => data.n);
    expect(cited.sort()).toEqual(done.message.citations.map(({ n }) => n).sort());
  });

  it('refuses a bad question with an ordinary error', async () => {
    const response = await ask({ message: '', stream: true });
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('prefers an explicit stream: false to the Accept header', async () => {
    const response = await ask({ message: QUESTION, stream: false }, { accept: 'text/event-stream' });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    await response.text();
  });

  it('survives a client that leaves in the middle', async () => {
    const leaving = new AbortController();
    const response = await ask({ message: QUESTION, stream: true }, {}, leaving.signal);
    leaving.abort();
    await response.text().catch(() => undefined);
    await pause(200);
    expect((await ask({ message: QUESTION })).status).toBe(200);
  });
});
