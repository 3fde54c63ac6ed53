/** Models from outside: the catalogue, loading for real, imports from files and from servers that behave badly, and who may do it. */
import { cpSync, existsSync, linkSync, mkdirSync, readFileSync as readAll, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { ChatAnswer } from '../../src-main/contract/chat';
import type { Document } from '../../src-main/contract/documents';
import type { Job } from '../../src-main/contract/jobs';
import type { AcceptedModel, Model } from '../../src-main/contract/models';
import type { SearchResult } from '../../src-main/contract/search';
import type { Page } from '../../src-main/contract/shared';
import type { SystemInfo } from '../../src-main/contract/system';
import { modelsDir as installedDir } from '../models/places';
import { bertGguf } from '../support/bert-gguf';
import { type ModelHost, sha256, smallGguf, startModelHost } from '../support/model-host';
import { type Answer, pause, startServer, type TestServer, temporaryFolder } from '../support/server';
import { BRIDGE, GARDEN, uploadTexts } from './library';

const CHAT = 'smollm2-135m-instruct';
const EMBEDDING = 'bge-small-en-v1.5';
const STARTER = join(installedDir, CHAT, 'SmolLM2-135M-Instruct.Q4_1.gguf');
const MiB = 1024 * 1024;
const home = temporaryFolder();
const modelsDir = join(home.path, 'models');
const small = smallGguf();
let server: TestServer;
let host: ModelHost;

const start = () => startServer({ dataDir: join(home.path, 'data'), env: { PRESSMARK_MODELS_DIR: modelsDir } });

beforeAll(async () => {
  for (const id of [CHAT, EMBEDDING]) {
    mkdirSync(join(modelsDir, id), { recursive: true });
    for (const name of readdirSync(join(installedDir, id))) place(join(installedDir, id, name), join(modelsDir, id, name));
  }
  writeFileSync(join(home.path, 'small.gguf'), small);
  host = await startModelHost(small);
  server = await start();
});
afterAll(async () => {
  await server.stop();
  await host.close();
  home.remove();
});

/** The same bytes without copying them, where both folders lie on one disk. */
function place(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    cpSync(from, to);
  }
}

const model = async (id: string) => (await server.get<Model>(`/api/models/${id}`)).body.data;
const act = (id: string, verb: string) => server.post<Model>(`/api/models/${id}/${verb}`);
const importing = (body: Record<string, unknown>) => server.post<AcceptedModel>('/api/models/import', { kind: 'chat', ...body });
const system = async () => (await server.get<SystemInfo>('/api/system')).body.data;

async function until(job_id: string, met: (job: Job) => boolean = ({ state }) => !['queued', 'running'].includes(state)): Promise<Job> {
  for (let tries = 0; tries < 1200; tries += 1) {
    const job = await server.job(job_id);
    if (met(job)) return job;
    await pause(25);
  }
  throw new Error(`the job did not come to that state: ${JSON.stringify(await server.job(job_id))}`);
}

/** Imports and waits for the end of the job. */
async function imported(body: Record<string, unknown>): Promise<{ job: Job; id: string }> {
  const { status, body: answer } = await importing(body);
  expect(status, JSON.stringify(answer)).toBe(202);
  return { id: answer.data.model.id, job: await until(answer.data.job_id) };
}

/** Nothing of the model is on the disk, whole or in part. */
function expectGone(id: string): void {
  expect(existsSync(join(modelsDir, id))).toBe(false);
  expect(existsSync(join(modelsDir, '.incoming', id))).toBe(false);
}

