/** An external engine: another Pressmark over its OpenAI protocol. Off by default, marked, its key kept; vectors change over at once. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatAnswer } from '../../src-main/contract/chat';
import type { ExternalEngine, ExternalTest, Model } from '../../src-main/contract/models';
import type { SearchResult } from '../../src-main/contract/search';
import type { Page } from '../../src-main/contract/shared';
import type { SystemInfo } from '../../src-main/contract/system';
import { startServer, type TestServer, temporaryFolder } from '../support/server';
import { BRIDGE, GARDEN, uploadTexts } from './library';

const CHAT = 'smollm2-135m-instruct';
const EMBEDDING = 'bge-small-en-v1.5';
const ENGINE = '/api/settings/external-engine';
const home = temporaryFolder();
const dataDir = join(home.path, 'data');
let other: TestServer;
let server: TestServer;
let gate: Server;
let open = true;
let project_id = '';

/** What the other one answers, or that it is not there at the moment. */
function startGate(target: () => string): Promise<Server> {
  const made = createServer((incoming, outgoing) => {
    if (!open) return outgoing.writeHead(503).end();
    const { method, headers, url = '' } = incoming;
    const passed = request(new URL(url, target()), { method, headers: { ...headers, host: new URL(target()).host } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  return new Promise((resolve) => made.listen(0, '127.0.0.1', () => resolve(made)));
}

const start = () => startServer({ dataDir });
const host = () => `127.0.0.1:${(gate.address() as AddressInfo).port}`;
const setUp = (change: Record<string, unknown>) => server.request<ExternalEngine>('PUT', ENGINE, change);
const choose = (change: Record<string, unknown>) => server.request('PUT', '/api/settings', change);
const ask = () => server.post<ChatAnswer>('/api/chat', { project_id, message: 'What does a season ticket cost?' });
const search = async () => (await server.post<SearchResult>('/api/search', { project_id, query: 'price of the yearly pass' })).body.data;
const system = async () => (await server.get<SystemInfo>('/api/system')).body.data;
const model = async (id: string) => (await server.get<Model>(`/api/models/${id}`)).body;

beforeAll(async () => {
  other = await startServer({ dataDir: join(home.path, 'other') });
  gate = await startGate(() => other.ready.url);
  server = await start();
  project_id = (await server.createProject()).id;
  const { body } = await uploadTexts(server, project_id, { 'garden.md': GARDEN, 'bridge.md': BRIDGE });
  for (const { document } of body.data.items) await server.waitFor(document?.id ?? '');
});
afterAll(async () => {
  await server.stop();
  await other.stop();
  gate.closeAllConnections();
  gate.close();
  home.remove();
});

describe('an external engine', () => {
  it('is off, and says what is missing before it can be on', async () => {
    expect((await server.get<ExternalEngine>(ENGINE)).body.data).toMatchObject({ enabled: false, base_url: null, has_key: false });
    expect((await model('external-chat')).status).toBe('error');
    for (const [change, field, expected] of [
      [{ enabled: true }, 'base_url', 409],
      [{ enabled: true, base_url: `http://${host()}/v1` }, 'chat_model', 409],
      [{ base_url: 'http://me:secret@host/v1' }, 'base_url', 422],
      [{ base_url: 'file:///etc/passwd' }, 'base_url', 422],
    ] as const) {
      const { status, body } = await setUp(change);
      expect([status, JSON.stringify(body.error)]).toEqual([expected, expect.stringContaining(field)]);
    }
  });

  it('is marked with the host that gets the text, and its key is never shown', async () => {
    const key = other.ready.token;
    const given = { base_url: `http://${host()}/v1`, chat_model: CHAT, embedding_model: EMBEDDING, api_key: key };
    const { body } = await setUp({ enabled: true, ...given });
    expect(body.data).toMatchObject({ enabled: true, has_key: true });
    expect(JSON.stringify([body, (await server.get(ENGINE)).body])).not.toContain(key);
    expect((await server.post<ExternalTest>(`${ENGINE}/test`)).body.data).toMatchObject({
      ok: true,
      models: expect.arrayContaining([CHAT]),
    });
    const { items } = (await server.get<Page<Model>>('/api/models?limit=200')).body.data;
    const outside = items.filter(({ origin }) => origin === 'external');
    expect(outside.map(({ id, in_use, sends_text_to }) => [id, in_use, sends_text_to])).toEqual([
      ['external-chat', false, host()],
      ['external-embedding', false, host()],
    ]);
    expect(items.filter(({ origin }) => origin !== 'external').every(({ sends_text_to }) => sends_text_to === null)).toBe(true);
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
    const logs = readdirSync(dataDir, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.log'));
    for (const name of logs) expect(readFileSync(join(dataDir, name), 'utf8')).not.toContain(key);
  });

  it('answers once it is chosen, and quotes stand in when it fails', async () => {
    await choose({ chat_model: 'external-chat' });
    expect((await system()).models.chat).toMatchObject({ id: 'external-chat', sends_text_to: host() });
    expect((await ask()).body.data.message.model).toBe('external-chat');
    await setUp({ api_key: 'wrong-key-of-nobody' });
    const { message } = (await ask()).body.data;
    expect([message.model, message.answered]).toEqual([null, true]);
    expect((await model('external-chat')).data.detail).toContain('does not accept the key');
    expect((await server.post<ExternalTest>(`${ENGINE}/test`)).body.data).toMatchObject({ ok: false, models: [] });
    await setUp({ api_key: other.ready.token });
    await choose({ chat_model: CHAT });
  });
});

describe('another embedding model', () => {
  const vectorScores = async () => (await search()).items.flatMap(({ scores }) => scores.vector ?? []);

  it('leaves the search to the old vectors until its own are complete, over a restart, and takes over then', async () => {
    const before = await system();
    expect(before.vectors).toMatchObject({ serving: expect.stringContaining(EMBEDDING), next: null });
    open = false;
    expect((await choose({ embedding_model: 'external-embedding' })).status).toBe(200);
    expect((await system()).vectors.next).toMatchObject({ model: expect.stringContaining('external-embedding'), done: 0, total: 2 });
    expect((await system()).vectors.serving).toBe(before.vectors.serving);
    expect((await vectorScores()).length).toBeGreaterThan(0);
    await server.stop();
    server = await start();
    expect((await system()).vectors).toMatchObject({ serving: before.vectors.serving, next: { done: 0, total: 2 } });
    expect((await vectorScores()).length).toBeGreaterThan(0);
    // What could not be done while it was away is done by itself.
    open = true;
    await expect
      .poll(async () => (await system()).vectors, { timeout: 40_000 })
      .toMatchObject({ serving: expect.stringContaining('external-embedding'), next: null });
    expect((await vectorScores()).length).toBeGreaterThan(0);
    const { counts } = await system();
    await expect.poll(async () => (await system()).counts.embeddings).toBe(counts.chunks);
  });
});
