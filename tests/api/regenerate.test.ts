/** Answers made again: branches of a conversation, over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatAnswer, Message } from '../../src-main/contract/chat';
import { type Library, openLibrary } from './library';

let library: Library;
let conversation_id: string;
let question: Message;
let answer: Message;

const QUESTION = 'How much does a season ticket for the walled garden cost?';
const OTHERWISE = 'Who built the iron bridge?';

const again = (message_id: string, body: Record<string, unknown> = {}, id = conversation_id) =>
  library.server.post<ChatAnswer>(`/api/conversations/${id}/messages/${message_id}/regenerate`, body);

async function messages(query = ''): Promise<Message[]> {
  const { body } = await library.server.get<{ items: Message[] }>(`/api/conversations/${conversation_id}/messages${query}`);
  return body.data.items;
}

const LATEST = '?branch=latest';

beforeAll(async () => {
  library = await openLibrary();
  const { body } = await library.server.post<ChatAnswer>('/api/chat', { project_id: library.project_id, message: QUESTION });
  conversation_id = body.data.conversation_id;
  [question, answer] = (await messages()) as [Message, Message];
});
afterAll(() => library.close());

describe('a first answer', () => {
  it('follows its question', () => {
    expect(question).toMatchObject({ role: 'user', parent_id: null });
    expect(answer).toMatchObject({ role: 'assistant', parent_id: question.id });
  });
});

describe('the same question', () => {
  it.each(['answer', 'question'] as const)('is answered again by the id of its %s; what was there stays', async (which) => {
    const before = await messages();
    const { status, body } = await again(which === 'answer' ? answer.id : question.id);
    expect(status).toBe(200);
    const { message } = body.data;
    expect(body.data.conversation_id).toBe(conversation_id);
    expect(message).toMatchObject({ role: 'assistant', parent_id: question.id, answered: true });
    expect(message.citations.length).toBeGreaterThan(0);
    expect(await messages()).toEqual([...before, message]);
    expect(await messages(LATEST)).toEqual([question, message]);
  });

  it('is answered as events with stream: true', async () => {
    const response = await fetch(
      new URL(`/api/conversations/${conversation_id}/messages/${answer.id}/regenerate/`, library.server.ready.url),
      {
        method: 'POST',
        body: JSON.stringify({ stream: true }),
        headers: { authorization: `Bearer ${library.server.ready.token}`, 'content-type': 'application/json' },
      },
    );
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const text = await response.text();
    const done = JSON.parse(/^event: done\ndata: (.*)$/m.exec(text)?.[1] ?? '{}') as ChatAnswer;
    expect(done.message.parent_id).toBe(question.id);
    expect((await messages(LATEST)).at(-1)).toEqual(done.message);
  });
});

describe('a question put otherwise', () => {
  it('is a branch beside the first, and the conversation goes on from it', async () => {
    const { body } = await again(answer.id, { message: OTHERWISE });
    const [put, got, ...more] = await messages(LATEST);
    expect(more).toEqual([]);
    expect(put).toMatchObject({ role: 'user', content: OTHERWISE, parent_id: null });
    expect(got).toEqual(body.data.message);
    const next = await library.server.post<ChatAnswer>('/api/chat', {
      project_id: library.project_id,
      conversation_id,
      message: 'And when?',
    });
    const branch = await messages(LATEST);
    expect(branch.map(({ id }) => id).slice(0, 2)).toEqual([put?.id, got?.id]);
    expect(branch.map(({ content }) => content)[2]).toBe('And when?');
    expect(branch.at(-1)).toEqual(next.body.data.message);
    const all = await messages('?limit=100');
    expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining([question.id, answer.id, ...branch.map(({ id }) => id)]));
  });
});

describe('what is not there', () => {
  it('is 404: conversation, message, and the message of another conversation', async () => {
    const { body } = await library.server.post<{ id: string }>('/api/conversations', { project_id: library.project_id });
    for (const asked of [() => again('nowhere'), () => again(answer.id, {}, 'nowhere'), () => again(answer.id, {}, body.data.id)]) {
      const refused = await asked();
      expect(refused.status).toBe(404);
      expect(refused.body.error?.code).toBe('NOT_FOUND');
    }
    const stream = await again('nowhere', { stream: true });
    expect(stream.status).toBe(404);
  });
});
