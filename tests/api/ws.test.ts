/** The WebSocket: three ways to send the token, frames, several questions at once, resumed events, slow clients. */
import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { pause } from '../support/server';
import { type Library, openLibrary, uploadTexts } from './library';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library.close());

interface Frame extends Record<string, unknown> {
  id: string | number | null;
  type: string;
}

const QUESTION = 'Who built the iron bridge over the Tamber?';
const address = () => `${library.server.ready.url.replace('http', 'ws')}/api/ws`;
const token = () => library.server.ready.token;

/** A client that keeps every frame. */
class Client {
  readonly frames: Frame[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<number>;

  constructor(protocols: string[] = ['pressmark', `token.${token()}`], headers: Record<string, string> = {}, path = '') {
    this.socket = new WebSocket(`${address()}${path}`, protocols, { headers });
    this.socket.on('message', (data) => this.frames.push(JSON.parse(String(data))));
    this.closed = new Promise((resolve) => {
      this.socket.once('close', resolve);
      this.socket.once('error', () => undefined);
    });
  }

  async open(): Promise<this> {
    await new Promise((resolve, reject) => {
      this.socket.once('open', resolve);
      this.socket.once('error', reject);
    });
    return this;
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  async frame(matches: (frame: Frame) => boolean, timeout = 30_000): Promise<Frame> {
    await expect.poll(() => this.frames.some(matches), { timeout }).toBe(true);
    const found = this.frames.find(matches);
    if (!found) throw new Error('no such frame');
    return found;
  }

  close(): Promise<number> {
    this.socket.close();
    return this.closed;
  }
}

const chatFrame = (id: string | number, message = QUESTION) => ({ id, type: 'chat', project_id: library.project_id, message });

describe('token', () => {
  it.each([
    ['as token.TOKEN', () => new Client(['pressmark', `token.${token()}`])],
    ['bare among the protocols', () => new Client(['pressmark', token()])],
    ['as the only protocol', () => new Client([token()])],
    ['in the Authorization header', () => new Client([], { authorization: `Bearer ${token()}` })],
    ['with a slash at the end of the address', () => new Client(undefined, {}, '/')],
  ])('is taken %s', async (_name, connect) => {
    const client = await connect().open();
    client.send({ id: 'x', type: 'stop' });
    expect(await client.frame(({ id }) => id === 'x')).toMatchObject({ type: 'error', code: 'NOT_FOUND' });
    await client.close();
  });

  it('is taken from the first message', async () => {
    const client = await new Client([]).open();
    client.send({ id: 'a', type: 'auth', token: token() });
    client.send({ id: 'x', type: 'stop' });
    await client.frame(({ type }) => type === 'authenticated');
    await client.frame(({ id }) => id === 'x');
    await client.close();
  });

  it('closes with 4401 when it is wrong', async () => {
    expect(await new Client(['pressmark', 'token.wrong']).closed).toBe(4401);
    for (const first of [{ type: 'auth', token: 'wrong' }, chatFrame('1'), 'nonsense']) {
      const client = await new Client([]).open();
      client.send(first);
      expect(await client.closed).toBe(4401);
      expect(client.frames).toEqual([]);
    }
  });

  it('does not help a foreign page or another address', async () => {
    await expect(new Client(undefined, { origin: 'http://evil.example' }).open()).rejects.toThrow('403');
    await expect(new Client(undefined, { host: 'evil.example' }).open()).rejects.toThrow('403');
    await expect(new Client(undefined, {}, '/other').open()).rejects.toThrow('404');
  });
});

describe('a client that was turned away', () => {
  const MIB = 1024 * 1024;
  const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${library.server.ready.pid}/status`, 'utf8'))?.[1]) * 1024;

  it.skipIf(process.platform !== 'linux')('cannot fill the memory, and is cut off', async () => {
    const { hostname, port } = new URL(library.server.ready.url);
    const before = resident();
    const socket = createConnection(Number(port), hostname).resume();
    const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()).on('error', () => undefined));
    const lines = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
    socket.write(`GET /api/ws HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${lines.join('\r\n')}\r\nSec-WebSocket-Protocol: wrong\r\n\r\n`);
    // Never answers the close frame; sends masked text frames of 1 MB for as long as it can.
    const frame = Buffer.alloc(MIB - 14, 'x');
    const head = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0x0f, 0xff, 0xf2, 0, 0, 0, 0]);
    let sent = 0;
    for (; sent < 400 && !socket.destroyed; sent += 1) {
      if (!socket.write(Buffer.concat([head, frame]))) {
        await Promise.race([ended, new Promise<void>((resolve) => socket.once('drain', () => resolve()))]);
      }
    }
    await ended;
    expect(sent).toBeGreaterThan(0);
    expect(resident() - before).toBeLessThan(200 * MIB);
  });
});

describe('chat', () => {
  it('answers several questions at once, each under its id', async () => {
    const client = await new Client().open();
    client.send(chatFrame('one'));
    client.send(chatFrame(2, 'When does the walled garden open?'));
    for (const id of ['one', 2]) {
      const done = await client.frame((frame) => frame.id === id && frame.type === 'done', 120_000);
      expect(done).toMatchObject({ conversation_id: expect.any(String), message: { role: 'assistant', answered: true } });
      const types = client.frames.filter((frame) => frame.id === id).map(({ type }) => type);
      expect(types).toContain('token');
      expect(types).toContain('citation');
      expect(types.at(-1)).toBe('done');
    }
    await client.close();
  });

  it('refuses an id that is in use, and what is no frame, without closing', async () => {
    const client = await new Client().open();
    client.send(chatFrame('same'));
    client.send(chatFrame('same'));
    expect(await client.frame(({ type }) => type === 'error')).toMatchObject({ id: 'same', code: 'CONFLICT' });
    for (const bad of ['nonsense', '[]', 'null', { id: 'b', type: 'sing' }, { id: 'b', type: 'chat' }, { type: 'chat' }]) {
      client.frames.length = 0;
      client.send(bad);
      const answer = await client.frame(({ type }) => type === 'error');
      expect(['BAD_REQUEST', 'VALIDATION_FAILED']).toContain(answer.code);
    }
    client.frames.length = 0;
    client.send({ id: 'nope', type: 'chat', project_id: 'nowhere', message: 'x' });
    expect(await client.frame(({ id }) => id === 'nope')).toMatchObject({ type: 'error', code: 'NOT_FOUND' });
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
    await client.close();
  });

  it('stops an answer', async () => {
    const client = await new Client().open();
    client.send(chatFrame('stopped'));
    client.send({ id: 'stopped', type: 'stop' });
    const end = await client.frame(({ id, type }) => id === 'stopped' && (type === 'done' || type === 'error'));
    expect(end.type === 'done' || end.code === 'UNAVAILABLE').toBe(true);
    client.send({ id: 'stopped', type: 'stop' });
    await client.frame(({ id, code }) => id === 'stopped' && code === 'NOT_FOUND');
    await client.close();
  });

  it('drops a frame over 1 MiB with its own close code', async () => {
    const client = await new Client().open();
    client.send(chatFrame('big', 'x'.repeat(1024 * 1024)));
    expect(await client.closed).toBe(1009);
  });
});

describe('events', () => {
  it('tells of documents and jobs, and goes on after the last one seen', async () => {
    const first = await new Client().open();
    first.send({ id: 's', type: 'subscribe' });
    await pause(200);
    const upload = await uploadTexts(library.server, library.project_id, { 'event.md': 'Words about an event.' });
    const id = upload.body.data.items[0]?.document?.id ?? '';
    const seen = await first.frame(({ type, document }) => type === 'document' && (document as { id: string }).id === id);
    await first.frame(({ type }) => type === 'job');
    expect(seen).toMatchObject({ id: 's', event_id: expect.any(Number) });
    await library.server.waitFor(id);
    await first.close();

    const second = await new Client().open();
    second.send({ id: 'again', type: 'subscribe', after: seen.event_id });
    const states = () =>
      second.frames
        .filter(({ type, document }) => type === 'document' && (document as { id: string }).id === id)
        .map(({ document }) => (document as { state: string }).state);
    await expect.poll(states, { timeout: 5_000 }).toContain('ready');
    const numbers = second.frames.map(({ event_id }) => Number(event_id));
    expect(numbers.every((number) => number > Number(seen.event_id))).toBe(true);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    await second.close();
  });

  it('says when the last one seen is too long ago', async () => {
    const client = await new Client().open();
    client.send({ id: 'old', type: 'subscribe', after: 1 });
    expect(await client.frame(({ type }) => type === 'missed')).toMatchObject({ id: 'old', event_id: expect.any(Number) });
    await client.close();
  });

  it('reach two hundred clients at once, each event once, and answer many of them', async () => {
    const clients = await Promise.all(Array.from({ length: 200 }, () => new Client().open()));
    for (const client of clients) client.send({ id: 's', type: 'subscribe' });
    // Answered in order: behind this the subscription stands.
    for (const client of clients) client.send({ id: 'none', type: 'stop' });
    await Promise.all(clients.map((client) => client.frame(({ id }) => id === 'none')));
    const upload = await uploadTexts(library.server, library.project_id, { 'many.md': 'Words that two hundred hear of.' });
    const id = upload.body.data.items[0]?.document?.id ?? '';
    await library.server.waitFor(id);
    const isReady = ({ document }: Frame) => (document as { id: string; state: string } | undefined)?.id === id;
    await Promise.all(
      clients.map((client) => client.frame((frame) => isReady(frame) && (frame.document as { state: string }).state === 'ready')),
    );
    const heard = clients.map(({ frames }) => frames.filter(isReady).map(({ event_id }) => event_id));
    for (const events of heard) {
      expect(new Set(events).size).toBe(events.length);
      expect(events).toEqual(heard[0]);
    }
    const asking = clients.slice(0, 25);
    for (const client of asking) client.send(chatFrame('q'));
    const isEnd = ({ id: of, type }: Frame) => of === 'q' && ['done', 'error'].includes(type);
    const ends = await Promise.all(asking.map((client) => client.frame(isEnd, 110_000)));
    expect(ends.some(({ type }) => type === 'done')).toBe(true);
    // What does not fit into the queue is told so.
    for (const end of ends.filter(({ type }) => type === 'error'))
      expect(end).toMatchObject({ code: 'UNAVAILABLE', details: { retry_after_s: expect.any(Number) } });
    await Promise.all(clients.map((client) => client.close()));
  }, 120_000);

  it('drops a client that does not read', async () => {
    const client = await new Client().open();
    client.socket.pause();
    const noise = JSON.stringify({ id: 'x'.repeat(200), type: 'noise' });
    for (let round = 0; round < 300 && client.socket.readyState === WebSocket.OPEN; round += 1) {
      for (let n = 0; n < 400; n += 1) client.socket.send(noise);
      await pause(5);
    }
    await pause(1_500);
    client.socket.resume();
    expect([1006, 1013]).toContain(await client.closed);
    expect((await library.server.get('/api/health')).status).toBe(200);
  });
});
