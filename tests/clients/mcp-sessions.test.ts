/** Sessions of MCP over Streamable HTTP: tokens, several clients, cancelled and broken requests, long lists. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatAnswer, Conversation, Message } from '../../src-main/contract/chat';
import type { Page } from '../../src-main/contract/shared';
import type { IssuedToken } from '../../src-main/contract/tokens';
import { type Library, openLibrary, uploadTexts } from '../api/library';
import { type Connected, connect, textOf } from './mcp-client';

let library: Library;
let mcp: Connected;
beforeAll(async () => {
  library = await openLibrary();
  mcp = await connect(library.server.ready);
});
afterAll(async () => {
  await mcp.client.close();
  await library.close();
});

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};
const LIST = { jsonrpc: '2.0', id: 2, method: 'tools/list' };

/** A message without the client's help. */
function post(message: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const { url, token } = library.server.ready;
  return fetch(new URL('/mcp', url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify(message),
  });
}

const tokenWith = async (scope: string) =>
  (await library.server.post<IssuedToken>('/api/tokens', { name: scope, scopes: [scope] })).body.data.token;

describe('a token', () => {
  it('is needed; without a right one the answer says how to send it', async () => {
    for (const authorization of ['', 'Bearer wrong']) {
      const response = await post(INITIALIZE, { authorization });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
    await expect(connect({ ...library.server.ready, token: 'wrong' })).rejects.toThrow();
  });

  it('that may only read can search and read, but not ask', async () => {
    const { client } = await connect({ ...library.server.ready, token: await tokenWith('read') });
    const found = await client.callTool({ name: 'search_documents', arguments: { query: 'iron bridge' } });
    expect(textOf(found)).toContain('Ferrant');
    const refused = await client.callTool({ name: 'ask', arguments: { message: 'Who built the iron bridge?' } });
    expect(refused).toMatchObject({ isError: true });
    expect(textOf(refused)).toMatch(/write/);
    await client.close();
  });

  it('of somebody else opens no session of mine', async () => {
    const authorization = `Bearer ${await tokenWith('admin')}`;
    const response = await post(LIST, { authorization, 'mcp-session-id': mcp.transport.sessionId ?? '' });
    expect(response.status).toBe(404);
  });
});

describe('a session', () => {
  it('that nobody knows is answered with 404, and a new one works', async () => {
    const response = await post(LIST, { 'mcp-session-id': 'long-gone' });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      jsonrpc: '2.0',
      error: { code: -32001, message: expect.stringContaining('initialize') },
    });
    const again = await post(INITIALIZE);
    const id = again.headers.get('mcp-session-id') ?? '';
    expect(again.status).toBe(200);
    expect((await post(LIST, { 'mcp-session-id': id })).status).toBe(200);
  });

  it('ends when the client ends it', async () => {
    const { client, transport } = await connect(library.server.ready);
    const { sessionId = '' } = transport;
    await transport.terminateSession();
    expect((await post(LIST, { 'mcp-session-id': sessionId })).status).toBe(404);
    await client.close();
  });

  it('is one of several at once, each with its own answers', async () => {
    const clients = await Promise.all([1, 2, 3].map(() => connect(library.server.ready)));
    expect(new Set(clients.map(({ transport }) => transport.sessionId)).size).toBe(3);
    const words = ['season ticket', 'iron bridge', 'flood'];
    const found = await Promise.all(
      clients.map(({ client }, index) => client.callTool({ name: 'search_documents', arguments: { query: words[index], limit: 1 } })),
    );
    expect(found.map(textOf)).toEqual([
      expect.stringContaining('25 euros'),
      expect.stringContaining('bridge.md'),
      expect.stringContaining('1951'),
    ]);
    await Promise.all(clients.map(({ client }) => client.close()));
  });

  it('is not needed for one request', async () => {
    const response = await post(LIST);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('search_documents');
  });

  it('speaks each version of the protocol that clients have, and its newest with those that are newer', async () => {
    for (const [asked, answered] of [
      ['2024-11-05', '2024-11-05'],
      ['2025-03-26', '2025-03-26'],
      ['2025-06-18', '2025-06-18'],
      ['2025-11-25', '2025-11-25'],
      ['2099-01-01', '2025-11-25'],
    ]) {
      const response = await post({ ...INITIALIZE, params: { ...INITIALIZE.params, protocolVersion: asked } });
      expect(await response.text()).toContain(`"protocolVersion":"${answered}"`);
    }
    const response = await post(LIST, { 'mcp-session-id': mcp.transport.sessionId ?? '', 'mcp-protocol-version': '1999-01-01' });
    expect(response.status).toBe(400);
  });

  it('takes a broken stream up again: nothing that was missed is lost', async () => {
    const opened = await post(INITIALIZE);
    const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '', 'mcp-protocol-version': '2025-11-25' };
    await opened.text();
    const call = {
      jsonrpc: '2.0',
      id: 7,
      method: 'tools/call',
      params: { name: 'ask', arguments: { message: 'Who built the iron bridge?' } },
    };
    const reader = ((await post(call, session)).body as ReadableStream<Uint8Array>).getReader();
    const first = new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    const { url, token } = library.server.ready;
    const resume = () =>
      fetch(new URL('/mcp', url), {
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'text/event-stream',
          'last-event-id': /^id: (.+)$/m.exec(first)?.[1] ?? '',
          ...session,
        },
      });
    let resumed = await resume();
    // Until the server has seen the end of the first connection.
    while (resumed.status === 409) resumed = await resume();
    let text = '';
    for await (const piece of resumed.body as ReadableStream<Uint8Array>) {
      text += new TextDecoder().decode(piece);
      if (text.includes('"id":7')) break;
    }
    expect(text).toContain('Ferrant');
  });
});

