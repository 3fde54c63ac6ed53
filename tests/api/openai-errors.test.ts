/** What the official client makes of everything that can go wrong: the exception that fits, the field, the code. */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src-main/core/limits';
import { startServer, type TestServer, temporaryFolder } from '../support/server';
import { CHAT_MODEL, clientOf, EMBEDDING_MODEL, failureOf, user } from './openai-client';

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

const complete = (params: Record<string, unknown>) =>
  client.chat.completions.create({ model: CHAT_MODEL, messages: user('Hello'), max_tokens: 2, ...params } as never);
const embed = (params: Record<string, unknown>) => client.embeddings.create({ model: EMBEDDING_MODEL, input: 'x', ...params } as never);

describe('a bad request', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['temperature', { temperature: 3 }, 'temperature'],
    ['top_p', { top_p: -1 }, 'top_p'],
    ['n', { n: 2 }, 'n'],
    ['max_tokens', { max_tokens: 0 }, 'max_tokens'],
    ['five stops', { stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop'],
    ['seed', { seed: 'x' }, 'seed'],
    ['presence_penalty', { presence_penalty: 3 }, 'presence_penalty'],
    ['no messages', { messages: [] }, 'messages'],
    [
      'an unknown role',
      {
        messages: [
          { role: 'user', content: 'x' },
          { role: 'robot', content: 'x' },
        ],
      },
      'messages[1].role',
    ],
    ['an image', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] }, 'messages[0].content'],
    [
      'a result without a call',
      { messages: [...user('x'), { role: 'tool', tool_call_id: 'z', content: 'x' }] },
      'messages[1].tool_call_id',
    ],
    ['an unknown format', { response_format: { type: 'xml' } }, 'response_format.type'],
    ['a choice that is no tool', { tool_choice: { type: 'function', function: { name: 'f' } } }, 'tool_choice'],
    [
      'a schema rule that cannot be forced',
      { response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema: { type: 'string', pattern: '^a' } } } },
      'response_format.json_schema.schema.pattern',
    ],
    ['logprobs', { logprobs: true }, 'logprobs'],
    ['favoured tokens', { logit_bias: { 50256: -100 } }, 'logit_bias'],
    ['functions of the older form', { functions: [{ name: 'f', parameters: {} }] }, 'functions'],
    ['sound', { modalities: ['text', 'audio'] }, 'modalities[1]'],
    [
      'a tool that is allowed and was not offered',
      { tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] } } },
      'tool_choice',
    ],
    ['a model that does not chat', { model: EMBEDDING_MODEL }, 'model'],
  ])('names the field: %s', async (_name, params, param) => {
    const error = await failureOf(complete(params));
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ status: 400, param, type: 'invalid_request_error' });
    expect(error.message).not.toMatch(/\n\s+at |undefined/);
  });

  it('says that images cannot be read', async () => {
    const content = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }];
    expect((await failureOf(complete({ messages: [{ role: 'user', content }] }))).message).toMatch(/images.*cannot be read/);
  });

  it('says which field is missing', async () => {
    const error = await failureOf(client.chat.completions.create({ model: CHAT_MODEL } as never));
    expect(error).toMatchObject({ status: 400, param: 'messages', code: 'missing_required_parameter' });
  });

  it('also when a stream was asked for', async () => {
    const error = await failureOf(complete({ stream: true, temperature: 9 }));
    expect(error).toMatchObject({ status: 400, param: 'temperature' });
  });

  it('has too long a prompt, which is refused and not cut', async () => {
    for (const stream of [false, true]) {
      const error = await failureOf(complete({ messages: user('word '.repeat(5000)), stream }));
      expect(error).toBeInstanceOf(OpenAI.BadRequestError);
      expect(error).toMatchObject({ code: 'context_length_exceeded', param: 'messages' });
      expect(error.message).toContain('4096');
    }
    expect(await failureOf(complete({ messages: user('word '.repeat(200_000)) }))).toMatchObject({ code: 'context_length_exceeded' });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['nothing', { input: '' }, 'input'],
    ['an empty text among others', { input: ['a', ''] }, 'input[1]'],
    ['no texts', { input: [] }, 'input'],
    ['too many texts', { input: Array.from({ length: 2049 }, () => 'x') }, 'input'],
    ['token numbers', { input: [1, 2, 3] }, 'input'],
    ['lists of token numbers', { input: [[1, 2, 3]] }, 'input'],
    ['other dimensions', { dimensions: 256 }, 'dimensions'],
    ['an unknown encoding', { encoding_format: 'hex' }, 'encoding_format'],
    ['a chat model', { model: CHAT_MODEL }, 'model'],
    ['too long a text', { input: ['fine', 'word '.repeat(600)] }, 'input[1]'],
  ])('for embeddings: %s', async (_name, params, param) => {
    expect(await failureOf(embed(params))).toMatchObject({ status: 400, param });
  });

  it('names the right number of dimensions', async () => {
    expect((await failureOf(embed({ dimensions: 1536 }))).message).toContain('384');
  });
});

