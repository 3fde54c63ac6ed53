/** Downloads from servers that answer something else each time: busy ones, login pages, parts of another file, bodies without an end. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { examineGguf } from '../../src-main/adapters/llm/llama-cpp/gguf-file';
import { createModelStore } from '../../src-main/adapters/models/store';
import { LIMITS } from '../../src-main/core/limits';
import { smallGguf } from '../support/model-host';
import { temporaryFolder } from '../support/server';

type Reply = (response: ServerResponse, request: IncomingMessage) => void;

const body = smallGguf(100_000);
const half = Math.floor(body.length / 2);
const home = temporaryFolder();
let server: Server;
let url = '';
/** Served one after the other; the last one again and again. */
let replies: Reply[] = [];
let ranges: (string | undefined)[] = [];
let modelsDir = '';
let count = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    const reply = replies[Math.min(ranges.length, replies.length - 1)];
    ranges.push(request.headers.range);
    reply?.(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.gguf`;
});
beforeEach(() => {
  count += 1;
  modelsDir = join(home.path, String(count));
  mkdirSync(modelsDir);
  ranges = [];
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  home.remove();
});

const installed = () => readFileSync(join(modelsDir, 'one', 'one.gguf'));
const fetchIt = (silenceMs = 2_000) =>
  createModelStore({ modelsDir, outside: null, examine: examineGguf, silenceMs }).fetch(
    { id: 'one', from: 'url', location: url, sha256: null, name: 'One', kind: 'chat', size_bytes: null },
    { signal: new AbortController().signal, progress: () => undefined },
  );

/** Half of the file, then the connection breaks. */
const cut =
  (bytes = body): Reply =>
  (response, { socket }) => {
    response.writeHead(200, { etag: '"one"', 'content-length': body.length });
    response.write(bytes.subarray(0, half), () => setTimeout(() => socket.destroy(), 30));
  };
const whole: Reply = (response) => response.writeHead(200, { etag: '"two"', 'content-length': body.length }).end(body);
/** The rest from the middle on, whatever was asked for. */
const rest =
  (etag: string, total = body.length): Reply =>
  (response) => {
    response.writeHead(206, { etag, 'content-range': `bytes ${half}-${total - 1}/${total}`, 'content-length': total - half });
    response.end(Buffer.concat([body.subarray(half), Buffer.alloc(total - body.length)]));
  };
const status =
  (code: number, headers: Record<string, string> = {}): Reply =>
  (response) =>
    response.writeHead(code, headers).end('busy');
const page: Reply = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(`<html>Please sign in${' '.repeat(9_000)}`);

const other = Buffer.concat([body.subarray(0, 4), Buffer.alloc(body.length - 4, 7)]);

it.each([
  ['another file', cut(other), rest('"two"')],
  ['a longer file', cut(), rest('"one"', body.length + 8)],
])('adds no rest of %s to what it has, although the server says that it is the rest', async (_what, first, second) => {
  replies = [first, second, whole];
  await fetchIt();
  expect(installed().equals(body)).toBe(true);
  expect(ranges).toEqual([undefined, `bytes=${half}-`, undefined]);
});

it('keeps what it has when a network that wants a login answers in between', async () => {
  replies = [cut(), page, rest('"one"')];
  await fetchIt();
  expect(installed().equals(body)).toBe(true);
  expect(ranges).toEqual([undefined, `bytes=${half}-`, `bytes=${half}-`]);
});

it('comes back when a busy server said it should, and no sooner', async () => {
  replies = [status(429, { 'retry-after': '2' }), status(503), status(503, { 'retry-after': '1' }), whole];
  const begun = performance.now();
  await fetchIt();
  expect(performance.now() - begun).toBeGreaterThan(2_000 + 1_000);
  expect(installed().equals(body)).toBe(true);
});

it('does not wait for a server that asks for days', async () => {
  replies = [status(503, { 'retry-after': new Date(Date.now() + 86_400_000).toUTCString() })];
  await expect(fetchIt()).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    message: expect.stringMatching(/503 and asks to wait 86\d{3} s/),
  });
  expect(ranges).toHaveLength(1);
});

it('goes on after a network that was away for some seconds', async () => {
  replies = [
    cut(),
    ...Array.from(
      { length: 3 },
      (): Reply =>
        (_response, { socket }) =>
          socket.destroy(),
    ),
    rest('"one"'),
  ];
  await fetchIt();
  expect(installed().equals(body)).toBe(true);
});

it('says what was wrong, and not that nothing came, when the other side speaks no HTTP', async () => {
  replies = [(_response, { socket }) => socket.end('hello\n')];
  const begun = performance.now();
  await expect(fetchIt(20_000)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', message: expect.stringContaining('HTTP/1.1') });
  expect(performance.now() - begun).toBeLessThan(5_000);
  expect(existsSync(join(modelsDir, '.incoming', 'one'))).toBe(false);
});

it('fetches a file that is shorter than the server says only a few times', async () => {
  replies = [
    (response, { socket }) => {
      response.writeHead(200, { 'content-length': body.length + 1_000 });
      response.write(body, () => setTimeout(() => socket.destroy(), 30));
    },
  ];
  await expect(fetchIt()).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  expect(ranges.length).toBeLessThan(4);
});

it('leaves a server that never ends, soon after the model is whole, and keeps nothing', async () => {
  let sent = body.length;
  replies = [
    (response) => {
      const more = Buffer.alloc(1024 * 1024);
      const go = () => {
        do sent += more.length;
        while (!response.destroyed && response.write(more));
      };
      response.writeHead(200).write(body);
      response.on('drain', go);
      go();
    },
  ];
  await expect(fetchIt()).rejects.toMatchObject({ code: 'NOT_A_MODEL', message: expect.stringContaining('after the end of the model') });
  expect(sent).toBeLessThan(4 * LIMITS.modelSpaceEveryBytes);
  expect(readdirSync(join(modelsDir, '.incoming'))).toEqual([]);
});
