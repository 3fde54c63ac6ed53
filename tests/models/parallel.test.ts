/** Several conversations with one model in memory: side by side, in turn, and each finding again what it had read. */
import { afterAll, expect, it } from 'vitest';
import type { ChatModel, ChatTurn, Generated, GenerateOptions } from '../../src-main/core/ports/llm';
import { openEngines } from './places';

const { engines, chat } = openEngines({});
afterAll(() => engines.close());

const options = (more: Partial<GenerateOptions> = {}): GenerateOptions => ({
  max_tokens: 24,
  temperature: 0,
  signal: new AbortController().signal,
  ...more,
});
const paragraph = (about: string) => `The ${about} was opened in 1934 and carries two lanes over the river. `.repeat(12);
const conversation = (about: string): ChatTurn[] => [
  { role: 'system', content: `You know all about the ${about}.` },
  { role: 'user', content: `${paragraph(about)}When was the ${about} opened?` },
];

async function whole(model: ChatModel, turns: readonly ChatTurn[], more: Partial<GenerateOptions> = {}) {
  const writing = model.generate(turns, options(more));
  let text = '';
  for (;;) {
    const { value, done } = await writing.next();
    if (done) return { text, ...(value as Generated) };
    text += value;
  }
}

const further = (turns: ChatTurn[], answer: string): ChatTurn[] => [
  ...turns,
  { role: 'assistant', content: answer },
  { role: 'user', content: 'And how many lanes has it?' },
];

it('reads only what is new in the next turn, also after another conversation spoke', async () => {
  const [bridge, tunnel] = [conversation('bridge'), conversation('tunnel')];
  const first = await whole(chat, bridge);
  const other = await whole(chat, tunnel);
  for (const [turns, { text }] of [
    [bridge, first],
    [tunnel, other],
  ] as const) {
    const next = further(turns, text);
    const { cached } = await whole(chat, next);
    expect(cached).toBeGreaterThan(0.75 * (await chat.promptTokens(next)));
  }
});

it('answers two at once as it answers each alone', async () => {
  const [bridge, mill] = [conversation('bridge'), conversation('mill')];
  const alone = [await whole(chat, bridge), await whole(chat, mill)];
  const together = await Promise.all([whole(chat, bridge), whole(chat, mill)]);
  for (const [at, { text }] of together.entries()) {
    expect(text).toContain('1934');
    expect(alone[at]?.text).toContain('1934');
  }
});

it('writes for both before either is done', async () => {
  const order: string[] = [];
  const follow = async (name: string) => {
    for await (const _piece of chat.generate(conversation(name), options({ max_tokens: 40 }))) order.push(name);
  };
  await Promise.all([follow('harbour'), follow('lighthouse')]);
  expect(order.indexOf('lighthouse')).toBeLessThan(order.lastIndexOf('harbour'));
  expect(order.indexOf('harbour')).toBeLessThan(order.lastIndexOf('lighthouse'));
});

it('serves more callers than it has room for, and forgets those that leave', async () => {
  const gone = new AbortController();
  const names = ['quay', 'dam', 'ferry', 'canal', 'weir'];
  const asked = names.map((name, at) => whole(chat, conversation(name), at === 3 ? { signal: gone.signal } : {}));
  gone.abort();
  const answers = await Promise.all(asked);
  expect(answers.map(({ reason }) => reason === 'aborted')).toEqual([false, false, false, true, false]);
  expect(answers.every(({ text }, at) => at === 3 || text.length > 5)).toBe(true);
});

it('stops within the reading of a long prompt', async () => {
  await chat.contextTokens();
  const stop = new AbortController();
  const asked = whole(chat, [{ role: 'user', content: paragraph('aqueduct').repeat(12) }], { signal: stop.signal });
  setTimeout(() => stop.abort(), 30);
  const { reason, text } = await asked;
  expect([reason, text]).toEqual(['aborted', '']);
  // The model itself has let go of it, too: it would read for many seconds more.
  const stopped = performance.now();
  await engines.close();
  expect(performance.now() - stopped).toBeLessThan(10_000);
});