describe('the catalogue', () => {
  it('tells what there is, what is installed, and whether it fits', async () => {
    const { items } = (await server.get<Page<Model>>('/api/models/')).body.data;
    expect(items.map(({ id }) => id)).toEqual([...items.map(({ id }) => id)].sort());
    const chat = items.find(({ id }) => id === CHAT);
    expect(chat).toMatchObject({ kind: 'chat', installed: true, in_use: true, state: 'available', licence: 'Apache-2.0', job_id: null });
    expect(chat?.fit).toMatchObject({ verdict: 'fits', needed_bytes: expect.any(Number), free_bytes: expect.any(Number) });
    expect(chat?.fit.needed_bytes).toBeGreaterThan(chat?.size_bytes ?? 0);
    expect(items.some(({ installed, state }) => !installed && state === 'absent')).toBe(true);
    // With figures, of the file where it is there, else of the catalogue; and one of each kind to take here.
    expect(chat).toMatchObject({
      fit: { basis: 'header', memory: 'ram', context_tokens: 4096 },
      architecture: 'llama',
      sends_text_to: null,
    });
    expect(items.find(({ id }) => id === 'qwen3-4b')?.fit).toMatchObject({ basis: 'catalogue', weights_bytes: 2_497_280_256 });
    for (const kind of ['chat', 'embedding', 'reranker'])
      expect(items.filter((one) => one.kind === kind && one.recommended)).toHaveLength(1);
    expect(await model(CHAT)).toMatchObject({ id: CHAT, context_tokens: expect.any(Number), languages: ['en'] });
  });

  it('is filtered and paged', async () => {
    const idsOf = async (query: string) => (await server.get<Page<Model>>(`/api/models?${query}`)).body.data;
    expect((await idsOf('kind=embedding&installed=true')).items.map(({ id }) => id)).toEqual([EMBEDDING]);
    expect((await idsOf('installed=false')).items.every(({ installed }) => !installed)).toBe(true);
    const first = await idsOf('limit=1');
    const rest = await idsOf(`limit=100&cursor=${first.next_cursor}`);
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual((await idsOf('')).items.map(({ id }) => id));
    expect(rest.next_cursor).toBeNull();
  });

  it('says what is wrong with a request', async () => {
    expect((await server.get('/api/models/no-such-model')).status).toBe(404);
    expect((await server.get('/api/models?kind=poem')).status).toBe(422);
    expect((await act(CHAT, 'download')).body.error?.code).toBe('CONFLICT');
    expect((await act('all-minilm-l6-v2', 'load')).body.error?.code).toBe('CONFLICT');
    expect((await server.request('DELETE', '/api/models/all-minilm-l6-v2')).status).toBe(409);
  });
});

describe('loading', () => {
  // How much of it goes back to the system is up to the allocator: llama.cpp maps its weights, onnxruntime allocates them.
  it.each([
    [CHAT, 100],
    [EMBEDDING, 1],
  ])('%s takes memory, and unloading gives it back', async (id, freed) => {
    expect((await act(id, 'unload')).status).toBe(200);
    const before = (await system()).memory.rss_bytes;
    expect((await act(id, 'load')).body.data).toMatchObject({ state: 'loaded', fit: { verdict: 'fits' } });
    const loaded = await system();
    expect(Object.values(loaded.models).find((one) => one.id === id)?.state).toBe('loaded');
    expect(loaded.memory.rss_bytes - before).toBeGreaterThan(30 * MiB);
    expect((await act(id, 'unload')).body.data.state).toBe('available');
    expect((await system()).memory.rss_bytes).toBeLessThan(loaded.memory.rss_bytes - freed * MiB);
    expect((await act(id, 'unload')).status).toBe(200);
  });

  it('that failed is tried again, and the next best model answers meanwhile', async () => {
    const { id, job } = await imported({ path: join(home.path, 'small.gguf'), name: 'Broken' });
    expect(job.state).toBe('done');
    expect(await model(id)).toMatchObject({ in_use: true, context_tokens: 1234, licence: 'mit', origin: 'imported' });
    for (let tries = 0; tries < 2; tries += 1) {
      const { status, body } = await act(id, 'load');
      expect([status, body.error?.code, body.error?.details.state]).toEqual([409, 'CONFLICT', 'failed']);
      expect(body.error?.message).toContain('could not be loaded');
    }
    expect(await model(id)).toMatchObject({ state: 'failed', in_use: false, detail: expect.stringContaining('could not be loaded') });
    expect(await model(CHAT)).toMatchObject({ in_use: true, state: 'available' });
    expect((await server.request('DELETE', `/api/models/${id}`)).body.data).toEqual({ id, deleted: true });
    expectGone(id);
    expect((await server.get(`/api/models/${id}`)).status).toBe(404);
  });
});

