/** REST: envelopes, statuses, paging, and a validation table over every operation of the contract. */
import { tmpdir } from 'node:os';
import { isContractProcedure } from '@orpc/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract } from '../../src-main/contract';
import type { Document } from '../../src-main/contract/documents';
import type { Project } from '../../src-main/contract/projects';
import type { Page } from '../../src-main/contract/shared';
import { type Library, openLibrary, rawRequest } from './library';

const NO_MODELS = { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none' };
const ABSENT = '00000000-0000-7000-8000-000000000000';
let library: Library;
beforeAll(async () => {
  library = await openLibrary(NO_MODELS);
});
afterAll(() => library.close());

interface Operation {
  name: string;
  method: string;
  path: string;
  door: string;
}

const operations: Operation[] = Object.entries(contract).flatMap(([group, members]) =>
  Object.entries(members).flatMap(([name, procedure]) => {
    if (!isContractProcedure(procedure)) throw new Error(`${group}.${name} is no operation`);
    const { route, meta } = procedure['~orpc'];
    return [{ name: `${group}.${name}`, method: route.method ?? '', path: route.path ?? '', door: String(meta.door) }];
  }),
);
const open = operations.filter(({ door }) => door === 'everywhere');
const filled = (path: string, id: string) => path.replace('{id}', id).replace('{page}', '1');

describe('envelope', () => {
  it('wraps success', async () => {
    const { status, body } = await library.server.get<Project>(`/api/projects/${library.project_id}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'success',
      data: expect.objectContaining({ id: library.project_id, name: 'Doors', documents: 2 }),
      message: expect.any(String),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
  });

  it('wraps failure', async () => {
    const { status, body } = await library.server.get(`/api/projects/${ABSENT}`);
    expect(status).toBe(404);
    expect(body).toEqual({
      status: 'error',
      error: { code: 'NOT_FOUND', message: expect.stringContaining(ABSENT), details: { project: ABSENT } },
      message: expect.any(String),
      timestamp: expect.any(String),
    });
  });

  it('answers with and without a slash at the end', async () => {
    for (const path of ['/api/projects', '/api/projects/', `/api/projects/${library.project_id}/`, '/api/system/', '/api/jobs/']) {
      expect((await library.server.get(path)).status, path).toBe(200);
    }
  });

  it('answers 404 to unknown routes', async () => {
    for (const [method, path] of [
      ['GET', '/api/nothing'],
      ['PUT', '/api/projects/a/b'],
      ['GET', '/rpc/no/such'],
      ['POST', '/somewhere'],
    ] as const) {
      const { status, body } = await library.server.request(method, path);
      expect(status, path).toBe(404);
      expect(body.error?.code).toBeDefined();
    }
  });

  it.each([
    ['PUT', '/api/projects', 'GET, POST, HEAD, OPTIONS'],
    ['PATCH', '/api/projects/', 'GET, POST, HEAD, OPTIONS'],
    ['GET', '/api/documents/upload', 'POST, OPTIONS'],
    ['POST', `/api/documents/${ABSENT}`, 'GET, DELETE, HEAD, OPTIONS'],
    ['TRACE', '/api/health', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/openapi.json', 'GET, HEAD, OPTIONS'],
  ])('answers 405 to %s %s and names what it takes', async (method, path, allow) => {
    const answer = await rawRequest(library.server.ready.url, path, { authorization: `Bearer ${library.server.ready.token}` }, method);
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe(allow);
    expect(JSON.parse(answer.text).error.code).toBe('METHOD_NOT_ALLOWED');
    const options = await rawRequest(library.server.ready.url, path, {}, 'OPTIONS');
    expect([options.status, options.headers.allow, options.text]).toEqual([204, allow, '']);
  });

  it('answers HEAD wherever it answers GET, without the body', async () => {
    const authorization = `Bearer ${library.server.ready.token}`;
    for (const path of ['/api/health', '/api/projects', `/api/documents/${library.garden.id}/file`, '/openapi.json']) {
      const head = await rawRequest(library.server.ready.url, path, { authorization }, 'HEAD');
      const get = await rawRequest(library.server.ready.url, path, { authorization }, 'GET');
      expect([head.status, head.text, head.headers['content-type']], path).toEqual([200, '', get.headers['content-type']]);
    }
  });

  it('keeps operations of the window and of the page off REST', async () => {
    const hidden = operations.filter(({ door }) => door !== 'everywhere');
    expect(hidden.map(({ name }) => name).sort()).toEqual([
      'chat.stream',
      'conversations.regenerate_stream',
      'documents.import',
      'openai.stream',
      'system.events',
    ]);
    for (const { method, path } of hidden) {
      const body = method === 'GET' ? undefined : { project_id: library.project_id, paths: ['/etc/hostname'], message: 'Hello?' };
      const { status } = await library.server.request(method, path, body);
      // "import" might be the id of a document, which takes other methods.
      expect(status, path).toBe(path === '/api/documents/import' ? 405 : 404);
    }
  });
});

describe('bodies', () => {
  const send = (body: string, type = 'application/json') =>
    fetch(new URL('/api/projects', library.server.ready.url), {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${library.server.ready.token}`, 'content-type': type },
    });

  it.each([
    ['broken JSON', '{"name":', 'application/json', 400, 'BAD_REQUEST'],
    ['a bare word', 'name', 'application/json', 400, 'BAD_REQUEST'],
    ['a list', '[]', 'application/json', 422, 'VALIDATION_FAILED'],
    ['null', 'null', 'application/json', 422, 'VALIDATION_FAILED'],
    ['a text', '"name"', 'application/json', 422, 'VALIDATION_FAILED'],
    ['a list for an object', '{"name":"x","settings":[null]}', 'application/json', 422, 'VALIDATION_FAILED'],
    ['a form', 'name=x', 'application/x-www-form-urlencoded', 415, 'UNSUPPORTED_TYPE'],
    ['plain text', '{"name":"x"}', 'text/plain', 415, 'UNSUPPORTED_TYPE'],
    ['more than 1 MiB', JSON.stringify({ name: 'x'.repeat(1024 * 1024) }), 'application/json', 413, 'PAYLOAD_TOO_LARGE'],
  ])('refuses %s', async (_name, text, type, status, code) => {
    const response = await send(text, type);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ status: 'error', error: { code } });
  });

  it('keeps any script in a name', async () => {
    const name = 'Größe 中文 العربية 🦊';
    const { body } = await library.server.post<Project>('/api/projects', { name });
    expect((await library.server.get<Project>(`/api/projects/${body.data.id}`)).body.data.name).toBe(name);
    expect((await library.server.request('DELETE', `/api/projects/${body.data.id}/`)).body.data).toEqual({
      id: body.data.id,
      deleted: true,
    });
  });
});

