/** Who may speak to the server: Host, Origin, token, and what every answer says about itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer, temporaryFolder } from '../support/server';
import { rawRequest } from './library';

const folder = temporaryFolder();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ dataDir: folder.path, env: { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none' } });
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

const bearer = () => ({ authorization: `Bearer ${server.ready.token}` });
const port = () => new URL(server.ready.url).port;

describe('token', () => {
  it.each([
    ['no header', {}],
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
    ['an empty token', { authorization: 'Bearer ' }],
  ])('refuses %s', async (_name, headers) => {
    for (const path of ['/api/projects', '/api/system', '/api/documents/x/file', '/api/no-such', '/rpc/projects/list']) {
      const { status, text } = await rawRequest(server.ready.url, path, headers);
      expect(status, path).toBe(401);
      expect(JSON.parse(text)).toMatchObject({ status: 'error', error: { code: 'UNAUTHORIZED' } });
    }
  });

  it('asks for none where nothing of the user is', async () => {
    for (const path of ['/api/health', '/api/health/', '/openapi.json', '/docs', '/docs/']) {
      expect((await rawRequest(server.ready.url, path, {})).status, path).toBe(200);
    }
  });

  it('does not take the token from the address', async () => {
    const { status } = await rawRequest(server.ready.url, `/api/projects?token=${server.ready.token}`, {});
    expect(status).toBe(401);
  });
});

describe('Host', () => {
  it.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])('accepts %s', async (name) => {
    const { status } = await rawRequest(server.ready.url, '/api/projects', { ...bearer(), host: `${name}:${port()}` });
    expect(status).toBe(200);
  });

  it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', '0.0.0.0', '10.1.2.3', 'user@localhost', '[::2]'])(
    'refuses %s even with the token',
    async (name) => {
      for (const path of ['/api/projects', '/api/health', '/', '/docs']) {
        const { status, text } = await rawRequest(server.ready.url, path, { ...bearer(), host: `${name}:${port()}` });
        expect(status, path).toBe(403);
        expect(JSON.parse(text).error).toMatchObject({ code: 'FORBIDDEN', details: { header: 'Host' } });
      }
    },
  );
});

describe('Origin', () => {
  it('accepts its own', async () => {
    const { status } = await rawRequest(server.ready.url, '/api/projects', { ...bearer(), origin: server.ready.url });
    expect(status).toBe(200);
  });

  it.each(['http://evil.example', 'null', 'https://127.0.0.1', 'http://localhost:1', 'file://'])('refuses %s', async (origin) => {
    const { status, headers } = await rawRequest(server.ready.url, '/api/projects', { ...bearer(), origin });
    expect(status).toBe(403);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('answers no preflight of a foreign page', async () => {
    const headers = { origin: 'http://evil.example', 'access-control-request-method': 'POST' };
    const answer = await rawRequest(server.ready.url, '/api/projects', headers, 'OPTIONS');
    expect(answer.status).toBe(403);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('headers of every answer', () => {
  it.each(['/api/health', '/api/projects', '/api/no-such', '/docs', '/'])('%s', async (path) => {
    const { headers } = await rawRequest(server.ready.url, path, bearer());
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe-(inline|eval)(?!')/);
    expect(headers['x-request-id']).toMatch(/^[\w.-]{1,64}$/);
    expect(headers['x-powered-by']).toBeUndefined();
  });

  it('returns a request id that was given, unless it is odd', async () => {
    const given = await rawRequest(server.ready.url, '/api/health', { 'x-request-id': 'my-id.1' });
    expect(given.headers['x-request-id']).toBe('my-id.1');
    const odd = await rawRequest(server.ready.url, '/api/health', { 'x-request-id': 'a b<script>' });
    expect(odd.headers['x-request-id']).not.toContain('script');
  });

  it('keeps data out of caches', async () => {
    const { headers } = await rawRequest(server.ready.url, '/api/projects', bearer());
    expect(headers['cache-control']).toContain('no-store');
  });
});