describe('an import by path', () => {
  it('makes a real model answer at once; it cannot be deleted while it answers, and can afterwards', async () => {
    const project = await server.createProject();
    await uploadTexts(server, project.id, { 'garden.md': GARDEN });
    const { id, job } = await imported({ path: STARTER, name: 'Gartenmodell für Ü', sha256: sha256Of(STARTER).toUpperCase() });
    expect(job).toMatchObject({ kind: 'model_import', state: 'done', document_id: null, subject: id, progress: { unit: 'bytes' } });
    expect(job.progress.done).toBe(job.progress.total);
    expect(await model(id)).toMatchObject({ name: 'Gartenmodell für Ü', installed: true, in_use: true, state: 'available' });
    const asking = server.post<ChatAnswer>('/api/chat', { project_id: project.id, message: 'What does a season ticket cost?' });
    let refused: Answer<unknown> | null = null;
    for (let tries = 0; tries < 400 && !refused; tries += 1) {
      const { state } = await model(id);
      if (state === 'loaded' || state === 'loading') refused = await server.request('DELETE', `/api/models/${id}`);
      else await pause(10);
    }
    expect([refused?.status, refused?.body.error?.code]).toEqual([409, 'CONFLICT']);
    expect((await asking).body.data.message.model).toBe(id);
    await expect.poll(async () => (await server.request('DELETE', `/api/models/${id}`)).status).toBe(200);
    expectGone(id);
    expect((await model(CHAT)).in_use).toBe(true);
  });

  it.each([
    ['a file that is not there', '/nowhere/model.gguf'],
    ['a folder', '/tmp'],
    ['a path with a null byte', '/tmp/a\0b'],
  ])('does not find %s', async (_what, path) => {
    const { status, body } = await importing({ path });
    expect([status, body.error?.code, body.error?.details]).toEqual([404, 'NOT_FOUND', { field: 'path' }]);
  });

  it.each([
    ['a relative path', { path: 'model.gguf' }, 'path'],
    ['neither path nor url', {}, 'path'],
    ['both', { path: '/tmp/x', url: 'http://127.0.0.1/x' }, 'path'],
    ['an address of another kind', { url: 'file:///etc/passwd' }, 'url'],
    ['no address', { url: 'model' }, 'url'],
    ['a checksum that is none', { url: 'http://127.0.0.1/x', sha256: 'abc' }, 'sha256'],
    ['another kind', { url: 'http://127.0.0.1/x', kind: 'poem' }, 'kind'],
  ])('refuses %s at once', async (_what, body, field) => {
    const { status, body: answer } = await importing(body);
    expect([status, answer.error?.code]).toEqual([422, 'VALIDATION_FAILED']);
    expect(answer.error?.details).toMatchObject({ issues: [{ path: field }] });
  });

  it.each([
    ['what is no model', Buffer.from('%PDF-1.7 and so on'), {}, 'NOT_A_MODEL'],
    ['an empty file', Buffer.alloc(0), {}, 'NOT_A_MODEL'],
    ['a model that was cut off', small.subarray(0, small.length - 1), {}, 'NOT_A_MODEL'],
    ['other bytes than expected', small, { sha256: sha256(Buffer.from('other')) }, 'CHECKSUM_MISMATCH'],
  ])('fails for %s and leaves nothing', async (_what, bytes, more, code) => {
    const path = join(home.path, 'candidate.gguf');
    writeFileSync(path, bytes);
    const { id, job } = await imported({ path, ...more });
    expect(job).toMatchObject({ state: 'failed', error: { code, message: expect.stringMatching(/\.$/) } });
    expectGone(id);
    expect((await server.get(`/api/models/${id}`)).status).toBe(404);
  });
});

