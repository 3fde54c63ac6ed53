/** Listening and closing: a busy port, open streams at the end, the page and its absence. */
import { afterEach, expect, it } from 'vitest';
import WebSocket from 'ws';
import { pause, startServer, type TestServer, temporaryFolder } from '../support/server';
import { rawRequest } from './library';

const NO_MODELS = { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none' };
const running: { server: TestServer; remove(): void }[] = [];
const start = async (port: string) => {
  const folder = temporaryFolder();
  const server = await startServer({ dataDir: folder.path, env: NO_MODELS, args: ['--port', port] });
  running.push({ server, remove: folder.remove });
  return server;
};
afterEach(async () => {
  for (const { server, remove } of running.splice(0)) {
    await server.stop();
    remove();
  }
});

it('takes the next port when the asked one is busy', async () => {
  const first = Number(new URL((await start('0')).ready.url).port);
  const second = Number(new URL((await start(String(first))).ready.url).port);
  expect(second).toBeGreaterThan(first);
  expect(second).toBeLessThanOrEqual(first + 50);
});

it('closes within two seconds though streams are open', async () => {
  const server = await start('0');
  const { token, url } = server.ready;
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/ws`, ['pressmark', token]);
  await new Promise((opened) => socket.once('open', opened));
  socket.send(JSON.stringify({ type: 'subscribe' }));
  const goingAway = new Promise<number>((closed) => socket.once('close', closed));
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const events = await fetch(`${url}/rpc/system/events`, { method: 'POST', headers, body: '{"json":{}}' });
  expect(events.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const reading = events.text().catch(() => 'cut');
  await pause(200);
  const begun = performance.now();
  expect(await server.stop()).toBe(0);
  expect(performance.now() - begun).toBeLessThan(2_500);
  expect(await goingAway).toBe(1001);
  await reading;
});

it('serves the page, or says how to build it, at addresses that are no file', async () => {
  const { url } = (await start('0')).ready;
  for (const path of ['/', '/projects/some-id']) {
    const { status, headers, text } = await rawRequest(url, path, { accept: 'text/html' });
    expect(headers['cache-control']).toContain('no-store');
    if (status === 200) expect(text).toContain('<div id="root"');
    else expect([status, text]).toEqual([503, expect.stringContaining('npm run build')]);
  }
  expect((await rawRequest(url, '/metrics', { accept: '*/*' })).status).toBe(401);
  expect((await rawRequest(url, '/assets/none.js', { accept: '*/*' })).status).toBe(404);
  expect((await rawRequest(url, '/../../package.json', { accept: '*/*' })).text).not.toContain('"pressmark"');
});
