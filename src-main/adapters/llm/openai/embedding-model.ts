/** An embedding model behind an external endpoint of the OpenAI protocol. Every text leaves this machine. */
import { createHash } from 'node:crypto';
import { BadRequestError } from 'openai';
import type { Embedded, EmbeddingModel, ExternalPlace } from '../../../core/ports/llm';
import { ANSWER_MS, createClient, OddAnswer } from './client';
import { createStanding } from './standing';

/** Nobody says how much their model reads: most read this, those that refuse it get what every model reads. */
const CONTEXT_TOKENS = 8_192;
const LONG_CHARACTERS = 12_000;
const SHORT_CHARACTERS = 1_200;
const TEXTS_AT_ONCE = 64;
const CHARACTERS_PER_TOKEN = 3.5;
const HASH_DIGITS = 8;

/** @param answerMs from a request, with its further tries, to the last byte of its answer */
export function createExternalEmbedding(
  id: string,
  place: ExternalPlace & { embedding_model: string },
  answerMs = 2 * ANSWER_MS,
): EmbeddingModel {
  const client = createClient(place);
  const standing = createStanding(id, place, CONTEXT_TOKENS);
  const name = place.embedding_model;
  const where = createHash('sha256').update(`${place.base_url}\n${name}`).digest('hex').slice(0, HASH_DIGITS);

  async function request(texts: string[], longest: number, signal: AbortSignal | undefined): Promise<Float32Array[]> {
    // The protocol refuses empty texts.
    const input = texts.map((text) => text.slice(0, longest) || ' ');
    const late = AbortSignal.timeout(answerMs);
    const { data } = await client.embeddings.create({ model: name, input }, { signal: signal ? AbortSignal.any([signal, late]) : late });
    if (data.length !== texts.length) throw new OddAnswer(`answered ${texts.length} texts with ${data.length} vectors`);
    const vectors = data.toSorted((one, two) => one.index - two.index).map(({ embedding }) => embedding);
    refuseOdd(vectors, standing.info().dimensions);
    return vectors.map(unit);
  }

  const some = (texts: string[], signal: AbortSignal | undefined) =>
    standing.ask(async () => {
      try {
        return await request(texts, LONG_CHARACTERS, signal);
      } catch (error) {
        if (!(error instanceof BadRequestError)) throw error;
        return request(texts, SHORT_CHARACTERS, signal);
      }
    }, signal);

  async function embed(texts: string[], signal: AbortSignal | undefined): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += TEXTS_AT_ONCE) {
      signal?.throwIfAborted();
      vectors.push(...(await some(texts.slice(from, from + TEXTS_AT_ONCE), signal)));
    }
    if (vectors[0]) standing.setDimensions(vectors[0].length);
    return vectors;
  }

  const { ask: _ask, setDimensions: _set, ...engine } = standing;
  return {
    ...engine,
    model: () => `${id}@${where}`,
    embed: (texts, _kind, signal) => embed(texts, signal),
    async embedCounted(texts, _kind, signal): Promise<Embedded[]> {
      const vectors = await embed(texts, signal);
      return vectors.map((vector, at) => ({ vector, tokens: Math.ceil((texts[at]?.length ?? 0) / CHARACTERS_PER_TOKEN) }));
    },
  };
}

/** Vectors that cannot be compared with each other, or with those before, would be stored and never found. */
function refuseOdd(vectors: number[][], known: number | null): void {
  const dimensions = known ?? vectors[0]?.length ?? 0;
  const other = vectors.find(({ length }) => length !== dimensions);
  if (other) throw new OddAnswer(`returned vectors of different lengths (${dimensions} and ${other.length} numbers)`);
  if (dimensions === 0 || !vectors.every((vector) => vector.every((value) => Number.isFinite(value))))
    throw new OddAnswer('returned vectors that are not made of numbers');
}

function unit(values: number[]): Float32Array {
  const length = Math.hypot(...values) || 1;
  return Float32Array.from(values, (value) => value / length);
}
