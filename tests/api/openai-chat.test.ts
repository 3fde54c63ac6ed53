/** Chat completions with the real model through the official Node client: text, streams, stops, seeds, JSON, tools. */
import type OpenAI from 'openai';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import type { ChatCompletionCreateParamsNonStreaming as Params } from 'openai/resources/chat/completions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startServer, type TestServer, temporaryFolder } from '../support/server';
import { clientOf, collect, CHAT_MODEL as model, user } from './openai-client';

const home = temporaryFolder();
let server: TestServer;
let client: OpenAI;

beforeAll(async () => {
  server = await startServer({ dataDir: home.path });
  client = clientOf(server);
});
afterAll(async () => {
  await server.stop();
  home.remove();
});

const STORY = user('Tell me a long story about a lighthouse.');
const complete = (params: Partial<Params>) => client.chat.completions.create({ model, messages: STORY, max_tokens: 24, ...params });
const textOf = async (params: Partial<Params>) => (await complete(params)).choices[0]?.message.content ?? '';

describe('a completion', () => {
  it('has the shape and the counts of the protocol', async () => {
    const { object, id, created, usage, choices } = await complete({ max_tokens: 12 });
    expect(object).toBe('chat.completion');
    expect(id).toMatch(/^chatcmpl-/);
    expect(Math.abs(created - Date.now() / 1000)).toBeLessThan(120);
    expect(choices).toHaveLength(1);
    expect(choices[0]).toMatchObject({ index: 0, finish_reason: 'length', message: { role: 'assistant' } });
    expect(usage?.completion_tokens).toBe(12);
    expect(usage?.prompt_tokens).toBeGreaterThan(8);
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + 12);
  });

  it('counts a longer prompt as longer', async () => {
    const short = await complete({ max_tokens: 1 });
    const long = await complete({ max_tokens: 1, messages: user(`Tell me a long story about a lighthouse.${' word'.repeat(50)}`) });
    expect((long.usage?.prompt_tokens ?? 0) - (short.usage?.prompt_tokens ?? 0)).toBe(50);
  });

  it('ends with "stop" when the model is done', async () => {
    const { choices, usage } = await complete({ messages: user('Say the word yes.'), temperature: 0, max_tokens: 200 });
    expect(choices[0]?.finish_reason).toBe('stop');
    expect(usage?.completion_tokens).toBeLessThan(200);
  });

  it('takes max_completion_tokens, text parts, all roles, null and unknown fields', async () => {
    const messages = [
      { role: 'developer', content: 'Be short.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hello. ' },
          { type: 'text', text: 'Who are you?' },
        ],
      },
      { role: 'assistant', content: 'A helper.' },
      { role: 'user', content: 'Good.', name: 'ann' },
    ] as Params['messages'];
    const more = {
      max_tokens: null,
      max_completion_tokens: 5,
      temperature: null,
      logit_bias: {},
      user: 'x',
      made_up: { a: 1 },
      store: true,
      metadata: { a: 'b' },
    };
    expect((await complete({ messages, ...more })).usage?.completion_tokens).toBeLessThanOrEqual(5);
  });

  it('repeats itself with the same seed, whatever was asked between', async () => {
    const sampled = (seed: number) => textOf({ temperature: 1, seed });
    const first = await sampled(42);
    await textOf({ messages: user('Tell me a long story about something else.') });
    expect(await sampled(42)).toBe(first);
    expect(await sampled(43)).not.toBe(first);
  });

  it('differs from call to call without a seed', async () => {
    const texts = await Promise.all([1, 2, 3].map(() => textOf({ temperature: 1.2 })));
    expect(new Set(texts).size).toBeGreaterThan(1);
  });

  it('has less variety with a lower top_p', async () => {
    const sampled = (top_p: number, seed: number) => textOf({ temperature: 2, top_p, seed, max_tokens: 12 });
    const narrow = [await sampled(0.01, 1), await sampled(0.01, 2), await sampled(0.01, 3)];
    const wide = [await sampled(1, 1), await sampled(1, 2), await sampled(1, 3)];
    expect(new Set(narrow).size).toBe(1);
    expect(new Set(wide).size).toBeGreaterThan(1);
  });

  it('repeats fewer words with a frequency penalty', async () => {
    const variety = (text: string) => {
      const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
      return new Set(words).size / words.length;
    };
    const listing = { messages: user('Write the word apple ten times.'), temperature: 0, max_tokens: 40 };
    const punished = await textOf({ ...listing, frequency_penalty: 2, presence_penalty: 2 });
    const wanted = await textOf({ ...listing, frequency_penalty: -2, presence_penalty: -2 });
    expect(variety(punished)).toBeGreaterThan(variety(wanted));
  });
});