describe('other refusals', () => {
  it('a wrong key is an AuthenticationError', async () => {
    const error = await failureOf(clientOf(server, 'sk-wrong').models.list());
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key' });
  });

  it('an unknown model is a NotFoundError', async () => {
    const calls = [complete({ model: 'gpt-4o' }), embed({ model: 'text-embedding-3-small' }), client.models.retrieve('nothing')];
    for (const error of await Promise.all(calls.map(failureOf))) {
      expect(error).toBeInstanceOf(OpenAI.NotFoundError);
      expect(error).toMatchObject({ code: 'model_not_found', param: 'model' });
    }
    expect(await failureOf(complete({ model: 'pressmark/nowhere' }))).toMatchObject({ code: 'model_not_found' });
  });

  it.each([
    ['GET', '/v1/nothing', 404],
    ['POST', '/v1/responses', 404],
    ['POST', '/v1/completions', 404],
    ['POST', '/v1/models', 405],
    ['GET', '/v1/chat/completions', 405],
    ['GET', '/v1/models/%zz', 400],
  ])('%s %s is %i in the shape of the protocol', async (method, path, status) => {
    const response = await fetch(server.ready.url + path, { method, headers: { authorization: `Bearer ${server.ready.token}` } });
    expect(response.status).toBe(status);
    if (status === 405) expect(response.headers.get('allow')).toContain(method === 'POST' ? 'GET' : 'POST');
    expect(await response.json()).toEqual({
      error: { message: expect.any(String), type: 'invalid_request_error', param: null, code: status === 400 ? null : expect.any(String) },
    });
  });

  it('an address of the protocol that is not here names those that are', async () => {
    const error = await failureOf(client.responses.create({ model: CHAT_MODEL, input: 'Hello' }));
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({ code: 'unknown_url', message: expect.stringContaining('/v1/chat/completions') });
  });

  it.each([
    ['broken JSON', '{', 'application/json', 400],
    ['no JSON', 'a=b', 'application/x-www-form-urlencoded', 415],
    ['a list', '[]', 'application/json', 400],
    ['too large a body', JSON.stringify({ input: 'x'.repeat(LIMITS.openaiBodyBytes) }), 'application/json', 413],
  ])('%s is refused in the shape of the protocol', async (_name, body, type, status) => {
    const response = await fetch(`${server.ready.url}/v1/embeddings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.ready.token}`, 'content-type': type },
      body,
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { message: expect.any(String), type: 'invalid_request_error' } });
  });

  it('too many answers at once are InternalServerErrors with 503 and Retry-After, and the others are all answered', async () => {
    const room = LIMITS.generations + LIMITS.generationQueue;
    const calls = Array.from({ length: room + 6 }, () =>
      complete({ max_tokens: 20 }).then(
        () => null,
        (error: unknown) => error,
      ),
    );
    const refused = (await Promise.all(calls)).filter((error) => error !== null);
    expect(refused).toHaveLength(6);
    for (const error of refused) {
      expect(error).toBeInstanceOf(OpenAI.InternalServerError);
      const { status, headers, type } = error as InstanceType<typeof OpenAI.InternalServerError>;
      expect({ status, type }).toEqual({ status: 503, type: 'server_error' });
      expect(Number(headers?.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  it('too many requests of a token are a RateLimitError with Retry-After', async () => {
    const limited = async (perMinute: number) => server.request('PUT', '/api/settings', { heavy_requests_per_minute: perMinute });
    expect((await limited(1)).status).toBe(200);
    await complete({ max_tokens: 1 });
    const error = await failureOf(complete({ max_tokens: 1 }));
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'rate_limit_error' });
    expect(Number(error.headers?.get('retry-after'))).toBeGreaterThan(0);
    await limited(0);
    await complete({ max_tokens: 1 });
  });
});
