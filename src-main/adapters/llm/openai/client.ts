/** The client of an external engine, and its failures in words that hold no key. */
import OpenAI, { APIConnectionTimeoutError, APIError } from 'openai';
import type { ExternalPlace } from '../../../core/ports/llm';

/** Until the engine begins to answer. */
const ANSWER_MS = 60_000;
const LIST_MS = 15_000;
const RETRIES = 2;
const MOST_MODELS = 200;

export const hostOf = ({ base_url }: Pick<ExternalPlace, 'base_url'>): string => new URL(base_url).host;

/** Nothing of the environment gets into it: only what the person set up is sent. */
export function createClient({ base_url, api_key }: ExternalPlace): OpenAI {
  return new OpenAI({
    baseURL: base_url.replace(/\/+$/, ''),
    apiKey: api_key ?? 'none',
    organization: null,
    project: null,
    timeout: ANSWER_MS,
    maxRetries: RETRIES,
    logLevel: 'off',
    // A key must not follow to another host.
    fetchOptions: { redirect: 'error' },
  });
}

/** Never rejects. */
export async function askForModels(place: ExternalPlace): Promise<{ ok: boolean; models: string[]; message: string }> {
  const host = hostOf(place);
  try {
    const page = await createClient(place).models.list({ timeout: LIST_MS, maxRetries: 0 });
    const models = page.data.map(({ id }) => String(id)).slice(0, MOST_MODELS);
    const missing = [place.chat_model, place.embedding_model].filter((name) => name !== null && !models.includes(name));
    if (missing.length > 0) return { ok: false, models, message: `${host} answers, but does not list ${missing.join(' and ')}.` };
    return { ok: true, models, message: `${host} answers, and has ${models.length} models.` };
  } catch (error) {
    return { ok: false, models: [], message: wordsOf(error, host) };
  }
}

/** What the engine itself says may repeat the key or the question, so only its status is told. */
export function wordsOf(error: unknown, host: string): string {
  if (error instanceof APIConnectionTimeoutError) return `The external engine ${host} did not answer in time.`;
  if (!(error instanceof APIError)) return `The external engine ${host} did not answer as the OpenAI protocol says.`;
  if (error.status === undefined) return `The external engine ${host} cannot be reached.`;
  if (error.status === 401 || error.status === 403) return `The external engine ${host} does not accept the key (${error.status}).`;
  if (error.status === 404) return `The external engine ${host} does not know the model or the address (404).`;
  if (error.status === 429) return `The external engine ${host} takes no more requests at the moment (429).`;
  return `The external engine ${host} refused the request (${error.status}).`;
}
