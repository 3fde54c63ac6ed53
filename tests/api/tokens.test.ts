/** Access tokens: scopes, end, renewal, revocation, new keys, and where the secret lies. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Page } from '../../src-main/contract/shared';
import type { IssuedToken, Token } from '../../src-main/contract/tokens';
import { startServer, type TestServer, temporaryFolder } from '../support/server';

const NO_MODELS = { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none' };
const folder = temporaryFolder();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ dataDir: folder.path, env: NO_MODELS });
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

const as = (token: string) => ({ authorization: `Bearer ${token}` });
const issue = async (input: Record<string, unknown>) =>
  (await server.post<IssuedToken>('/api/tokens', { name: 'Script', ...input })).body.data;
const statusWith = async (token: string, method = 'GET', path = '/api/projects', body?: unknown) =>
  (await server.request(method, path, body, as(token))).status;

describe('scopes', () => {
  it.each([
    ['read', 'GET', '/api/projects', undefined, 200],
    ['read', 'POST', '/api/projects', { name: 'x' }, 403],
    ['read', 'GET', '/api/tokens', undefined, 403],
    ['read', 'PUT', '/api/settings', { log_level: 'info' }, 403],
    ['write', 'GET', '/api/projects', undefined, 200],
    ['write', 'POST', '/api/projects', { name: 'x' }, 201],
    ['write', 'POST', '/api/tokens', { name: 'mine', scopes: ['admin'] }, 403],
    ['admin', 'GET', '/api/audit', undefined, 200],
    ['admin', 'POST', '/api/projects', { name: 'x' }, 201],
  ])('a token with "%s" asking %s %s %j is answered %s… %i', async (scope, method, path, body, expected) => {
    const { token } = await issue({ scopes: [scope] });
    expect(await statusWith(token, method, path, body)).toBe(expected);
  });

  it('guards uploads and files as well', async () => {
    const { token } = await issue({ scopes: ['read'] });
    const { id } = await server.createProject();
    const form = new FormData();
    form.set('project_id', id);
    form.append('file', new Blob(['text']), 'a.txt');
    const { status, body } = await server.request('POST', '/api/documents/upload', form, as(token));
    expect(status).toBe(403);
    expect(body.error).toMatchObject({ code: 'FORBIDDEN', details: { needed: 'write' } });
  });

  it('reads only, when nothing is said', async () => {
    expect(await issue({})).toMatchObject({ scopes: ['read'], installation: false });
  });
});

describe('the life of a token', () => {
  it('is a JWT that is shown once and never kept', async () => {
    const { token, id } = await issue({ name: 'Once' });
    const [head, payload] = token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as object);
    expect(head).toMatchObject({ alg: 'HS256', typ: 'JWT' });
    expect(payload).toMatchObject({ iss: 'pressmark', sub: id, scope: 'read', exp: expect.any(Number) });
    const { body } = await server.get<Page<Token>>('/api/tokens?limit=200');
    const listed = body.data.items.find((item) => item.id === id);
    expect(listed).toMatchObject({ name: 'Once', revoked_at: null });
    expect(JSON.stringify(body)).not.toContain(token);
    const stored = ['library.sqlite', 'library.sqlite-wal'].map((name) => readFileSync(join(folder.path, name), 'latin1')).join('');
    expect(stored).not.toContain(token.split('.')[2]);
  });

  it('notes when it was used', async () => {
    const { token, id } = await issue({});
    await statusWith(token);
    const { body } = await server.get<Page<Token>>('/api/tokens?limit=200');
    expect(body.data.items.find((item) => item.id === id)?.last_used_at).toEqual(expect.any(String));
  });

  it('ends', async () => {
    const { token } = await issue({ expires_in_s: 1 });
    expect(await statusWith(token)).toBe(200);
    await expect.poll(() => statusWith(token), { timeout: 5000 }).toBe(401);
  });

  it('may have no end', async () => {
    const { token, expires_at } = await issue({ expires_in_s: null });
    expect(expires_at).toBeNull();
    expect(await statusWith(token)).toBe(200);
  });

  it('is refused once it was revoked, and revoking twice is no error', async () => {
    const { token, id } = await issue({});
    expect(await statusWith(token)).toBe(200);
    for (let time = 0; time < 2; time += 1) {
      const { status, body } = await server.request<Token>('DELETE', `/api/tokens/${id}`);
      expect(status).toBe(200);
      expect(body.data.revoked_at).toEqual(expect.any(String));
    }
    expect(await statusWith(token)).toBe(401);
    expect((await server.post(`/api/tokens/${id}/rotate`)).status).toBe(409);
  });

  it('is renewed: the new JWT works, the old one does not', async () => {
    const { token, id } = await issue({ scopes: ['write'] });
    const { body } = await server.post<IssuedToken>(`/api/tokens/${id}/rotate`);
    expect(body.data).toMatchObject({ id, scopes: ['write'] });
    expect(await statusWith(token)).toBe(401);
    expect(await statusWith(body.data.token, 'POST', '/api/projects', { name: 'x' })).toBe(201);
  });

  it('closes a WebSocket that it opened, with 4401 for a new one', async () => {
    const { token, id } = await issue({});
    const open = (given: string) => new WebSocket(`${server.ready.url.replace('http', 'ws')}/api/ws`, ['pressmark', `token.${given}`]);
    const first = open(token);
    await new Promise((resolve) => first.once('open', resolve));
    first.close();
    await server.request('DELETE', `/api/tokens/${id}`);
    const second = open(token);
    expect(await new Promise((resolve) => second.once('close', resolve))).toBe(4401);
  });

  it.each([
    ['an unsigned one', () => `${encode({ alg: 'none', typ: 'JWT' })}.${encode({ iss: 'pressmark', sub: 'x', gen: 1, scope: 'admin' })}.`],
    ['one of another key', () => tampered(server.ready.token, (signature) => signature.split('').reverse().join(''))],
    ['one with more scopes than signed', () => widened(server.ready.token)],
    ['no JWT at all', () => 'x'.repeat(5000)],
  ])('refuses %s', async (_name, make) => {
    expect(await statusWith(make())).toBe(401);
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ name: 'x', scopes: [] }, 'scopes'],
    [{ name: 'x', scopes: ['root'] }, 'scopes.0'],
    [{ name: 'x', expires_in_s: 0 }, 'expires_in_s'],
    [{ name: 'x', expires_in_s: 1.5 }, 'expires_in_s'],
  ])('says what is wrong with %j', async (input, path) => {
    const { status, body } = await server.post('/api/tokens', input);
    expect(status).toBe(422);
    expect(body.error?.details).toMatchObject({ issues: [{ path }] });
  });
});

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function tampered(token: string, change: (signature: string) => string): string {
  const [head, payload, signature = ''] = token.split('.');
  return [head, payload, change(signature)].join('.');
}

function widened(token: string): string {
  const [head, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as object;
  return [head, encode({ ...claims, exp: 99_999_999_999 }), signature].join('.');
}

describe('the installation', () => {
  it('keeps its key in a private file and goes on taking its tokens after a restart', async () => {
    const own = temporaryFolder();
    const first = await startServer({ dataDir: own.path, env: NO_MODELS });
    expect(statSync(join(own.path, 'keys.json')).mode & 0o777).toBe(0o600);
    const earlier = first.ready.token;
    await first.stop();
    const second = await startServer({ dataDir: own.path, env: NO_MODELS });
    for (const token of [earlier, second.ready.token]) {
      expect((await second.request('GET', '/api/projects', undefined, as(token))).status).toBe(200);
    }
    expect(existsSync(join(own.path, 'token'))).toBe(false);
    await second.stop();
    own.remove();
  });

  it('cannot revoke its own token; a new key makes every other one worthless and tells the new one', async () => {
    const own = temporaryFolder();
    const alone = await startServer({ dataDir: own.path, env: NO_MODELS });
    const { body: listed } = await alone.get<Page<Token>>('/api/tokens');
    const installation = listed.data.items.find((item) => item.installation);
    expect((await alone.request('DELETE', `/api/tokens/${installation?.id}`)).status).toBe(409);
    const other = (await alone.post<IssuedToken>('/api/tokens', { name: 'Other', scopes: ['admin'] })).body.data;
    const { body } = await alone.post<IssuedToken>('/api/tokens/rotate-key');
    for (const token of [alone.ready.token, other.token]) {
      expect((await alone.request('GET', '/api/projects', undefined, as(token))).status).toBe(401);
    }
    const told = JSON.parse(readFileSync(join(own.path, 'server.json'), 'utf8')) as { token: string };
    expect(told.token).toBe(body.data.token);
    expect((await alone.request('GET', '/api/projects', undefined, as(told.token))).status).toBe(200);
    await alone.stop();
    own.remove();
  });
});
