/** The embedding engine with its real model: meaning, reproducibility, order, priority, stop, crash, idle. */
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EmbeddingModel, ModelEngines } from '../../src-main/core/ports/llm';
import { openEngines } from './places';

const open: ModelEngines[] = [];
function model(more: { idleMs?: number; choice?: string } = {}): EmbeddingModel {
  const { engines, embedding } = openEngines({ embedding: more.choice, idleMs: more.idleMs });
  open.push(engines);
  return embedding;
}
afterEach(() => Promise.all(open.splice(0).map((created) => created.close())));

const EMPTY: Float32Array = new Float32Array();
const dot = (a = EMPTY, b = EMPTY) => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

const PASSAGES = [
  'The supervisory board approved a dividend of 1.20 euros a share for the year.',
  'Photosynthesis stores the energy of light in sugar.',
  'Rivers carve valleys over thousands of years.',
];

describe('vectors', () => {
  it('puts the passage that answers a question nearest to it', async () => {
    const embedding = model();
    const passages = await embedding.embed(PASSAGES, 'passage');
    const questions = await embedding.embed(
      ['How much money do shareholders get?', 'How do plants make food?', 'What shapes a landscape?'],
      'query',
    );
    const nearest = questions.map((question) => {
      const scores = passages.map((passage) => dot(question, passage));
      return scores.indexOf(Math.max(...scores));
    });
    expect(nearest).toEqual([0, 1, 2]);
  });

  it('have unit length, the declared dimensions, and do not depend on their neighbours', async () => {
    const embedding = model();
    const together = await embedding.embed(['', ...PASSAGES, 'word '.repeat(5_000)], 'passage');
    const [alone] = await embedding.embed([PASSAGES[1] ?? ''], 'passage');
    expect(together).toHaveLength(5);
    for (const vector of together) {
      expect(vector).toHaveLength(embedding.info().dimensions ?? 0);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    }
    expect(alone).toEqual(together[2]);
  });

  it('differ between a query and a passage, since the model wants its queries introduced', async () => {
    const embedding = model();
    const [asQuery] = await embedding.embed(['tolls on bridges'], 'query');
    const [asPassage] = await embedding.embed(['tolls on bridges'], 'passage');
    expect(dot(asQuery, asPassage)).toBeLessThan(0.99);
  });

  it('of an over-long text are those of its beginning', async () => {
    const embedding = model();
    const begin = 'word '.repeat(600);
    const [one, two] = await embedding.embed([`${begin} apples`, `${begin} quarks`], 'passage');
    expect(one).toEqual(two);
  });
});

it('a text of blanks that is cut counts as longer than the model reads', async () => {
  const embedding = model();
  const [counted] = await embedding.embedCounted([`${' '.repeat(20_000)}hello`], 'passage');
  expect(counted?.tokens).toBeGreaterThan(embedding.info().context_tokens ?? Infinity);
});

describe('the queue', () => {
  it('lets a query overtake passages that wait', async () => {
    const embedding = model();
    const order: string[] = [];
    const many = Array.from({ length: 60 }, (_, at) => `${PASSAGES[at % 3]} ${at}`);
    const slow = embedding.embed(many, 'passage').then(() => order.push('passages'));
    const fast = embedding.embed(['quick question'], 'query').then(() => order.push('query'));
    await Promise.all([slow, fast]);
    expect(order).toEqual(['query', 'passages']);
  });

  it.each(['passage', 'query'] as const)('lets somebody with one %s pass the many of another', async (kind) => {
    const embedding = model();
    const order: string[] = [];
    const many = Array.from({ length: 60 }, (_, at) => `${PASSAGES[at % 3]} ${at}`);
    const slow = embedding.embed(many, kind).then((vectors) => order.push(`${vectors.length}`));
    const fast = embedding.embed([PASSAGES[1] ?? ''], kind).then(() => order.push('one'));
    await Promise.all([slow, fast]);
    expect(order).toEqual(['one', '60']);
  });

  it('keeps the order of the texts although they are done in turns', async () => {
    const embedding = model();
    const many = Array.from({ length: 10 }, (_, at) => `${PASSAGES[at % 3]} ${at}`);
    const [together] = await Promise.all([embedding.embed(many, 'passage'), embedding.embed(PASSAGES, 'passage')]);
    expect(together[9]).toEqual((await embedding.embed([many[9] ?? ''], 'passage'))[0]);
  });

  it('rejects at once when its caller gives up, and serves the others', async () => {
    const embedding = model();
    const stop = new AbortController();
    const dropped = embedding.embed(
      Array.from({ length: 200 }, () => PASSAGES[0] ?? ''),
      'passage',
      stop.signal,
    );
    const kept = embedding.embed(['still here'], 'passage');
    stop.abort(new Error('no longer wanted'));
    await expect(dropped).rejects.toThrow('no longer wanted');
    expect(await kept).toHaveLength(1);
  });
});

describe('the worker', () => {
  it('starts on the first text, ends when idle, and starts again', async () => {
    const embedding = model({ idleMs: 30 });
    const states: string[] = [];
    embedding.onChange(() => states.push(embedding.info().state));
    expect(embedding.info().state).toBe('available');
    await embedding.embed(['a'], 'query');
    await vi.waitFor(() => expect(embedding.info().state).toBe('available'), 5_000);
    await embedding.embed(['b'], 'query');
    expect(states.slice(0, 5)).toEqual(['loading', 'loaded', 'available', 'loading', 'loaded']);
  });

  it('that crashes rejects what it was at; what waited, and the next call, work', async () => {
    const embedding = model();
    await embedding.embed(['warm'], 'query');
    const post = vi.spyOn(Worker.prototype, 'postMessage').mockImplementationOnce(function (this: Worker) {
      void this.terminate();
    });
    const lost = embedding.embed(['lost'], 'query');
    const behind = embedding.embed(['behind it'], 'query');
    await expect(lost).rejects.toThrow('stopped');
    post.mockRestore();
    expect(await behind).toHaveLength(1);
    expect(await embedding.embed(['found'], 'query')).toHaveLength(1);
  });

  it('of a model whose files go is not asked any more', async () => {
    const { engines } = openEngines({});
    open.push(engines);
    const stored = engines.list().find(({ id }) => id === 'bge-small-en-v1.5');
    const engine = stored && engines.of(stored);
    expect(engine?.available()).toBe(true);
    await engines.forget('bge-small-en-v1.5');
    expect(engine?.available()).toBe(false);
  });

  it('that cannot start leaves a sentence and is not available', async () => {
    const embedding = openEngines({ workerPath: '/nowhere/embed-worker.cjs' }).embedding;
    await expect(embedding.embed(['x'], 'query')).rejects.toThrow('could not be loaded');
    expect(embedding.available()).toBe(false);
    expect(embedding.info()).toMatchObject({ state: 'failed', detail: expect.stringContaining('could not be loaded') });
  });
});