const sha256Of = (path: string): string => sha256(readAll(path));

describe('an import by address', () => {
  it.each([
    ['whole/model.gguf', 'a right checksum', true],
    ['whole/model.gguf', 'no checksum', false],
    ['moved', 'a redirect', true],
    ['cut/model.gguf', 'a connection that is cut', true],
    ['cut-plain/model.gguf', 'a cut connection and no Range', true],
  ])('%s brings the model: %s', async (path, _what, checked) => {
    const asked = host.asked.length;
    const { id, job } = await imported({ url: host.url(path), ...(checked ? { sha256: sha256(small) } : {}) });
    expect(job).toMatchObject({ state: 'done', progress: { done: small.length, total: small.length } });
    expect(readAll(join(modelsDir, id, `${id}.gguf`)).equals(small)).toBe(true);
    expect(readdirSync(join(modelsDir, id)).sort()).toEqual([`${id}.gguf`, 'model.json'].sort());
    if (path.startsWith('cut/')) expect(host.asked.slice(asked).map(({ range }) => range !== undefined)).toEqual([false, true]);
    expect((await server.request('DELETE', `/api/models/${id}`)).status).toBe(200);
  });

  it.each([
    ['whole/model.gguf', { sha256: sha256(Buffer.from('other')) }, 'CHECKSUM_MISMATCH'],
    ['page', {}, 'NOT_A_MODEL'],
    ['short', {}, 'NOT_A_MODEL'],
    ['gone', {}, 'DOWNLOAD_FAILED'],
    ['in-circles', {}, 'DOWNLOAD_FAILED'],
    ['long', {}, 'DOWNLOAD_FAILED'],
  ])('%s ends as failed', async (path, more, code) => {
    const { id, job } = await imported({ url: host.url(path), ...more });
    expect(job).toMatchObject({ state: 'failed', error: { code } });
    expect(existsSync(join(modelsDir, id))).toBe(false);
    if (code !== 'DOWNLOAD_FAILED') expectGone(id);
    expect((await server.get<Page<Model>>('/api/models?installed=true')).body.data.items.map((one) => one.id)).not.toContain(id);
  });

  it('says with figures that the disk has no room, and is not tried again and again', async () => {
    const asked = host.asked.length;
    const { job } = await imported({ url: host.url('vast/model.gguf') });
    expect(job.error).toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringMatching(/^The model needs \d+ MB more .* only \d+ MB are free, of which \d+ MB stay free/),
    });
    expect(job.error?.action).toContain('retry the job');
    expect(host.asked.length - asked).toBe(1);
  });

  it('shows its progress, can be cancelled, and starts over on retry', async () => {
    const { data } = (await importing({ url: host.url('slow'), name: 'Slow' })).body;
    expect(data.model).toMatchObject({ id: 'slow', state: 'downloading', installed: false, job_id: data.job_id });
    const running = await until(data.job_id, ({ progress }) => progress.done > 0);
    expect(running).toMatchObject({ state: 'running', progress: { total: small.length, unit: 'bytes' } });
    expect((await server.request('DELETE', '/api/models/slow')).status).toBe(409);
    expect((await server.post<Job>(`/api/jobs/${data.job_id}/cancel`)).body.data.state).toBe('cancelled');
    expectGone('slow');
    const again = (await server.post<Job>(`/api/jobs/${data.job_id}/retry`)).body.data;
    expect(again).toMatchObject({ kind: 'model_import', subject: 'slow' });
    expect(await until(again.id)).toMatchObject({ state: 'done' });
    expect((await server.post(`/api/jobs/${data.job_id}/retry`)).status).toBe(409);
    expect((await server.request('DELETE', '/api/models/slow')).status).toBe(200);
  });

  it('can be paused, stays so over a restart, and goes on where it was', async () => {
    const { data } = (await importing({ url: host.url('slow'), name: 'Paused', sha256: sha256(small) })).body;
    const running = await until(data.job_id, ({ progress }) => progress.done > small.length / 4 && progress.per_second !== undefined);
    expect(running.progress.per_second).toBeGreaterThan(0);
    const paused = (await server.post<Job>(`/api/jobs/${data.job_id}/pause`)).body.data;
    expect(paused).toMatchObject({ state: 'queued', paused: true, error: null });
    expect((await server.post(`/api/jobs/${data.job_id}/pause`)).status).toBe(200);
    const asked = host.asked.length;
    await server.stop();
    server = await start();
    await pause(300);
    expect(await server.job(data.job_id)).toMatchObject({ state: 'queued', paused: true, progress: { done: paused.progress.done } });
    expect(host.asked).toHaveLength(asked);
    expect((await server.post<Job>(`/api/jobs/${data.job_id}/resume`)).body.data.paused).toBe(false);
    expect(await until(data.job_id)).toMatchObject({ state: 'done', paused: false });
    expect(Number(/bytes=(\d+)-/.exec(host.asked[asked]?.range ?? '')?.[1])).toBeGreaterThanOrEqual(small.length / 4);
    expect((await server.post(`/api/jobs/${data.job_id}/resume`)).body.error?.code).toBe('CONFLICT');
    expect((await server.post(`/api/jobs/${data.job_id}/pause`)).body.error?.code).toBe('CONFLICT');
    expect((await server.request('DELETE', '/api/models/paused')).status).toBe(200);
  });

  it('goes on after kill -9 where it was', async () => {
    const { data } = (await importing({ url: host.url('slow'), name: 'Killed', sha256: sha256(small) })).body;
    await until(data.job_id, ({ progress }) => progress.done > small.length / 4);
    const asked = host.asked.length;
    await server.stop('SIGKILL');
    server = await start();
    expect(await until(data.job_id)).toMatchObject({ state: 'done' });
    const from = Number(/bytes=(\d+)-/.exec(host.asked[asked]?.range ?? '')?.[1]);
    expect(from).toBeGreaterThanOrEqual(small.length / 4);
    expect(readAll(join(modelsDir, 'killed', 'killed.gguf')).equals(small)).toBe(true);
    expect((await server.request('DELETE', '/api/models/killed')).status).toBe(200);
  });

  it('tells those who listen what happens to the model', async () => {
    const socket = new WebSocket(`${server.ready.url.replace('http', 'ws')}/api/ws`, ['pressmark', `token.${server.ready.token}`]);
    const frames: { type: string; kind?: string; model?: { id: string; state: string }; job?: Job }[] = [];
    socket.on('message', (data) => frames.push(JSON.parse(String(data))));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ id: 1, type: 'subscribe', after: 0 }));
    const { id, job } = await imported({ url: host.url('whole'), name: 'Heard', kind: 'reranker' });
    await server.request('DELETE', `/api/models/${id}`);
    const states = () =>
      frames
        .filter((frame) => frame.type === 'model' && frame.model?.id === id)
        .map((frame) => frame.model?.state)
        .filter((state, at, all) => state !== all[at - 1]);
    await expect.poll(states).toEqual(['downloading', 'available', 'absent']);
    expect(frames.filter((frame) => frame.type === 'job' && frame.job?.id === job.id).at(-1)?.job?.state).toBe('done');
    socket.close();
  });
});

