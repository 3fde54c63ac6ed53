/** Idempotency-Key: a request that is sent twice is done once. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChatAnswer, Message } from '../../src-main/contract/chat';
import type { Document, UploadResult } from '../../src-main/contract/documents';
import type { Project } from '../../src-main/contract/projects';
import type { Page } from '../../src-main/contract/shared';
import type { IssuedToken } from '../../src-main/contract/tokens';
import { startServer, temporaryFolder } from '../support/server';
import { type Library, openLibrary } from './library';

const NO_MODELS = { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none' };
let library: Library;
beforeAll(async () => {
  library = await openLibrary(NO_MODELS);
});
afterAll(() => library.close());

const keyed = (key = randomUUID()) => ({ 'idempotency-key': key });

it('gives the first answer again, also to a project', async () => {
  const key = keyed();
  const ask = () => library.server.request<Project>('POST', '/api/projects', { name: 'Once' }, key);
  const [first, second] = [await ask(), await ask()];
  expect(first.status).toBe(201);
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  expect(second.status).toBe(201);
  expect(second.headers.get('idempotency-replayed')).toBe('true');
  expect(second.body).toEqual(first.body);
  expect(first.headers.get('etag')).toBe('"1"');
  expect(second.headers.get('etag')).toBe('"1"');
});

it('asks a question once', async () => {
  const key = keyed();
  const question = { project_id: library.project_id, message: 'Who built the iron bridge?' };
  const ask = () => library.server.request<ChatAnswer>('POST', '/api/chat', question, key);
  const [first, second] = [await ask(), await ask()];
  expect(second.body).toEqual(first.body);
  const { body } = await library.server.get<Page<Message>>(`/api/conversations/${first.body.data.conversation_id}/messages`);
  expect(body.data.items).toHaveLength(2);
});

it('gives a streamed answer again, event by event', async () => {
  const headers = { authorization: `Bearer ${library.server.ready.token}`, 'content-type': 'application/json', ...keyed() };
  const body = JSON.stringify({ project_id: library.project_id, message: 'How long is the bridge?', stream: true });
  const ask = async () => (await fetch(`${library.server.ready.url}/api/chat`, { method: 'POST', headers, body })).text();
  const first = await ask();
  expect(first).toContain('event: done');
  expect(await ask()).toBe(first);
});

it('takes an upload once, and answers the second as the first', async () => {
  const key = keyed();
  const send = () => {
    const form = new FormData();
    form.set('project_id', library.project_id);
    form.append('file', new Blob(['The lighthouse was lit in 1901.']), 'lighthouse.txt');
    return library.server.request<UploadResult>('POST', '/api/documents/upload', form, key);
  };
  const [first, second] = [await send(), await send()];
  expect(first.body.data.items[0]?.duplicate_of).toBeNull();
  expect(second.body).toEqual(first.body);
  const { body } = await library.server.get<Page<Document>>(`/api/documents?project_id=${library.project_id}`);
  expect(body.data.items.filter(({ filename }) => filename === 'lighthouse.txt')).toHaveLength(1);
});

it('refuses a key that was used for something else', async () => {
  const key = keyed();
  await library.server.request('POST', '/api/projects', { name: 'One' }, key);
  const { status, body } = await library.server.request('POST', '/api/projects', { name: 'Two' }, key);
  expect(status).toBe(422);
  expect(body.error?.details).toMatchObject({ issues: [{ path: 'Idempotency-Key' }] });
});

it('does the work once for requests that come at the same time', async () => {
  const key = keyed();
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => library.server.request<Project>('POST', '/api/projects', { name: 'Race' }, key)),
  );
  expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
  expect(new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.data.id)).size).toBe(1);
});

it('belongs to its token', async () => {
  const key = keyed();
  const { body } = await library.server.post<IssuedToken>('/api/tokens', { name: 'Other', scopes: ['write'] });
  const first = await library.server.request<Project>('POST', '/api/projects', { name: 'Mine' }, key);
  const other = await library.server.request<Project>(
    'POST',
    '/api/projects',
    { name: 'Mine' },
    { ...key, authorization: `Bearer ${body.data.token}` },
  );
  expect(other.status).toBe(201);
  expect(other.body.data.id).not.toBe(first.body.data.id);
});

it('keeps errors of the request too, and refuses a key that is none', async () => {
  const key = keyed();
  for (let time = 0; time < 2; time += 1) {
    expect((await library.server.request('POST', '/api/projects', { name: '' }, key)).status).toBe(422);
  }
  expect((await library.server.request('POST', '/api/projects', { name: 'x' }, { 'idempotency-key': 'x'.repeat(300) })).status).toBe(422);
});

it('outlives a restart', async () => {
  const own = temporaryFolder();
  const key = keyed();
  const first = await startServer({ dataDir: own.path, env: NO_MODELS });
  const { body } = await first.request<Project>('POST', '/api/projects', { name: 'Kept' }, key);
  await first.stop('SIGKILL');
  const second = await startServer({ dataDir: own.path, env: NO_MODELS });
  expect((await second.request<Project>('POST', '/api/projects', { name: 'Kept' }, key)).body).toEqual(body);
  await second.stop();
  own.remove();
});