describe('stop texts', () => {
  it('end the answer and are not part of it', async () => {
    const whole = await textOf({ temperature: 0, max_tokens: 40 });
    const words = whole.match(/\p{L}{3,}/gu) ?? [];
    const word = words[3] ?? '';
    // In the middle of a word, so that it need not be a token of its own.
    const stop = word.slice(1);
    const { choices } = await complete({ temperature: 0, max_tokens: 40, stop });
    expect(choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: whole.slice(0, whole.indexOf(stop)) } });
    const several = await complete({ temperature: 0, max_tokens: 40, stop: ['@@@', stop, '\u0000'] });
    expect(several.choices[0]?.message.content).toBe(choices[0]?.message.content);
  });

  it('never appear in a stream either', async () => {
    const whole = await textOf({ temperature: 0, max_tokens: 40 });
    const stop = whole.slice(20, 29);
    const stream = await client.chat.completions.create({
      model,
      messages: STORY,
      temperature: 0,
      max_tokens: 40,
      stop: [stop],
      stream: true,
    });
    const text = (await collect(stream)).map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(text).toBe(whole.slice(0, whole.indexOf(stop)));
  });
});

describe('a stream', () => {
  it('brings the same text in pieces, then why it ended, then the usage when asked', async () => {
    const asked = { model, messages: STORY, temperature: 0, max_tokens: 16 };
    const whole = await client.chat.completions.create(asked);
    const chunks = await collect(await client.chat.completions.create({ ...asked, stream: true, stream_options: { include_usage: true } }));
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(chunks.every(({ object }) => object === 'chat.completion.chunk')).toBe(true);
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
    const pieces = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').filter((piece) => piece !== '');
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.join('')).toBe(whole.choices[0]?.message.content);
    const [end, last] = chunks.slice(-2);
    expect(end?.choices[0]?.finish_reason).toBe('length');
    expect(last).toMatchObject({ choices: [], usage: whole.usage });
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
  });

  it('has no usage when it was not asked for, and ends with [DONE]', async () => {
    const response = await fetch(`${server.ready.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.ready.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: STORY, max_tokens: 3, stream: true }),
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const text = await response.text();
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(text).not.toContain('usage');
  });

  it('works with the client’s own gathering helper', async () => {
    const runner = client.chat.completions.stream({ model, messages: STORY, temperature: 0, max_tokens: 8 });
    const { choices } = await runner.finalChatCompletion();
    expect(choices[0]?.message.content).toBe(await textOf({ temperature: 0, max_tokens: 8 }));
  });

  it('stops the model when the client goes away', async () => {
    const stream = await client.chat.completions.create({ model, messages: STORY, max_tokens: 3000, stream: true });
    for await (const _chunk of stream) break;
    const begun = performance.now();
    await complete({ max_tokens: 1 });
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('stops the model also when an answer without a stream is not wanted any more', async () => {
    const leaving = new AbortController();
    const unwanted = client.chat.completions.create({ model, messages: STORY, max_tokens: 3000 }, { signal: leaving.signal });
    const { state } = (await server.get<{ models: { chat: { state: string } } }>('/api/system')).body.data.models.chat;
    expect(state).toBe('loaded');
    leaving.abort();
    await expect(unwanted).rejects.toThrow(/abort/i);
    const begun = performance.now();
    await complete({ max_tokens: 1 });
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});

describe('JSON', () => {
  const PERSON = {
    type: 'object',
    properties: {
      name: { type: 'string' },
      age: { type: 'integer', minimum: 0, maximum: 150 },
      pet: { anyOf: [{ $ref: '#/$defs/pet' }, { type: 'null' }] },
      likes: { type: 'array', items: { enum: ['tea', 'coffee'] }, minItems: 1, maxItems: 2 },
    },
    required: ['name', 'age', 'pet', 'likes'],
    additionalProperties: false,
    $defs: { pet: { type: 'object', properties: { kind: { enum: ['cat', 'dog'] } }, required: ['kind'], additionalProperties: false } },
  };
  const format = (schema: Record<string, unknown>, strict = true): NonNullable<Params['response_format']> => ({
    type: 'json_schema',
    json_schema: { name: 'answer', schema, strict },
  });

  it.each([1, 2, 3])('follows its schema at temperature 1.5, seed %i', async (seed) => {
    const text = await textOf({ response_format: format(PERSON), temperature: 1.5, seed, max_tokens: 400 });
    const { name, age, pet, likes, ...more } = JSON.parse(text);
    expect(more).toEqual({});
    expect(typeof name).toBe('string');
    expect(Number.isInteger(age) && age >= 0 && age <= 150).toBe(true);
    if (pet !== null) expect(['cat', 'dog']).toContain(pet.kind);
    expect(likes.length).toBeGreaterThanOrEqual(1);
    expect(likes.length).toBeLessThanOrEqual(2);
    for (const like of likes) expect(['tea', 'coffee']).toContain(like);
  });

  it('is an object with json_object', async () => {
    const text = await textOf({ response_format: { type: 'json_object' }, temperature: 0, max_tokens: 400, messages: user('Tom is 5.') });
    expect(typeof JSON.parse(text)).toBe('object');
  });

  it('says when it was cut', async () => {
    const { choices } = await complete({ response_format: format(PERSON), max_tokens: 4 });
    expect(choices[0]?.finish_reason).toBe('length');
  });

  it('is read by the client’s own parse helper', async () => {
    const { choices } = await client.chat.completions.parse({
      model,
      messages: user('Is the sky blue?'),
      response_format: format({ type: 'object', properties: { yes: { type: 'boolean' } }, required: ['yes'], additionalProperties: false }),
    });
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ yes: expect.any(Boolean) });
  });
});

describe('JSON by a schema of zod', () => {
  const READING = z.object({
    name: z.string().max(30),
    age: z.number().int(),
    share: z.number().min(0).max(1),
    price: z.number().positive(),
    latitude: z.number().gte(-90).lt(90),
    year: z.number().int().gte(1900),
    half: z.number().min(0.5).max(2.5),
    day: z.iso.date(),
    kind: z.enum(['letter', 'invoice']),
    sender: z.object({ known: z.boolean() }).nullable(),
    tags: z.array(z.string().max(10)).max(2),
  });

  it.each([1, 2])('is parsed by the client, at temperature 1.2, seed %i', async (seed) => {
    const { choices } = await client.chat.completions.parse({
      model,
      messages: user('A letter from Ada, who is 36, of 2 May 2020. It is about tea.'),
      temperature: 1.2,
      seed,
      max_tokens: 600,
      response_format: zodResponseFormat(READING, 'reading'),
    });
    const parsed = READING.parse(choices[0]?.message.parsed);
    expect(Object.keys(parsed)).toEqual(Object.keys(READING.shape));
  });
});

describe('tools', () => {
  const WEATHER = {
    type: 'function' as const,
    function: {
      name: 'get_weather',
      description: 'The weather of a city.',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['C', 'F'] } },
        required: ['city', 'unit'],
        additionalProperties: false,
      },
    },
  };
  const CLOCK = { type: 'function' as const, function: { name: 'get_time', parameters: { type: 'object', properties: {} } } };
  const messages = user('What is the weather in Paris?');

  it('one is called, with valid arguments, when it is named', async () => {
    const { choices } = await complete({
      messages,
      tools: [CLOCK, WEATHER],
      tool_choice: { type: 'function', function: { name: 'get_weather' } },
      max_tokens: 200,
    });
    const [choice] = choices;
    expect(choice?.finish_reason).toBe('tool_calls');
    expect(choice?.message.content).toBeNull();
    const [call] = choice?.message.tool_calls ?? [];
    if (call?.type !== 'function') throw new Error('no call');
    expect(call).toMatchObject({ id: expect.stringMatching(/^call_/), function: { name: 'get_weather' } });
    expect(JSON.parse(call.function.arguments)).toEqual({ city: expect.any(String), unit: expect.stringMatching(/^[CF]$/) });
  });

  it.each([false, true])('one is called in any case when that is required (stream: %s)', async (streams) => {
    const asked = { model, messages, tools: [CLOCK, WEATHER], tool_choice: 'required' as const, max_tokens: 200 };
    const { choices } = streams
      ? await client.chat.completions.stream(asked).finalChatCompletion()
      : await client.chat.completions.create(asked);
    expect(choices[0]?.finish_reason).toBe('tool_calls');
    const [call] = choices[0]?.message.tool_calls ?? [];
    if (call?.type !== 'function') throw new Error('no call');
    expect(['get_weather', 'get_time']).toContain(call.function.name);
    expect(typeof JSON.parse(call.function.arguments)).toBe('object');
  });

  it.each([1, 2, 3])('one that must be called keeps to the bounds of its numbers, seed %i', async (seed) => {
    const order = z.object({
      amount: z.number().int().positive(),
      discount: z.number().min(0).max(0.5),
      year: z.number().int().min(1900).max(2999),
    });
    const { choices } = await client.chat.completions.parse({
      model,
      messages: user('Order three apples.'),
      temperature: 1.5,
      seed,
      max_tokens: 200,
      tools: [zodFunction({ name: 'order', parameters: order })],
      tool_choice: 'required',
    });
    const calls = choices[0]?.message.tool_calls ?? [];
    expect(calls).toHaveLength(1);
    for (const call of calls) if (call.type === 'function') expect(order.safeParse(call.function.parsed_arguments).error).toBeUndefined();
  });

  it('may be offered; the answer is text or valid calls', async () => {
    const { choices } = await complete({ messages, tools: [WEATHER], max_tokens: 60 });
    const { content, tool_calls = [] } = choices[0]?.message ?? { content: null };
    expect((content ?? '') !== '' || tool_calls.length > 0).toBe(true);
    for (const call of tool_calls) if (call.type === 'function') expect(JSON.parse(call.function.arguments)).toHaveProperty('city');
    expect(
      (await complete({ messages, tools: [WEATHER], tool_choice: 'none', max_tokens: 8 })).choices[0]?.message.tool_calls,
    ).toBeUndefined();
  });

  it('give their results back', async () => {
    const call = { id: 'call_1', type: 'function' as const, function: { name: 'get_weather', arguments: '{"city":"Paris","unit":"C"}' } };
    const conversation = [...messages, { role: 'assistant' as const, content: null, tool_calls: [call] }];
    const answered = [...conversation, { role: 'tool' as const, tool_call_id: 'call_1', content: 'sunny' }];
    const { usage } = await complete({ messages: answered, tools: [WEATHER], max_tokens: 20 });
    expect(usage?.completion_tokens).toBeGreaterThan(0);
  });
});