describe('a model that reads', () => {
  it('is refused when it is imported as another kind than it is', async () => {
    writeFileSync(join(home.path, 'reads.gguf'), bertGguf('embedding'));
    const { job, id } = await imported({ path: join(home.path, 'reads.gguf'), kind: 'chat' });
    expect(job).toMatchObject({ state: 'failed', error: { code: 'NOT_A_MODEL', message: expect.stringContaining('an embedding model') } });
    expectGone(id);
  });

  it('ranks what was found, from the moment it is there until it goes', async () => {
    const { id: project_id } = await server.createProject();
    const { body } = await uploadTexts(server, project_id, { 'garden.md': GARDEN, 'bridge.md': BRIDGE });
    for (const { document } of body.data.items) await server.waitFor(document?.id ?? '');
    const ranks = async () => {
      const answer = await server.post<SearchResult>('/api/search', { project_id, query: 'season ticket for the bridge' });
      return answer.body.data.items.map(({ scores }) => scores.rerank);
    };
    expect((await ranks()).every((rank) => rank === null)).toBe(true);
    writeFileSync(join(home.path, 'ranks.gguf'), bertGguf('reranker'));
    const { job, id } = await imported({ path: join(home.path, 'ranks.gguf'), kind: 'reranker' });
    expect(job.state).toBe('done');
    expect((await system()).models.reranker).toMatchObject({ id, engine: 'llama.cpp' });
    const found = await ranks();
    expect(found.length).toBeGreaterThan(1);
    expect(found).toEqual(found.toSorted((one, two) => (two ?? 0) - (one ?? 0)));
    expect(found.every((rank) => rank !== null)).toBe(true);
    expect((await server.request('DELETE', `/api/models/${id}`)).status).toBe(200);
    expect((await ranks()).every((rank) => rank === null)).toBe(true);
  });
});