/** One invalid input for each operation that takes any, and the field that the answer must name. */
const INVALID: Record<string, { query?: string; body?: unknown; field: string }[]> = {
  'projects.list': [
    { query: 'limit=0', field: 'limit' },
    { query: 'limit=201', field: 'limit' },
    { query: 'limit=many', field: 'limit' },
  ],
  'projects.create': [
    { body: {}, field: 'name' },
    { body: { name: '   ' }, field: 'name' },
    { body: { name: 7 }, field: 'name' },
    { body: { name: 'x', settings: 'y' }, field: 'settings' },
  ],
  'projects.update': [{ body: { name: '' }, field: 'name' }],
  'documents.list': [
    { field: 'project_id' },
    { query: 'project_id=x&state=odd', field: 'state' },
    { query: 'project_id=x&limit=1.5', field: 'limit' },
  ],
  'documents.chunks': [{ query: 'limit=-1', field: 'limit' }],
  'jobs.list': [{ query: 'state=odd', field: 'state' }],
  'search.query': [
    { body: { query: 'x' }, field: 'project_id' },
    { body: { project_id: 'x', query: ' ' }, field: 'query' },
    { body: { project_id: 'x', query: 'y', mode: 'psychic' }, field: 'mode' },
    { body: { project_id: 'x', query: 'y', limit: 101 }, field: 'limit' },
    { body: { project_id: 'x', query: 'y', filters: { document_ids: 'z' } }, field: 'filters.document_ids' },
  ],
  'chat.ask': [
    { body: { message: 'x' }, field: 'project_id' },
    { body: { project_id: 'x', message: '' }, field: 'message' },
    { body: { project_id: 'x', message: 'y'.repeat(8001) }, field: 'message' },
    { body: { project_id: 'x', stream: true }, field: 'message' },
    { body: { project_id: 'x', message: 'y', stream: 'maybe' }, field: 'stream' },
  ],
  'conversations.list': [{ field: 'project_id' }],
  'conversations.create': [{ body: {}, field: 'project_id' }],
  'conversations.update': [{ body: { title: '' }, field: 'title' }],
  'conversations.messages': [
    { query: 'limit=999', field: 'limit' },
    { query: 'branch=newest', field: 'branch' },
  ],
  'folders.add': [
    { body: { path: 'here/there' }, field: 'path' },
    { body: { path: tmpdir(), ignore: 'x' }, field: 'ignore' },
  ],
  'models.import': [{ body: { kind: 'chat', url: 'https://ada:secret@example.com/a.gguf' }, field: 'url' }],
  'graph.entities': [
    { query: 'type=animal', field: 'type' },
    { query: 'sort=size', field: 'sort' },
  ],
  'graph.neighbours': [{ query: 'depth=9', field: 'depth' }],
  'graph.relations': [{ query: 'evidence=9', field: 'evidence' }],
  'graph.path': [{ query: 'from=x', field: 'to' }],
  'graph.communities': [{ query: 'cursor=-1', field: 'cursor' }],
  'graph.subgraph': [{ field: 'query' }],
  'conversations.regenerate': [
    { body: { message: ' ' }, field: 'message' },
    { body: { mode: 'guess' }, field: 'mode' },
  ],
};

