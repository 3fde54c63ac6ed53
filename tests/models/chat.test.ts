/** The chat engine with its real model: streaming, stop, seeds, turns, waiting, unloading, failures. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ChatModel, ChatTurn, GenerateOptions, ModelEngines } from '../../src-main/core/ports/llm';
import { modelsDir, openEngines } from './places';

const open: ModelEngines[] = [];
function model(more: { idleMs?: number; choice?: string } = {}): ChatModel {
  const { engines, chat } = openEngines({ chat: more.choice, idleMs: more.idleMs });
  open.push(engines);
  return chat;
}
afterEach(() => Promise.all(open.splice(0).map((created) => created.close())));

const STARTER = join(modelsDir, 'smollm2-135m-instruct', 'SmolLM2-135M-Instruct.Q4_1.gguf');
const STORY: ChatTurn[] = [{ role: 'user', content: 'Write a long story about a bridge.' }];
const options = (more: Partial<GenerateOptions> = {}): GenerateOptions => ({
  max_tokens: 24,
  temperature: 0,
  signal: new AbortController().signal,
  ...more,
});
async function read(stream: AsyncIterable<string>): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
}

describe('generation', () => {
  it('streams text that uses the given passage, in several pieces', async () => {
    const turns: ChatTurn[] = [
      { role: 'system', content: 'Answer from the passage only.' },
      { role: 'user', content: 'Passage: The bridge over the Elde was opened in 1934.\nQuestion: When was the bridge opened?' },
    ];
    const pieces = await read(model().generate(turns, options({ max_tokens: 40 })));
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join('')).toContain('1934');
  });

  it('repeats itself with the same seed and keeps to the tokens allowed', async () => {
    const chat = model();
    const ask = (seed: number) => read(chat.generate(STORY, options({ temperature: 1, seed }))).then((pieces) => pieces.join(''));
    const [one, again, other] = [await ask(7), await ask(7), await ask(8)];
    expect(again).toBe(one);
    expect(other).not.toBe(one);
    expect(await chat.countTokens(one)).toBeLessThanOrEqual(25);
  });

  it('knows the turns it is given and nothing of earlier calls', async () => {
    const chat = model();
    const fresh = await read(chat.generate(STORY, options()));
    await read(chat.generate([{ role: 'user', content: 'My name is Bob.' }], options()));
    expect((await read(chat.generate(STORY, options()))).join('')).toBe(fresh.join(''));
  });

  it('serves two callers one after the other', async () => {
    const chat = model();
    const [one, two] = await Promise.all([read(chat.generate(STORY, options())), read(chat.generate(STORY, options()))]);
    expect(one.join('')).toBe(two.join(''));
    expect(one.join('').length).toBeGreaterThan(10);
  });
});

describe('a stop', () => {
  it('ends the stream within 100 ms and without an error', async () => {
    const chat = model();
    const stop = new AbortController();
    let stopped = 0;
    let pieces = 0;
    for await (const _piece of chat.generate(STORY, options({ max_tokens: 2_000, signal: stop.signal }))) {
      pieces += 1;
      if (stopped === 0) {
        stopped = performance.now();
        stop.abort();
      }
    }
    expect(performance.now() - stopped).toBeLessThan(100);
    expect(pieces).toBeLessThan(5);
  });

  it('frees the model for the next caller', async () => {
    const chat = model();
    for await (const _piece of chat.generate(STORY, options({ max_tokens: 2_000 }))) break;
    const begun = performance.now();
    await read(chat.generate([{ role: 'user', content: 'Hello' }], options({ max_tokens: 2 })));
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('before the start yields nothing', async () => {
    expect(await read(model().generate(STORY, options({ signal: AbortSignal.abort() })))).toEqual([]);
  });
});

describe('the model in memory', () => {
  it('is loaded once for callers at the same time, and unloads when idle', async () => {
    const chat = model({ idleMs: 50 });
    const states: string[] = [];
    chat.onChange(() => states.push(chat.info().state));
    const [tokens, context] = await Promise.all([chat.countTokens('one two three'), chat.contextTokens()]);
    expect(tokens).toBe(3);
    expect(context).toBe(4096);
    await vi.waitFor(() => expect(chat.info().state).toBe('available'), 5_000);
    expect(states).toEqual(['loading', 'loaded', 'available']);
    expect(await chat.countTokens('one')).toBe(1);
  });

  it('says which device it uses, and why when that is the CPU', async () => {
    const chat = model();
    expect(chat.gpu().used).toBeNull();
    await chat.contextTokens();
    const { used, reason, devices, supported } = chat.gpu();
    expect(supported).not.toBeNull();
    if (used === 'none') expect(reason).toMatch(/\.$/);
    else expect(devices.length).toBeGreaterThan(0);
  });
});

describe('models that are not there', () => {
  it('are absent with a sentence, and refuse', async () => {
    const unknown = model({ choice: 'gpt-17' });
    expect(unknown.available()).toBe(false);
    expect(unknown.info()).toMatchObject({ id: 'gpt-17', state: 'absent', detail: expect.stringContaining('smollm2-135m-instruct') });
    await expect(read(unknown.generate(STORY, options()))).rejects.toThrow('gpt-17');
    expect(model({ choice: 'none' }).info()).toMatchObject({ id: null, state: 'absent' });
    expect(model({ choice: '/nowhere/x.gguf' }).info().detail).toContain('/nowhere/x.gguf');
  });

  it.each([
    ['garbage', Buffer.from('GGUF and then nothing but words, words, words')],
    ['another-kind', Buffer.from('hello')],
    ['cut-off', readFileSync(STARTER).subarray(0, 2_000_000)],
  ])('fail once and remember why when the file is broken: %s', async (name, bytes) => {
    const folder = mkdtempSync(join(tmpdir(), 'pressmark-gguf-'));
    const path = join(folder, `${name}.gguf`);
    writeFileSync(path, bytes);
    const broken = model({ choice: path });
    expect(broken.available()).toBe(true);
    await expect(read(broken.generate(STORY, options()))).rejects.toThrow(`${name} could not be loaded`);
    expect(broken.available()).toBe(false);
    expect(broken.info()).toMatchObject({ state: 'failed', detail: expect.stringContaining(name) });
    rmSync(folder, { recursive: true });
  });
});