describe('a cancelled question', () => {
  it('stops the model, and what it had written is kept as stopped', async () => {
    const cancelling = new AbortController();
    const message = 'Tell me everything about the garden and the bridge.';
    const asked = mcp.client.callTool({ name: 'ask', arguments: { message } }, undefined, {
      signal: cancelling.signal,
      onprogress: ({ message: now }) => {
        if (now?.startsWith('writing')) cancelling.abort('enough');
      },
    });
    await expect(asked).rejects.toThrow(/enough/);
    await expect.poll(async () => (await answersTo(message)).map(({ stopped }) => stopped), { timeout: 5_000 }).toEqual([true]);
  });

  async function answersTo(question: string): Promise<Message[]> {
    const conversations = await library.server.get<Page<Conversation>>(`/api/conversations?project_id=${library.project_id}`);
    const found = await Promise.all(
      conversations.body.data.items.map(
        async ({ id }) => (await library.server.get<Page<Message>>(`/api/conversations/${id}/messages`)).body.data.items,
      ),
    );
    return found
      .filter((messages) => messages.some(({ content }) => content === question))
      .flatMap((messages) => messages.filter(({ role }) => role === 'assistant'));
  }

  it('leaves the session as it was', async () => {
    const { structuredContent } = await mcp.client.callTool({ name: 'ask', arguments: { message: 'Who built the iron bridge?' } });
    expect((structuredContent as unknown as ChatAnswer).message.answered).toBe(true);
  });
});

describe('a library of many documents', () => {
  it('is listed page by page, each document once', async () => {
    const many = await openLibrary({ PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none' });
    const texts = Array.from({ length: 108 }, (_, index): [string, string] => [`note-${index}.md`, `Note number ${index}.`]);
    const other = await many.server.createProject('Other');
    const halves = await Promise.all([
      uploadTexts(many.server, many.project_id, Object.fromEntries(texts.slice(0, 54))),
      uploadTexts(many.server, other.id, Object.fromEntries(texts.slice(54))),
    ]);
    const items = halves.flatMap(({ body }) => body.data.items);
    await Promise.all(items.map(({ document }) => many.server.waitFor(document?.id ?? '')));
    const { client } = await connect(many.server.ready);
    const uris: string[] = [];
    let pages = 0;
    for (let cursor: string | undefined; pages === 0 || cursor !== undefined; pages += 1) {
      const { resources, nextCursor } = await client.listResources(cursor === undefined ? {} : { cursor });
      uris.push(...resources.map(({ uri }) => uri));
      cursor = nextCursor;
    }
    expect(pages).toBe(2);
    expect(uris).toHaveLength(110);
    expect(new Set(uris).size).toBe(110);
    await client.close();
    await many.close();
  }, 60_000);
});

it('answers nothing to what is no message of the protocol', async () => {
  for (const body of [{}, [], { jsonrpc: '1.0', method: 'x' }, 'text']) {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', error: { message: expect.any(String) } });
  }
});
