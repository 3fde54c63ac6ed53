/** Requests that no well-behaved client sends: broken, slow, ambiguous, too deep, too large. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Project } from '../../src-main/contract/projects';
import { headOf, sendBytes } from '../support/raw-http';
import { startServer, type TestServer, temporaryFolder } from '../support/server';

const folder = temporaryFolder();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ dataDir: folder.path, env: { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none' } });
});
afterAll(async () => {
  expect(server.stderr()).not.toContain('unexpected error');
  await server.stop();
  folder.remove();
});

const JSON_TYPE = 'Content-Type: application/json';

/** A body for POST /api/projects, on a connection of its own. */
function post(body: string | Buffer, ...headers: string[]) {
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  return sendBytes(server, [headOf(server, 'POST', '/api/projects', [JSON_TYPE, 'Connection: close', length, ...headers]), body]);
}
const codeOf = (body: string): string => JSON.parse(body).error.code;
const nested = (levels: number) => `{"name":"deep","settings":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`;

describe('bodies', () => {
  it.each([
    ['nested too deep', nested(5_000), [], 400, 'BAD_REQUEST'],
    ['nested so deep that it fills the limit', nested(170_000), [], 400, 'BAD_REQUEST'],
    ['not UTF-8', Buffer.from([...Buffer.from('{"name":"'), 0xff, 0xfe, ...Buffer.from('"}')]), [], 400, 'BAD_REQUEST'],
    ['no gzip', '{"name":"x"}', ['Content-Encoding: gzip'], 400, 'BAD_REQUEST'],
    ['a bomb', gzipSync(Buffer.alloc(50_000_000, ' ')), ['Content-Encoding: gzip'], 413, 'PAYLOAD_TOO_LARGE'],
    ['of an unknown encoding', '{"name":"x"}', ['Content-Encoding: zstd9'], 415, 'UNSUPPORTED_TYPE'],
    ['one byte over the limit', `{"name":"${'x'.repeat(1024 * 1024 - 10)}"}`, [], 413, 'PAYLOAD_TOO_LARGE'],
    ['as long as the limit', `{"name":"${'x'.repeat(1024 * 1024 - 11)}"}`, [], 422, 'VALIDATION_FAILED'],
  ] as const)('%s are refused', async (_name, body, headers, status, code) => {
    const reply = await post(body, ...headers);
    expect([reply.statuses, codeOf(reply.body)]).toEqual([[status], code]);
  });

  it('are read through gzip, with a byte order mark, and of several keys the last', async () => {
    expect(JSON.parse((await post(gzipSync('{"name":"packed"}'), 'Content-Encoding: gzip')).body).data.name).toBe('packed');
    expect(JSON.parse((await post('\ufeff{"name":"marked"}')).body).data.name).toBe('marked');
    expect(JSON.parse((await post('{"name":"first","name":"last"}')).body).data.name).toBe('last');
  });

  it('change no prototype', async () => {
    const { data } = JSON.parse((await post('{"name":"p","__proto__":{"odd":1},"constructor":{"prototype":{"odd":1}}}')).body);
    expect(data).toMatchObject({ name: 'p' });
    expect((await server.get('/api/projects?__proto__[odd]=1&constructor=2')).status).toBe(200);
    expect((await server.get<Project>(`/api/projects/${data.id}`)).body.data).not.toHaveProperty('odd');
  });

  it('far over the limit are refused before they come', async () => {
    const head = headOf(server, 'POST', '/api/projects', [JSON_TYPE, 'Connection: close', 'Content-Length: 99999999999']);
    const { statuses, body } = await sendBytes(server, [head, '{"name":']);
    expect([statuses, codeOf(body)]).toEqual([[413], 'PAYLOAD_TOO_LARGE']);
  });

  it('that do not come in time are given up with 408, and so are headers', async () => {
    const sized = [JSON_TYPE, 'Content-Length: 1000'];
    const slow = (...pieces: [string, string]) =>
      sendBytes(server, [pieces[0], ...Array(60).fill(pieces[1])], { gapMs: 1_000, limitMs: 50_000 });
    const replies = await Promise.all([
      slow(headOf(server, 'GET', '/api/health').slice(0, -2), 'X-A: b\r\n'),
      slow(headOf(server, 'POST', '/api/projects', sized), ' '),
      slow(headOf(server, 'POST', '/api/projects', [JSON_TYPE, 'Transfer-Encoding: chunked']), '1\r\n \r\n'),
      slow(headOf(server, 'POST', '/v1/embeddings', sized), ' '),
      slow(headOf(server, 'POST', '/mcp', [...sized, 'Accept: application/json, text/event-stream']), ' '),
      slow(headOf(server, 'POST', '/rpc/projects/list', sized), ' '),
      slow(headOf(server, 'POST', '/api/projects', [...sized, 'Authorization: Bearer wrong']), ' '),
      slow(headOf(server, 'GET', '/api/projects', ['Content-Length: 1000']), ' '),
    ]);
    expect(replies.map(({ statuses }) => statuses)).toEqual([[408], [408], [408], [408], [408], [408], [401], [200]]);
    expect(replies.every(({ closed }) => closed)).toBe(true);
  }, 60_000);
});

