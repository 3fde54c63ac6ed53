/** What a token may do: every operation of the contract is asked with every scope, so that a new one is covered by being declared. */
import { isContractProcedure } from '@orpc/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { contract } from '../../src-main/contract';
import type { Conversation } from '../../src-main/contract/chat';
import type { Scope } from '../../src-main/contract/op';
import type { SearchResult } from '../../src-main/contract/search';
import type { IssuedToken } from '../../src-main/contract/tokens';
import { type Library, openLibrary, rawRequest, uploadTexts } from './library';

const ABSENT = '00000000-0000-7000-8000-000000000000';
const SCOPES: Scope[] = ['read', 'write', 'admin'];
const tokens: Partial<Record<Scope, string>> = {};
let library: Library;
beforeAll(async () => {
  library = await openLibrary({ PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none', PRESSMARK_RATE_LIMIT: '0' });
  for (const scope of SCOPES) {
    const { body } = await library.server.post<IssuedToken>('/api/tokens', { name: scope, scopes: [scope] });
    tokens[scope] = body.data.token;
  }
});
afterAll(() => library.close());

interface Operation {
  name: string;
  method: string;
  path: string;
  needed: Scope;
}

/** Those that end tokens come last. */
const operations: Operation[] = Object.entries(contract)
  .flatMap(([group, members]) => Object.entries(members).map(([name, operation]) => ({ name: `${group}.${name}`, operation })))
  .flatMap(({ name, operation }) => {
    if (!isContractProcedure(operation)) throw new Error(`${name} is no operation`);
    const { route, meta } = operation['~orpc'];
    return meta.door === 'everywhere' ? [{ name, method: route.method ?? '', path: route.path ?? '', needed: meta.scope }] : [];
  })
  .sort((a, b) => Number(a.name === 'tokens.rotateKey') - Number(b.name === 'tokens.rotateKey'));

function ask({ method, path }: Operation, token: string | undefined) {
  const address = path.replaceAll(/\{\+?\w+\}/g, ABSENT);
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return rawRequest(library.server.ready.url, address, authorization, method);
}

const isEnough = (held: Scope, needed: Scope) => SCOPES.indexOf(held) >= SCOPES.indexOf(needed);

describe('a token with "read"', () => {
  it('asks no question by a stream or a WebSocket either', async () => {
    const question = { project_id: library.project_id, message: 'Who built the iron bridge?' };
    const { status } = await library.server.request(
      'POST',
      '/api/chat',
      { ...question, stream: true },
      { authorization: `Bearer ${tokens.read}` },
    );
    expect(status).toBe(403);
    const socket = new WebSocket(`${library.server.ready.url.replace('http', 'ws')}/api/ws`, ['pressmark', `token.${tokens.read}`]);
    await new Promise((resolve) => socket.once('open', resolve));
    const frame = new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse(String(data)))));
    socket.send(JSON.stringify({ id: 'q', type: 'chat', ...question }));
    expect(await frame).toMatchObject({ id: 'q', type: 'error', code: 'FORBIDDEN' });
    socket.close();
  });
});

describe('another project', () => {
  it('is not seen through ids of this one', async () => {
    const other = await library.server.createProject('Other');
    const { body } = await library.server.post<Conversation>('/api/conversations', { project_id: library.project_id, title: 'Secret' });
    for (const stream of [false, true]) {
      const mixed = { project_id: other.id, conversation_id: body.data.id, message: 'Who built the iron bridge?', stream };
      const answer = await library.server.post('/api/chat', mixed);
      expect([answer.status, answer.body.error?.code]).toEqual([404, 'NOT_FOUND']);
      expect(JSON.stringify(answer.body)).not.toContain('Secret');
    }
    const filters = { document_ids: [library.bridge.id] };
    const found = await library.server.post<SearchResult>('/api/search', {
      project_id: other.id,
      query: 'iron bridge',
      mode: 'keyword',
      filters,
    });
    expect(found.body.data.items).toEqual([]);
  });

  it('has its own copy of a file that this one has too', async () => {
    const other = await library.server.createProject('Copy');
    const text = 'One text in two projects.';
    const [first, second] = [
      await uploadTexts(library.server, library.project_id, { 'mine.txt': text }),
      await uploadTexts(library.server, other.id, { 'theirs.txt': text }),
    ];
    expect(second.body.data.items[0]).toMatchObject({ filename: 'theirs.txt', duplicate_of: null, document: { project_id: other.id } });
    expect(second.body.data.items[0]?.document?.id).not.toBe(first.body.data.items[0]?.document?.id);
  });
});

describe('a token', () => {
  const cases = operations.flatMap((operation) => SCOPES.map((scope) => ({ ...operation, scope })));
  it.each(cases)('with "$scope" asking for $name', async ({ scope, ...operation }) => {
    const { status, text } = await ask(operation, tokens[scope]);
    if (isEnough(scope, operation.needed)) expect([401, 403, 405]).not.toContain(status);
    else {
      expect(status).toBe(403);
      expect(text).toContain(operation.needed);
    }
  });

  it.each(operations.filter(({ name }) => name !== 'system.health'))('is needed for $name', async (operation) => {
    expect((await ask(operation, undefined)).status).toBe(401);
    expect((await ask(operation, 'eyJhbGciOiJub25lIn0.e30.')).status).toBe(401);
  });
});
