/** An engine elsewhere that stalls, errs, or answers with what no library can use: each failure says whether to wait helps. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createExternalChat } from '../../src-main/adapters/llm/openai/chat-model';
import { askForModels } from '../../src-main/adapters/llm/openai/client';
import { createExternalEmbedding } from '../../src-main/adapters/llm/openai/embedding-model';
import type { AppError } from '../../src-main/core/errors';

type Reply = (response: ServerResponse, texts: number) => void;

let server: Server;
let reply: Reply = () => undefined;
let base_url = '';

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { input = [] } = JSON.parse(Buffer.concat(pieces).toString() || '{}') as { input?: string[] };
    reply(response, input.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const json = (response: ServerResponse, body: unknown) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const vectors =
  (...all: unknown[][]): Reply =>
  (response) =>
    json(response, { object: 'list', data: all.map((embedding, index) => ({ object: 'embedding', index, embedding })), usage: {} });
const place = () => ({ base_url, api_key: null, chat_model: null, embedding_model: 'm' });
const open = (answerMs?: number) => createExternalEmbedding('external-embedding', place(), answerMs);

it('takes vectors of any one length, and makes them as long as one', async () => {
  reply = vectors([3, 4, 0], [0, 0, 2]);
  const embedding = open();
  expect((await embedding.embed(['a', 'b'], 'passage')).map((vector) => Array.from(vector))).toEqual([
    [expect.closeTo(0.6), expect.closeTo(0.8), 0],
    [0, 0, 1],
  ]);
  expect(embedding.info()).toMatchObject({ state: 'loaded', dimensions: 3 });
});

it.each([
  ['of different lengths', vectors([1, 0], [1, 0, 0]), /different lengths \(2 and 3 numbers\)/],
  ['that are empty', vectors([], []), /not made of numbers/],
  ['of something else', vectors([1, null], [0, 1]), /not made of numbers/],
  ['fewer than texts', vectors([1, 0]), /2 texts with 1 vectors/],
])('refuses vectors %s, for good', async (_what, bad, said) => {
  reply = bad;
  const failure = await open()
    .embed(['a', 'b'], 'passage')
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringMatching(said) });
  expect(failure).not.toHaveProperty('details.engine');
});

it('refuses vectors that have another length than those before', async () => {
  const embedding = open();
  reply = vectors([1, 0]);
  await embedding.embed(['a'], 'passage');
  reply = vectors([1, 0, 0]);
  await expect(embedding.embed(['b'], 'passage')).rejects.toThrow('different lengths (2 and 3 numbers)');
});

it.each([
  [401, true, /does not accept the key/],
  [404, true, /does not know the model/],
  [400, false, /refused the request \(400\)/],
])('knows after %d whether the engine is out of order: %s', async (status, away, said) => {
  reply = (response) => response.writeHead(status).end('{}');
  const failure = await open()
    .embed(['a'], 'passage')
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringMatching(said) });
  expect(Object.keys((failure as AppError).details)).toEqual(away ? ['engine'] : []);
});

it('does not wait for ever for the rest of an answer', async () => {
  reply = (response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{"data":[');
  const begun = performance.now();
  await expect(open(300).embed(['a'], 'passage')).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(/did not answer in time/),
  });
  expect(performance.now() - begun).toBeLessThan(5_000);
});

const events =
  (...lines: string[]): Reply =>
  (response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(lines.map((line) => `data: ${line}\n\n`).join(''));
const piece = JSON.stringify({ choices: [{ index: 0, delta: { content: 'Hel' }, finish_reason: null }] });

it.each<[string, Reply, RegExp, boolean]>([
  ['nothing', events('[DONE]'), /sent nothing that is an answer/, false],
  ['chunks without a choice', events('{}', '{"choices":null}', '[DONE]'), /sent nothing that is an answer/, false],
  ['a page', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'), /sent nothing that is an answer/, false],
  ['no JSON', events('{nonsense'), /as the OpenAI protocol says/, false],
  ['an error after its first words', events(piece, '{"error":{"message":"secret"}}'), /reported an error in the middle/, false],
  [
    'its first words, then nothing',
    (response) => response.write(`data: ${piece}\n\n`, () => setTimeout(() => response.destroy(), 50)),
    /broke off/,
    true,
  ],
])('an answer that is %s is told apart from an empty one', async (_what, bad, said, away) => {
  reply = bad;
  const chat = createExternalChat('external-chat', { ...place(), chat_model: 'm' });
  const failure = await (async () => {
    for await (const _piece of chat.generate([{ role: 'user', content: 'x' }], {
      max_tokens: 5,
      temperature: 0,
      signal: new AbortController().signal,
    }));
  })().catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringMatching(said) });
  expect(Object.keys((failure as AppError).details)).toEqual(away ? ['engine'] : []);
  expect((failure as AppError).message).not.toContain('secret');
});

it('that cannot be reached is away, and says so when it is asked for its models', async () => {
  const nowhere = { ...place(), base_url: 'http://127.0.0.1:1/v1' };
  expect(await askForModels(nowhere)).toMatchObject({ ok: false, message: expect.stringContaining('cannot be reached') });
  await expect(createExternalEmbedding('external-embedding', nowhere).embed(['a'], 'query')).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  });
});