describe('without a restart', () => {
  it('a library without models quotes and searches by words, and uses the models that come', async () => {
    const { id: project_id } = await server.createProject();
    for (const id of [CHAT, EMBEDDING]) {
      expect((await server.request('DELETE', `/api/models/${id}`)).status).toBe(200);
      expect(await model(id)).toMatchObject({ installed: false, state: 'absent', in_use: false });
    }
    expect((await system()).models).toMatchObject({ chat: { state: 'absent' }, embedding: { state: 'absent' } });
    const [item] = (await uploadTexts(server, project_id, { 'garden.md': GARDEN })).body.data.items;
    const document_id = item?.document?.id ?? '';
    expect((await server.waitFor(document_id)).embedded_chunks).toBe(0);
    const ask = async () =>
      (await server.post<ChatAnswer>('/api/chat', { project_id, message: 'What does a season ticket cost?' })).body.data;
    expect((await ask()).message.model).toBeNull();
    await imported({ path: STARTER, name: 'Came later' });
    expect((await ask()).message.model).toBe('came-later');
    for (const name of readdirSync(join(installedDir, EMBEDDING))) {
      mkdirSync(join(modelsDir, EMBEDDING), { recursive: true });
      place(join(installedDir, EMBEDDING, name), join(modelsDir, EMBEDDING, name));
    }
    expect((await act(EMBEDDING, 'load')).body.data).toMatchObject({ state: 'loaded', in_use: true });
    const embedded = async () => (await server.get<Document>(`/api/documents/${document_id}`)).body.data.embedded_chunks;
    await expect.poll(embedded, { timeout: 10_000 }).toBeGreaterThan(0);
  });
});

describe('who may', () => {
  it.each(['read', 'write'])('the scope %s looks and changes nothing', async (scope) => {
    const { token } = (await server.post<{ token: string }>('/api/tokens', { name: scope, scopes: [scope] })).body.data;
    const as = (method: string, path: string, body?: unknown) =>
      server.request(method, `/api/models${path}`, body, { authorization: `Bearer ${token}` });
    expect((await as('GET', '/')).status).toBe(200);
    expect((await as('GET', `/${CHAT}`)).status).toBe(200);
    for (const verb of ['load', 'unload', 'download']) expect((await as('POST', `/${CHAT}/${verb}`)).status, verb).toBe(403);
    expect((await as('POST', '/import', { path: STARTER, kind: 'chat' })).status).toBe(403);
    expect((await as('DELETE', `/${CHAT}`)).status).toBe(403);
  });
});
