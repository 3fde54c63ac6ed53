/** A chat model behind an external endpoint of the OpenAI protocol. The text of every call leaves this machine. */
import type { ChatCompletionChunk, ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { Stream } from 'openai/streaming';
import type { ChatModel, ChatTurn, ExternalPlace, Generated, GenerateOptions, Tool } from '../../../core/ports/llm';
import { inferenceThreads } from '../llama-cpp/cores';
import { createClient, OddAnswer } from './client';
import { messagesOf, toolsOf } from './messages';
import { createStanding, type Standing } from './standing';

/** What nearly every endpoint reads; none of them says. */
const CONTEXT_TOKENS = 8_192;
/** Their tokens cannot be counted here; in most writings a token has more letters. */
const CHARACTERS_PER_TOKEN = 3.5;
/** An answer that brings nothing for so long is given up. */
const SILENCE_MS = 60_000;

const guess = (text: string) => Math.ceil(text.length / CHARACTERS_PER_TOKEN);

export function createExternalChat(id: string, place: ExternalPlace & { chat_model: string }): ChatModel {
  const client = createClient(place);
  const standing = createStanding(id, place, CONTEXT_TOKENS);
  const promptTokens = (turns: readonly ChatTurn[], tools?: readonly Tool[]) =>
    guess(turns.map(({ content, calls }) => content + JSON.stringify(calls ?? '')).join('\n') + JSON.stringify(tools ?? ''));

  async function* generate(turns: readonly ChatTurn[], options: GenerateOptions): AsyncGenerator<string, Generated> {
    if (options.signal.aborted) return STOPPED;
    const stall = new AbortController();
    const signal = AbortSignal.any([options.signal, stall.signal]);
    const asked = requestOf(place.chat_model, turns, options);
    try {
      const stream = await standing.ask(() => client.chat.completions.create(asked, { signal }), options.signal);
      return yield* read(stream, standing, { stall, signal: options.signal });
    } catch (error) {
      if (options.signal.aborted) return STOPPED;
      throw error;
    } finally {
      // A reader that leaves closes the connection.
      stall.abort();
    }
  }

  const { ask: _ask, setDimensions: _set, ...engine } = standing;
  return {
    ...engine,
    gpu: () => ({ requested: 'auto', used: null, supported: null, devices: [], reason: 'The model runs elsewhere.' }),
    threads: () => inferenceThreads(),
    countTokens: async (text) => guess(text),
    promptTokens: async (turns, tools) => promptTokens(turns, tools),
    contextTokens: async () => CONTEXT_TOKENS,
    generate,
  };
}

const STOPPED: Generated = { reason: 'aborted', calls: [], tokens: 0, cached: 0 };

function requestOf(model: string, turns: readonly ChatTurn[], options: GenerateOptions): ChatCompletionCreateParamsStreaming {
  const { max_tokens, temperature, top_p, seed, stop, frequency_penalty, presence_penalty, schema, tools, single_call } = options;
  return {
    model,
    messages: messagesOf(turns),
    stream: true,
    stream_options: { include_usage: true },
    max_tokens,
    temperature,
    ...(top_p === undefined ? {} : { top_p }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop?.length ? { stop: [...stop] } : {}),
    ...(frequency_penalty === undefined ? {} : { frequency_penalty }),
    ...(presence_penalty === undefined ? {} : { presence_penalty }),
    ...(schema ? { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { ...schema } } } } : {}),
    ...(tools?.length ? { tools: toolsOf(tools), ...(single_call ? { parallel_tool_calls: false } : {}) } : {}),
  };
}

interface Reading {
  stall: AbortController;
  signal: AbortSignal;
}

type Finish = ChatCompletionChunk.Choice['finish_reason'];

async function* read(
  stream: Stream<ChatCompletionChunk>,
  standing: Standing,
  { stall, signal }: Reading,
): AsyncGenerator<string, Generated> {
  const chunks = stream[Symbol.asyncIterator]();
  const asked: { name: string; arguments: string }[] = [];
  let written = '';
  let tokens: number | null = null;
  let finish: Finish = null;
  let seen = false;
  for (;;) {
    const timer = setTimeout(() => stall.abort(), SILENCE_MS);
    const { value, done } = await standing.ask(() => next(chunks, seen), signal).finally(() => clearTimeout(timer));
    if (done) break;
    tokens = value.usage?.completion_tokens ?? tokens;
    const [choice] = value.choices ?? [];
    seen ||= choice !== undefined;
    finish = choice?.finish_reason ?? finish;
    for (const call of choice?.delta?.tool_calls ?? []) {
      const known = asked[call.index] ?? { name: '', arguments: '' };
      asked[call.index] = {
        name: known.name + (call.function?.name ?? ''),
        arguments: known.arguments + (call.function?.arguments ?? ''),
      };
    }
    const text = choice?.delta?.content ?? '';
    written += text;
    if (text !== '') yield text;
  }
  if (signal.aborted) return STOPPED;
  const calls = asked.flatMap((call) => callOf(call));
  return { reason: reasonOf(finish, calls.length), calls, tokens: tokens ?? guess(written), cached: 0 };
}

/** An end before anything came is no answer: a page, say, that has nothing of the protocol in it. */
async function next<T>(chunks: AsyncIterator<T>, seen: boolean): Promise<IteratorResult<T>> {
  const result = await chunks.next();
  if (result.done && !seen) throw new OddAnswer('sent nothing that is an answer');
  return result;
}

function callOf({ name, arguments: args }: { name: string; arguments: string }) {
  try {
    return [{ name, arguments: args === '' ? {} : (JSON.parse(args) as unknown) }];
  } catch {
    return [];
  }
}

function reasonOf(finish: Finish, calls: number): Generated['reason'] {
  if (calls > 0) return 'calls';
  return finish === 'length' ? 'length' : 'end';
}
