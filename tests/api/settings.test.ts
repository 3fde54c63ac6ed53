/** Settings: read, changed while running, fixed at the start; and versions with If-Match on everything that can be changed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Conversation } from '../../src-main/contract/chat';
import type { Project } from '../../src-main/contract/projects';
import type { Settings } from '../../src-main/contract/settings';
import { startServer, type TestServer, temporaryFolder } from '../support/server';
import { rawRequest, uploadTexts } from './library';

const NO_MODELS = { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none' };
const folder = temporaryFolder();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ dataDir: folder.path, env: { ...NO_MODELS, PRESSMARK_LOG_LEVEL: 'warn' } });
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

const put = (path: string, body: unknown, headers: Record<string, string> = {}) => server.request<Settings>('PUT', path, body, headers);

describe('settings', () => {
  it('shows what is in effect and what was fixed at the start', async () => {
    const { body } = await server.get<Settings>('/api/settings/');
    expect(body.data).toMatchObject({
      max_file_mib: 100,
      heavy_requests_per_minute: 120,
      log_level: 'warn',
      fixed: ['log_level', 'chat_model', 'embedding_model'],
    });
  });

  it('refuses to change what was fixed, and says so', async () => {
    const { status, body } = await put('/api/settings', { log_level: 'debug' });
    expect(status).toBe(409);
    expect(body.error?.message).toContain('PRESSMARK_LOG_LEVEL');
  });

  it.each([
    [{ max_file_mib: 0 }, 'max_file_mib'],
    [{ cors_origins: ['http://x.example/path'] }, 'cors_origins.0'],
    [{ cors_origins: '*' }, 'cors_origins'],
    [{ allowed_hosts: ['http://x'] }, 'allowed_hosts.0'],
    [{ heavy_requests_per_minute: -1 }, 'heavy_requests_per_minute'],
  ])('says what is wrong with %j', async (change, path) => {
    const { status, body } = await put('/api/settings', change);
    expect(status).toBe(422);
    expect(body.error?.details).toMatchObject({ issues: [{ path }] });
  });

  it('refuses a name that is no setting', async () => {
    const { status, body } = await put('/api/settings', { colour: 'red' });
    expect(status).toBe(422);
    expect(body.error?.message).toContain('colour');
  });

  it('takes the file limit at once', async () => {
    const { id } = await server.createProject();
    await put('/api/settings', { max_file_mib: 1 });
    const { status, body } = await uploadTexts(server, id, { 'long.txt': 'x'.repeat(1024 * 1024 + 1) });
    expect(status).toBe(413);
    expect(body.message).toContain('1 MiB');
    await put('/api/settings', { max_file_mib: 100 });
  });

  it('lets in pages of the origins that were named, and no others', async () => {
    const bearer = { authorization: `Bearer ${server.ready.token}` };
    const origin = 'http://notes.example:8080';
    const ask = (method = 'GET', from = origin) =>
      rawRequest(server.ready.url, '/api/projects', { ...bearer, origin: from, 'access-control-request-method': 'PUT' }, method);
    expect((await ask()).status).toBe(403);
    await put('/api/settings', { cors_origins: [origin] });
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBe(origin);
    expect(answer.headers.vary).toContain('Origin');
    const preflight = await ask('OPTIONS');
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-methods']).toContain('PUT');
    expect((await ask('GET', 'http://evil.example')).status).toBe(403);
    await put('/api/settings', { cors_origins: [] });
    expect((await ask()).status).toBe(403);
  });

  it('answers to the host names that were named', async () => {
    const port = new URL(server.ready.url).port;
    const ask = () => rawRequest(server.ready.url, '/api/health', { host: `library.lan:${port}` });
    expect((await ask()).status).toBe(403);
    await put('/api/settings', { allowed_hosts: ['library.lan'] });
    expect((await ask()).status).toBe(200);
    await put('/api/settings', { allowed_hosts: [] });
  });

  it('outlives a restart', async () => {
    const own = temporaryFolder();
    const first = await startServer({ dataDir: own.path, env: NO_MODELS });
    await first.request('PUT', '/api/settings', { audit_keep_days: 30 });
    await first.stop();
    const second = await startServer({ dataDir: own.path, env: NO_MODELS });
    expect((await second.get<Settings>('/api/settings')).body.data).toMatchObject({ audit_keep_days: 30, version: 2 });
    await second.stop();
    own.remove();
  });
});

describe('If-Match', () => {
  async function changeable(): Promise<{ path: string; change: object }[]> {
    const project = await server.createProject();
    const { body } = await server.post<Conversation>('/api/conversations', { project_id: project.id });
    return [
      { path: `/api/projects/${project.id}`, change: { name: 'Renamed' } },
      { path: `/api/conversations/${body.data.id}`, change: { title: 'Renamed' } },
      { path: '/api/settings', change: { audit_keep_days: 100 } },
    ];
  }

  it('changes what was not changed since, and only that', async () => {
    for (const { path, change } of await changeable()) {
      const seen = (await server.get(path)).headers.get('etag') ?? '';
      expect(seen, path).toMatch(/^"\d+"$/);
      const first = await put(path, change, { 'if-match': seen });
      expect(first.status, path).toBe(200);
      expect(first.headers.get('etag')).not.toBe(seen);
      const late = await put(path, change, { 'if-match': seen });
      expect(late.status, path).toBe(412);
      expect(late.body.error).toMatchObject({ code: 'PRECONDITION_FAILED', details: { version: first.body.data.version } });
      const current = first.headers.get('etag') ?? '';
      expect((await put(path, change, { 'if-match': `"999", ${current}` })).status, path).toBe(200);
      for (const anyone of [{}, { 'if-match': '*' }]) expect((await put(path, change, anyone)).status, path).toBe(200);
      for (const never of [`W/${current}`, '"abc"', 'garbage'])
        expect((await put(path, change, { 'if-match': never })).status, never).toBe(412);
    }
  });

  it('is the same as the version in the body', async () => {
    const { id, version } = await server.createProject();
    expect((await server.request<Project>('PUT', `/api/projects/${id}`, { name: 'a', version })).body.data.version).toBe(version + 1);
    expect((await server.request('PUT', `/api/projects/${id}`, { name: 'b', version })).status).toBe(409);
  });

  it('lets one of many writers through', async () => {
    const { id } = await server.createProject();
    const writers = Array.from({ length: 10 }, (_, n) => put(`/api/projects/${id}`, { name: `writer ${n}` }, { 'if-match': '"1"' }));
    const statuses = (await Promise.all(writers)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
  });
});
