/** Models, answers from the documents of a project, and embeddings through the official Node client. */
import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Citation } from '../../src-main/contract/chat';
import { type Library, openLibrary } from './library';
import { CHAT_MODEL, clientOf, collect, EMBEDDING_MODEL, failureOf, user } from './openai-client';

const QUESTION = user('How much does a season ticket for the walled garden cost?');

interface Answer {
  content: string;
  citations: Citation[];
  answered: boolean;
}

async function expectProof(library: Library, { content, citations, answered }: Answer): Promise<void> {
  expect(answered).toBe(true);
  expect(content).toContain('25 euros');
  expect(citations.length).toBeGreaterThan(0);
  const used = [...content.matchAll(/\[(\d{1,2})\]/g)].map(([, n]) => Number(n));
  expect(new Set(used)).toEqual(new Set(citations.map(({ n }) => n)));
  for (const { document_id, char_start, char_end, quote } of citations) {
    const { body } = await library.server.get<{ content: string }>(`/api/documents/${document_id}`);
    expect([...body.data.content].slice(char_start, char_end).join('')).toBe(quote);
  }
  expect(citations.some(({ document_id, supported }) => supported && document_id === library.garden.id)).toBe(true);
}

describe.each([
  ['with the chat model', {}],
  ['without any chat model', { PRESSMARK_CHAT_MODEL: 'none' }],
])('%s', (_name, env) => {
  const extractive = 'PRESSMARK_CHAT_MODEL' in env;
  let library: Library;
  let client: OpenAI;
  beforeAll(async () => {
    library = await openLibrary(env);
    client = clientOf(library.server);
  });
  afterAll(() => library.close());

  it('lists what can be asked, and each can be retrieved', async () => {
    const models = await collect(client.models.list());
    const ids = models.map(({ id }) => id);
    expect(ids).toContain(EMBEDDING_MODEL);
    expect(ids.includes(CHAT_MODEL)).toBe(!extractive);
    expect(ids).toContain(`pressmark/${library.project_id}`);
    expect(ids).toContain('pressmark/Doors');
    for (const model of models) expect(await client.models.retrieve(model.id)).toEqual(model);
    for (const { object, created, owned_by } of models) {
      expect({ object, owned_by }).toEqual({ object: 'model', owned_by: expect.any(String) });
      expect(Math.abs(created - Date.now() / 1000)).toBeLessThan(600);
    }
  });

  it.each(['id', 'name'])('answers from the documents of the project with this %s', async (by) => {
    const model = `pressmark/${by === 'id' ? library.project_id : 'Doors'}`;
    const { choices, usage, ...rest } = await client.chat.completions.create({ model, messages: QUESTION });
    expect(rest.model).toBe(model);
    expect(choices[0]?.finish_reason).toBe('stop');
    await expectProof(library, choices[0]?.message as unknown as Answer);
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
    if (!extractive) expect(usage?.prompt_tokens).toBeGreaterThan(50);
  });

  it('streams the checked answer, its citations before the end', async () => {
    const stream = await client.chat.completions.create({ model: 'pressmark/Doors', messages: QUESTION, stream: true });
    const deltas = (await collect(stream)).map(({ choices }) => choices[0]);
    const content = deltas.map((choice) => choice?.delta.content ?? '').join('');
    const [cited, end] = deltas.slice(-2);
    expect(end?.finish_reason).toBe('stop');
    await expectProof(library, { ...(cited?.delta as unknown as Answer), content });
  });

  it('understands a follow-up by the messages before it, and keeps no conversation', async () => {
    const ask = async (messages: ReturnType<typeof user>) =>
      (await client.chat.completions.create({ model: 'pressmark/Doors', messages })).choices[0]?.message.content ?? '';
    const first = user('Who built the iron bridge?');
    const answer = await ask(first);
    expect(answer).toContain('Louisa Ferrant');
    expect(await ask([...first, { role: 'assistant', content: answer }, ...user('And how long is it?')])).toContain('212 metres');
    const { body } = await library.server.get<{ items: unknown[] }>(`/api/conversations?project_id=${library.project_id}`);
    expect(body.data.items).toEqual([]);
  });

  it('says when the documents do not answer', async () => {
    const messages = user('What is the boiling point of tungsten?');
    const { choices } = await client.chat.completions.create({ model: 'pressmark/Doors', messages });
    expect(choices[0]?.message).toMatchObject({ answered: false, content: expect.stringContaining('do not answer') });
  });

  it('refuses what makes no sense there', async () => {
    const ask = (params: Record<string, unknown>) =>
      failureOf(client.chat.completions.create({ model: 'pressmark/Doors', messages: QUESTION, ...params } as never));
    expect(await ask({ response_format: { type: 'json_object' } })).toMatchObject({ status: 400, param: 'response_format' });
    expect(await ask({ messages: [{ role: 'system', content: 'x' }] })).toMatchObject({ status: 400, param: 'messages[0]' });
    expect(await ask({ messages: user('x'.repeat(9000)) })).toMatchObject({ status: 400, param: 'messages[0].content' });
  });

  it('takes names with any characters, and asks for the id where a name is not unique', async () => {
    const name = 'Größe / 名前 & 100%?#';
    const { id } = await library.server.createProject(name);
    expect(await client.models.retrieve(`pressmark/${name}`)).toMatchObject({ id: `pressmark/${name}` });
    const plain = await fetch(`${library.server.ready.url}/v1/models/pressmark/${encodeURIComponent(name)}`, {
      headers: { authorization: `Bearer ${library.server.ready.token}` },
    });
    expect(plain.status).toBe(200);
    const { id: other } = await library.server.createProject(name);
    const error = await failureOf(client.chat.completions.create({ model: `pressmark/${name}`, messages: QUESTION }));
    expect(error).toMatchObject({ status: 400, code: 'ambiguous_model', param: 'model' });
    expect(error.message).toContain(id);
    expect(error.message).toContain(other);
    const ids = (await collect(client.models.list())).map((model) => model.id);
    expect(ids).toContain(`pressmark/${id}`);
    expect(ids).not.toContain(`pressmark/${name}`);
  });

  if (extractive) {
    it('says that there is no chat model', async () => {
      expect(await failureOf(client.chat.completions.create({ model: CHAT_MODEL, messages: QUESTION }))).toMatchObject({
        code: 'model_not_found',
      });
    });
    return;
  }

  describe('embeddings', () => {
    const embed = async (params: Record<string, unknown>) =>
      (await client.embeddings.create({ model: EMBEDDING_MODEL, ...params } as never)).data.map(
        ({ embedding }) => embedding as unknown as number[],
      );
    const cosine = (a: number[] = [], b: number[] = []) => a.reduce((sum: number, value, index) => sum + value * (b[index] ?? 0), 0);

    it('are the same as numbers, as base64, and through the client that asks for base64 itself', async () => {
      const input = ['The garden opens at seven.', '花园七点开门'];
      const numbers = await embed({ input, encoding_format: 'float' });
      expect(numbers.map((vector) => vector.length)).toEqual([384, 384]);
      for (const vector of numbers) expect(cosine(vector, vector)).toBeCloseTo(1, 5);
      const encoded = (await embed({ input, encoding_format: 'base64' })) as unknown as string[];
      const decoded = encoded.map((text) => {
        const bytes = Buffer.from(text, 'base64');
        return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
      });
      expect(decoded).toEqual(numbers);
      expect(await embed({ input })).toEqual(numbers);
    });

    it('compare meanings, and come in the order of the texts with the real number of tokens', async () => {
      const input = ['A cat sleeps on the sofa.', 'A kitten naps on the couch.', 'Interest rates rose by half a percent.'];
      const { data, usage, model, object } = await client.embeddings.create({ model: EMBEDDING_MODEL, input });
      expect({ model, object, indexes: data.map(({ index }) => index) }).toEqual({
        model: EMBEDDING_MODEL,
        object: 'list',
        indexes: [0, 1, 2],
      });
      const [cat, kitten, rates] = data.map(({ embedding }) => embedding as unknown as number[]);
      expect(cosine(cat, kitten)).toBeGreaterThan(cosine(cat, rates) + 0.1);
      const each = await Promise.all(input.map((text) => client.embeddings.create({ model: EMBEDDING_MODEL, input: text })));
      expect(usage.prompt_tokens).toBe(each.reduce((sum, one) => sum + one.usage.prompt_tokens, 0));
      // [CLS] hello world [SEP]
      expect((await client.embeddings.create({ model: EMBEDDING_MODEL, input: 'hello world' })).usage).toEqual({
        prompt_tokens: 4,
        total_tokens: 4,
      });
    });

    it('take the model’s own number of dimensions, and tell queries from passages', async () => {
      const [passage] = await embed({ input: 'opening hours', dimensions: 384 });
      const [query] = await embed({ input: 'opening hours', input_type: 'query' });
      expect(passage).toHaveLength(384);
      expect(query).not.toEqual(passage);
    });
  });
});
