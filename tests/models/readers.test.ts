/** GGUF models that read: vectors and ranks from small models with weights by chance, through the real engine. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngines } from '../../src-main/adapters/llm/engines';
import { examineGguf } from '../../src-main/adapters/llm/llama-cpp/gguf-file';
import { createModelStore } from '../../src-main/adapters/models/store';
import type { ModelEngines } from '../../src-main/core/ports/llm';
import type { ModelStore } from '../../src-main/core/ports/model-store';
import { BERT, bertGguf } from '../support/bert-gguf';
import { temporaryFolder } from '../support/server';

const home = temporaryFolder();
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
let models: ModelStore;
let engines: ModelEngines;

beforeAll(() => {
  for (const kind of ['embedding', 'reranker'] as const) {
    mkdirSync(join(home.path, kind));
    writeFileSync(join(home.path, kind, `${kind}.gguf`), bertGguf(kind));
    writeFileSync(
      join(home.path, kind, 'model.json'),
      JSON.stringify({ name: kind, kind, sha256: 'ab', context_tokens: null, licence: null, template: false }),
    );
  }
  models = createModelStore({ modelsDir: home.path, outside: null, examine: examineGguf });
  engines = createEngines({ models, log, workerPath: '', choices: { chat: 'none', embedding: null, reranker: null } });
});
afterAll(async () => {
  await engines.close();
  home.remove();
});

const lengthOf = (vector: Float32Array | undefined) => Math.hypot(...(vector ?? []));

describe('the head of the file', () => {
  it.each(['embedding', 'reranker'] as const)('says that it is of the kind %s, and how large', async (kind) => {
    expect(await examineGguf(join(home.path, kind, `${kind}.gguf`))).toMatchObject({
      kind,
      architecture: 'bert',
      context_tokens: BERT.window,
      quantisation: 'F32',
      parameters: expect.any(Number),
      template: false,
      shape: { layers: 2, kv_heads: 2, head_size: 16, width: 32 },
    });
  });
});

describe('an embedding model', () => {
  it('gives vectors of unit length, in the order of the texts, the same each time', async () => {
    const { embedding } = engines;
    expect(embedding.info()).toMatchObject({ id: 'embedding', engine: 'llama.cpp', state: 'available' });
    const texts = ['the bridge was opened in 1934.', 'a garden', 'the bridge was opened in 1934.'];
    const [one, two, again] = await embedding.embed(texts, 'passage');
    expect([one, two, again].map(lengthOf).every((length) => Math.abs(length - 1) < 1e-5)).toBe(true);
    expect(again).toEqual(one);
    expect(two).not.toEqual(one);
    expect(embedding.info()).toMatchObject({ state: 'loaded', dimensions: BERT.dimensions });
  });

  it('cuts what is too long, and has a vector for nothing at all', async () => {
    const [long, none] = await engines.embedding.embedCounted(['bridge '.repeat(500), ''], 'passage');
    expect(long?.tokens).toBeGreaterThan(BERT.window);
    expect([lengthOf(long?.vector), lengthOf(none?.vector)].every((length) => Math.abs(length - 1) < 1e-5)).toBe(true);
  });

  it('serves a question before the passages that wait', async () => {
    const order: string[] = [];
    const passages = engines.embedding
      .embed(
        Array.from({ length: 40 }, (_, at) => `passage ${at}`),
        'passage',
      )
      .then(() => order.push('passages'));
    await engines.embedding.embed(['a question?'], 'query').then(() => order.push('question'));
    await passages;
    expect(order).toEqual(['question', 'passages']);
  });
});

describe('a reranker', () => {
  const stay = new AbortController().signal;

  it('gives each passage a rank, also one that is too long', async () => {
    const passages = ['in 1934.', 'a garden', 'bridge '.repeat(500)];
    const scores = await engines.reranker.rank('when was the bridge opened?', passages, stay);
    expect(scores).toHaveLength(3);
    expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
    expect(await engines.reranker.rank('when was the bridge opened?', passages.slice(0, 1), stay)).toEqual([scores[0]]);
  });

  it('stops when nobody waits any more', async () => {
    await expect(engines.reranker.rank('x?', ['y'], AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  });

  it('is used when it is there, unless the settings say otherwise', () => {
    expect(engines.inUse('reranker')).toBe('reranker');
    engines.choose('reranker', 'none');
    expect(engines.inUse('reranker')).toBeNull();
    expect(engines.reranker.info()).toMatchObject({ state: 'absent', detail: expect.stringContaining('as the settings say') });
    engines.choose('reranker', null);
  });
});
