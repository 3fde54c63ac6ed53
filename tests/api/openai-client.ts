/** The official OpenAI client for Node, unchanged, against a running server. */
import OpenAI from 'openai';
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import type { TestServer } from '../support/server';

export const CHAT_MODEL = 'smollm2-135m-instruct';
export const EMBEDDING_MODEL = 'bge-small-en-v1.5';

/** Without its own second tries, so that each answer is seen as it comes. */
export const clientOf = ({ ready }: TestServer, apiKey = ready.token, maxRetries = 0) =>
  new OpenAI({ baseURL: `${ready.url}/v1`, apiKey, maxRetries });

export const user = (content: string): ChatCompletionMessageParam[] => [{ role: 'user', content }];

/** The error of a call that must fail. */
export async function failureOf(call: PromiseLike<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
  const error = await Promise.resolve(call).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof OpenAI.APIError) return error;
  throw new Error(`expected an error of the API, got ${error}`);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
