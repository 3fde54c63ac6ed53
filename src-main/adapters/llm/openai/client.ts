/** The client of an external engine, and its failures in words that hold no key. */
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import { AppError, outage } from '../../../core/errors';
import type { ExternalPlace } from '../../../core/ports/llm';

/** Until the engine begins to answer. */
export const ANSWER_MS = 60_000;
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
    const page = await createClient(place).models.list({ timeout: LIST_MS, maxRetries: 0, signal: AbortSignal.timeout(LIST_MS) });
    const models = page.data.map(({ id }) => String(id)).slice(0, MOST_MODELS);
    const missing = [place.chat_model, place.embedding_model].filter((name) => name !== null && !models.includes(name));
    if (missing.length > 0) return { ok: false, models, message: `${host} answers, but does not list ${missing.join(' and ')}.` };
    return { ok: true, models, message: `${host} answers, and has ${models.length} models.` };
  } catch (error) {
    return { ok: false, models: [], message: wordsOf(error, host) };
  }
}

/** An answer that no program can use; its message goes on after the name of the engine. */
export class OddAnswer extends Error {}

/** By these the engine itself is out of order, whatever it was asked: to wait helps, or a change of the settings. */
const OUT_OF_ORDER = new Set([401, 403, 404, 408, 429, 502, 503, 504]);

/** UNAVAILABLE; with the engine in its details where the same request may succeed later, without where only this one failed. */
export function failureOf(error: unknown, host: string): AppError {
  const words = wordsOf(error, host);
  const refused = error instanceof APIError && OUT_OF_ORDER.has(Number(error.status));
  const away = refused || error instanceof APIConnectionError || isLate(error) || isCut(error);
  return away ? outage(host, words) : new AppError('UNAVAILABLE', words);
}

/** How fetch says that the connection broke in the middle of an answer. */
const isCut = (error: unknown) => error instanceof TypeError && error.message === 'terminated';

/** Only this program's own clocks abort a request that nobody gave up. */
const isLate = (error: unknown) =>
  error instanceof APIConnectionTimeoutError ||
  error instanceof APIUserAbortError ||
  (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError'));

/** What the engine itself says may repeat the key or the question, so only its status is told. */
function wordsOf(error: unknown, host: string): string {
  if (isLate(error)) return `The external engine ${host} did not answer in time.`;
  if (error instanceof OddAnswer) return `The external engine ${host} ${error.message}.`;
  if (isCut(error)) return `The external engine ${host} broke off its answer.`;
  if (!(error instanceof APIError)) return `The external engine ${host} did not answer as the OpenAI protocol says.`;
  if (error instanceof APIConnectionError) return `The external engine ${host} cannot be reached.`;
  if (error.status === undefined) return `The external engine ${host} reported an error in the middle of its answer.`;
  if (error.status === 401 || error.status === 403) return `The external engine ${host} does not accept the key (${error.status}).`;
  if (error.status === 404) return `The external engine ${host} does not know the model or the address (404).`;
  if (error.status === 429) return `The external engine ${host} takes no more requests at the moment (429).`;
  return `The external engine ${host} refused the request (${error.status}).`;
}