describe('requests', () => {
  const bare = (start: string, ...headers: string[]) => [`${[start, ...headers].join('\r\n')}\r\n\r\n`];
  const host = () => `Host: ${new URL(server.ready.url).host}`;

  it.each([
    ['no HTTP at all', () => ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'], 400],
    ['a method that does not exist', () => bare('BREW /api/health HTTP/1.1', host()), 400],
    ['two lengths', () => bare('POST /api/projects HTTP/1.1', host(), 'Content-Length: 5', 'Transfer-Encoding: chunked'), 400],
    ['a negative length', () => bare('POST /api/projects HTTP/1.1', host(), 'Content-Length: -1'), 400],
    ['an unknown transfer', () => bare('POST /api/projects HTTP/1.1', host(), 'Transfer-Encoding: xchunked'), 400],
    ['a broken chunk', () => [headOf(server, 'POST', '/api/projects', [JSON_TYPE, 'Transfer-Encoding: chunked']), 'zz\r\n'], 400],
    ['an endless address', () => bare(`GET /api/projects?q=${'x'.repeat(100_000)} HTTP/1.1`, host()), 431],
    ['endless headers', () => bare('GET /api/health HTTP/1.1', host(), ...Array(3_000).fill('X-A: b')), 431],
  ])('of %s are answered in an envelope, and the connection ends', async (_name, pieces, status) => {
    const { statuses, body, closed } = await sendBytes(server, pieces());
    expect([statuses, closed]).toEqual([[status], true]);
    expect(JSON.parse(body)).toMatchObject({ status: 'error', error: { code: 'BAD_REQUEST' } });
  });

  it.each(['/api/projects/%zz', '/api/projects/%c3%28', '/docs/%zz', '/%zz', '/v1/models/%zz', '/api/documents/%zz/file'])(
    'with an address that cannot be read are answered 400: %s',
    async (path) => {
      const { statuses } = await sendBytes(server, [headOf(server, 'GET', path, ['Connection: close'])]);
      expect(statuses).toEqual([400]);
    },
  );

  it.each(['/..%2f..%2f..%2fetc/passwd', '/docs/..%2f..%2fpackage.json', '/../../etc/passwd', '//etc/passwd', '/api/../../package.json'])(
    'never reach files outside: %s',
    async (path) => {
      const { statuses, body } = await sendBytes(server, [headOf(server, 'GET', path, ['Connection: close'])]);
      expect(statuses).not.toContain(200);
      expect(body).not.toMatch(/root:|"dependencies"/);
    },
  );

  it('that offer HTTP/2 are answered by HTTP/1.1', async () => {
    const offer = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'];
    const get = await sendBytes(server, [headOf(server, 'GET', '/api/projects', offer)], { limitMs: 1_000 });
    expect(get.statuses).toEqual([200]);
    const body = '{"name":"upgraded"}';
    const head = headOf(server, 'POST', '/api/projects', [...offer, JSON_TYPE, `Content-Length: ${body.length}`]);
    expect((await sendBytes(server, [head, body], { limitMs: 1_000 })).statuses).toEqual([201]);
  });

  it('one after the other on a connection are answered in order', async () => {
    const last = headOf(server, 'GET', '/api/health', ['Connection: close']);
    const { statuses } = await sendBytes(server, [
      headOf(server, 'GET', '/api/health') + headOf(server, 'GET', '/api/projects/none') + headOf(server, 'GET', '/api/projects') + last,
    ]);
    expect(statuses).toEqual([200, 404, 200, 200]);
  });

  it('that wait for "100 Continue" get it, and the WebSocket address says what it is', async () => {
    expect((await post('{"name":"patient"}', 'Expect: 100-continue')).statuses).toEqual([100, 201]);
    const { status, headers } = await server.get('/api/ws');
    expect([status, headers.get('upgrade')]).toEqual([426, 'websocket']);
  });
});

describe('queries', () => {
  it.each([
    ['limit=1&limit=2', 'limit'],
    ['limit=0x10', 'limit'],
    ['limit=1e1', 'limit'],
    ['cursor=abc', 'cursor'],
    [`cursor=${encodeURIComponent("created_at~AAAA~' OR 1=1")}`, 'cursor'],
    ['sort=password', 'sort'],
    [`q=${'x'.repeat(5_000)}`, 'q'],
    ['q=%20%C2%A0', 'q'],
  ])('%s is refused by name', async (query, field) => {
    const { status, body } = await server.get(`/api/projects?${query}`);
    expect(status).toBe(422);
    expect(body.error?.details).toMatchObject({ issues: [{ path: field }] });
  });

  it('every list names a cursor that it never gave', async () => {
    const { id } = await server.createProject('Cursors');
    for (const path of [
      '/api/projects?',
      `/api/documents?project_id=${id}&`,
      `/api/conversations?project_id=${id}&`,
      '/api/jobs?',
      '/api/models?',
      '/api/tokens?',
      '/api/audit?',
    ]) {
      for (const cursor of ['%00', '../x', 'a%20b', '%F0%9F%A6%8A']) {
        const { status, body } = await server.get(`${path}cursor=${cursor}`);
        expect([status, body.error?.details], path + cursor).toEqual([422, { issues: [{ path: 'cursor', message: expect.any(String) }] }]);
      }
    }
  });

  it('a cursor that was tampered with but keeps its form moves the place, and breaks nothing', async () => {
    const { status, body } = await server.get('/api/projects?cursor=created_at~AAAA~00000000-0000-7000-8000-000000000000');
    expect([status, body.status]).toEqual([200, 'success']);
  });
});