describe('validation', () => {
  const cases = Object.entries(INVALID).flatMap(([name, inputs]) => inputs.map((input) => ({ name, ...input })));
  it.each(cases)('$name names $field', async ({ name, query, body, field }) => {
    const operation = operations.find((one) => one.name === name);
    if (!operation) throw new Error(`the contract has no ${name}`);
    const path = `${filled(operation.path, ABSENT)}${query ? `?${query}` : ''}`;
    const answer = await library.server.request(operation.method, path, body);
    expect(answer.status).toBe(422);
    expect(answer.body.error).toMatchObject({ code: 'VALIDATION_FAILED', message: expect.stringContaining(field) });
    const issues = answer.body.error?.details.issues as { path: string; message: string }[];
    expect(issues.map(({ path: at }) => at)).toContain(field);
  });

  it('refuses a page that is no number', async () => {
    const { status, body } = await library.server.get(`/api/documents/${library.garden.id}/pages/one`);
    expect([status, body.error?.code]).toEqual([422, 'VALIDATION_FAILED']);
  });
});

/** What these cannot be asked without, besides the id. */
const REQUIRED: Record<string, { body?: Record<string, unknown>; query?: string }> = {
  'documents.unlock': { body: { password: 'x' } },
  'projects.update': { body: { name: 'x' } },
  'conversations.update': { body: { title: 'x' } },
  'folders.add': { body: { path: tmpdir() } },
  'folders.update': { body: { ignore: [] } },
  'graph.merge': { body: { entity_id: 'x', into_id: 'y' } },
  'graph.path': { query: '?from=x&to=y' },
  'graph.subgraph': { query: '?query=x' },
};

describe('unknown ids', () => {
  const withId = open.filter(({ path }) => path.includes('{id}'));
  it.each(withId)('$name answers 404', async ({ name, method, path }) => {
    const { body, query = '' } = REQUIRED[name] ?? {};
    for (const id of [ABSENT, 'x', '%00', "1' OR '1'='1", '..%2f..%2fetc']) {
      const { status, body: answer } = await library.server.request(method, `${filled(path, id)}${query}`, body);
      expect([status, answer.error?.code], `${name} ${id}`).toEqual([404, 'NOT_FOUND']);
    }
  });

  it('answers 404 for an unknown project, and 422 for an id that is none', async () => {
    for (const [path, body] of [
      ['/api/search', { query: 'x' }],
      ['/api/chat', { message: 'x' }],
      ['/api/chat', { message: 'x', stream: true }],
      ['/api/conversations', {}],
    ] as const) {
      expect((await library.server.post(path, { ...body, project_id: ABSENT })).status, path).toBe(404);
      expect((await library.server.post(path, { ...body, project_id: '' })).status, path).toBe(422);
    }
    expect((await library.server.get(`/api/documents?project_id=${ABSENT}`)).status).toBe(404);
  });
});

describe('paging', () => {
  it('walks through every document once', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = `project_id=${library.project_id}&limit=1${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
      const { status, body } = await library.server.get<Page<Document>>(`/api/documents/?${query}`);
      expect(status).toBe(200);
      expect(body.data.items.length).toBeLessThanOrEqual(1);
      seen.push(...body.data.items.map(({ id }) => id));
      cursor = body.data.next_cursor;
    }
    expect(seen.sort()).toEqual([library.garden.id, library.bridge.id].sort());
  });

  it('leaves texts out of lists and has them in the document', async () => {
    const { body } = await library.server.get<Page<Document>>(`/api/documents?project_id=${library.project_id}`);
    expect(body.data.items.every(({ content }) => content === null)).toBe(true);
    expect((await library.server.get<Document>(`/api/documents/${library.garden.id}`)).body.data.content).toContain('25 euros');
  });

  it('takes no nonsense for a cursor', async () => {
    const { status } = await library.server.get(`/api/documents?project_id=${library.project_id}&cursor=${encodeURIComponent("'; --")}`);
    expect(status).toBeLessThan(500);
  });
});
