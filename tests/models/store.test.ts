/** The models folder against a server that stalls, changes its file, or offers more than the disk holds. */
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { examineGguf } from '../../src-main/adapters/llm/llama-cpp/gguf-file';
import { createModelStore } from '../../src-main/adapters/models/store';
import type { ModelOrder, ModelStore } from '../../src-main/core/ports/model-store';
import { type ModelHost, sha256, smallGguf, startModelHost } from '../support/model-host';
import { temporaryFolder } from '../support/server';

const SILENCE_MS = 300;
const body = smallGguf(100_000);
const home = temporaryFolder();
let host: ModelHost;
let store: ModelStore;
let count = 0;
let modelsDir = '';

beforeAll(async () => {
  host = await startModelHost(body);
});
beforeEach(() => {
  count += 1;
  modelsDir = join(home.path, String(count));
  mkdirSync(modelsDir);
  store = createModelStore({ modelsDir, outside: null, examine: examineGguf, silenceMs: SILENCE_MS });
});
afterAll(async () => {
  await host.close();
  home.remove();
});

const order = (path: string, checksum: string | null = null): ModelOrder => ({
  id: 'one',
  from: 'url',
  location: host.url(path),
  sha256: checksum,
  name: 'One',
  kind: 'chat',
  size_bytes: null,
});
const patience = (signal = new AbortController().signal) => ({ signal, progress: () => undefined });
const part = () => join(modelsDir, '.incoming', 'one', 'one.part');

it('breaks off when nothing comes, soon and with a sentence', async () => {
  const begun = performance.now();
  await expect(store.fetch(order('silent'), patience())).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    message: 'The download broke off: nothing came for 0.3 s.',
  });
  expect(performance.now() - begun).toBeLessThan(5 * SILENCE_MS);
});

it('keeps what a stalled server sent, and goes on from there', async () => {
  await expect(store.fetch(order('silent-later'), patience())).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  const kept = readFileSync(part()).length;
  expect(kept).toBe(Math.floor(body.length / 2));
  const note = JSON.parse(readFileSync(`${part()}.json`, 'utf8'));
  writeFileSync(`${part()}.json`, JSON.stringify({ ...note, url: host.url('whole') }));
  const asked = host.asked.length;
  await store.fetch(order('whole', sha256(body)), patience());
  expect(host.asked.slice(asked).map(({ range }) => range)).toEqual([`bytes=${kept}-`]);
  expect(readFileSync(join(modelsDir, 'one', 'one.gguf')).equals(body)).toBe(true);
});

it('gives up a source that only drips', async () => {
  await expect(store.fetch(order('drip'), patience())).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    message: expect.stringContaining('hardly anything came for 0.3 s'),
  });
});

it('takes a file that the server packs although nobody asked for it', async () => {
  await store.fetch(order('packed', sha256(body)), patience());
  expect(readFileSync(join(modelsDir, 'one', 'one.gguf')).equals(body)).toBe(true);
});

it('does not mix two files when the server has another one meanwhile', async () => {
  await store.fetch(order('replaced'), patience());
  expect(readFileSync(join(modelsDir, 'one', 'one.gguf')).equals(body)).toBe(true);
});

it.runIf(process.platform === 'linux')('says that a file cannot be read, as of a drive that was pulled', async () => {
  // Its first bytes answer with an I/O error.
  const local = { id: 'one', from: 'path', location: '/proc/self/mem', sha256: null, name: 'One', kind: 'chat', size_bytes: null } as const;
  await expect(store.fetch(local, patience())).rejects.toMatchObject({
    code: 'NO_FILE',
    message: expect.stringMatching(/^The file cannot be read: EIO/),
  });
});

it('refuses at once what the disk cannot hold', async () => {
  await expect(store.fetch(order('vast'), patience())).rejects.toMatchObject({ code: 'DISK_FULL' });
});

describe('a model whose digest only the hub knows', () => {
  const ID = 'qwen2.5-0.5b-instruct';
  const kept = () => join(modelsDir, ID, 'qwen2.5-0.5b-instruct-q4_k_m.gguf');

  it('comes from the mirror, and must have what the hub states', async () => {
    store.setMirror(`${host.url('hub')}/`);
    const asked = host.asked.length;
    await store.fetch({ id: ID, from: 'catalogue' }, patience());
    expect(host.asked[asked]?.path).toBe('/hub/Qwen/Qwen2.5-0.5B-Instruct-GGUF/resolve/main/qwen2.5-0.5b-instruct-q4_k_m.gguf');
    expect(readFileSync(kept()).equals(body)).toBe(true);
    expect(store.list().find(({ id }) => id === ID)).toMatchObject({ installed: true, size_bytes: body.length, checksum_known: false });
  });

  it.each(['hub-wrong', 'whole'])('is refused when the bytes are others, or nobody states them: %s', async (path) => {
    store.setMirror(host.url(path));
    await expect(store.fetch({ id: ID, from: 'catalogue' }, patience())).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect([existsSync(kept()), readdirSync(join(modelsDir, '.incoming'))]).toEqual([false, []]);
  });
});

it('stops at once when it is told to, and forgets what is discarded', async () => {
  const stop = new AbortController();
  const fetching = store.fetch(order('slow'), {
    signal: stop.signal,
    progress: (done) => done > 0 && stop.abort(new Error('not wanted')),
  });
  await expect(fetching).rejects.toThrow('not wanted');
  expect(existsSync(part())).toBe(true);
  await store.discard('one');
  expect(readdirSync(join(modelsDir, '.incoming'))).toEqual([]);
});

it('sweeps what nobody will take up: old and not wanted', async () => {
  const old = new Date(Date.now() - 30 * 24 * 3_600_000);
  for (const id of ['old', 'old-wanted', 'fresh']) mkdirSync(join(modelsDir, '.incoming', id), { recursive: true });
  for (const id of ['old', 'old-wanted']) utimesSync(join(modelsDir, '.incoming', id), old, old);
  await store.sweep(['old-wanted']);
  expect(readdirSync(join(modelsDir, '.incoming')).sort()).toEqual(['fresh', 'old-wanted']);
});

it('finds models that people put into the folder, and the file that the configuration names', () => {
  mkdirSync(join(modelsDir, 'mine'));
  writeFileSync(join(modelsDir, 'mine', 'weights.gguf'), body);
  mkdirSync(join(modelsDir, 'empty'));
  const outside = { path: join(modelsDir, 'mine', 'weights.gguf'), id: 'weights' };
  const found = createModelStore({ modelsDir, outside, examine: examineGguf })
    .list()
    .filter(({ origin }) => origin !== 'catalogue');
  expect(found.map(({ id, origin, installed, size_bytes }) => [id, origin, installed, size_bytes])).toEqual([
    ['weights', 'outside', true, body.length],
    ['mine', 'imported', true, body.length],
  ]);
});

it.each([
  ['cut anywhere', 0.3],
  ['cut in its head', 0.0001],
])('a GGUF file that was %s is not taken for whole', async (_what, share) => {
  const path = join(modelsDir, 'x.gguf');
  writeFileSync(path, body.subarray(0, Math.floor(body.length * share)));
  await expect(examineGguf(path)).rejects.toThrow();
});
