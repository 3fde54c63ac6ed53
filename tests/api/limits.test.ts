/** Limits: requests a minute by token, answers at once, and what the figures and the log say of it. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IssuedToken } from '../../src-main/contract/tokens';
import { startServer, type TestServer, temporaryFolder } from '../support/server';
import { rawRequest } from './library';

const folder = temporaryFolder();
let server: TestServer;
let project_id: string;
beforeAll(async () => {
  const env = { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none', PRESSMARK_RATE_LIMIT: '5', PRESSMARK_LOG_LEVEL: 'debug' };
  server = await startServer({ dataDir: folder.path, env });
  project_id = (await server.createProject()).id;
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

const issue = async () => (await server.post<IssuedToken>('/api/tokens', { name: 'Busy', scopes: ['write'] })).body.data.token;
const search = (token: string) =>
  server.request('POST', '/api/search', { project_id, query: 'very private words' }, { authorization: `Bearer ${token}` });

describe('requests a minute', () => {
  it('are counted down in headers, then refused with 429 and when to come again', async () => {
    const token = await issue();
    for (let left = 4; left >= 0; left -= 1) {
      const { status, headers } = await search(token);
      expect(status).toBe(200);
      expect(headers.get('ratelimit-limit')).toBe('5');
      expect(headers.get('ratelimit-remaining')).toBe(String(left));
      expect(Number(headers.get('ratelimit-reset'))).toBeGreaterThan(0);
    }
    const { status, headers, body } = await search(token);
    expect(status).toBe(429);
    expect(body.error).toMatchObject({ code: 'TOO_MANY_REQUESTS', details: { limit: 5, window_s: 60 } });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(headers.get('ratelimit-remaining')).toBe('0');
  });

  it('are counted for each token, and for each class, by itself', async () => {
    const [busy, quiet] = [await issue(), await issue()];
    for (let time = 0; time < 6; time += 1) await search(busy);
    expect((await search(busy)).status).toBe(429);
    expect((await search(quiet)).status).toBe(200);
    const chat = await server.request('POST', '/api/chat', { project_id, message: 'x' }, { authorization: `Bearer ${busy}` });
    expect(chat.status).toBe(200);
  });

  it('do not concern light reads', async () => {
    const token = await issue();
    for (let time = 0; time < 20; time += 1) {
      expect((await server.request('GET', '/api/projects', undefined, { authorization: `Bearer ${token}` })).status).toBe(200);
    }
  });
});

describe('GET /metrics', () => {
  const metrics = (headers = { authorization: `Bearer ${server.ready.token}` }) => rawRequest(server.ready.url, '/metrics', headers);

  it('needs a token', async () => {
    expect((await rawRequest(server.ready.url, '/metrics', {})).status).toBe(401);
  });

  it('counts what happened, in the format of Prometheus, without what was asked', async () => {
    await server.get('/api/projects');
    const { status, headers, text } = await metrics();
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(text).toMatch(/^pressmark_http_request_duration_seconds_count\{method="GET",operation="projects.list",status="200"\} \d+$/m);
    expect(text).toMatch(/^pressmark_operations_total\{operation="search.query",door="http",outcome="refused"\} \d+$/m);
    expect(text).toMatch(/^pressmark_library_items\{kind="projects"\} 1$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds [\d.e-]+$/m);
    expect(text).not.toContain('private words');
    for (const line of text.trim().split('\n')) expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{.*\})? [-+\w.]+|)$/);
  });
});

describe('the log', () => {
  it('has a JSON object a line, with request ids, without tokens and without what was asked', async () => {
    const { headers } = await search(await issue());
    const path = join(folder.path, 'logs', 'pressmark.log');
    const said = () => readFileSync(path, 'utf8');
    // The line is written once the answer has left, which the client may see first.
    await expect.poll(said).toContain(String(headers.get('x-request-id')));
    const text = said();
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.find(({ request_id }) => request_id === headers.get('x-request-id'))).toMatchObject({
      level: 'info',
      message: 'request',
      method: 'POST',
      path: '/api/search',
      status: 200,
    });
    expect(text + server.stderr()).not.toContain('private words');
    expect(text + server.stderr()).not.toContain(server.ready.token);
    expect(statSync(path).mode & 0o077).toBe(0);
  });
});
