/** Texts to vectors in the OpenAI protocol, with the model that Pressmark searches with. */
import type { EmbeddingRequest, Embeddings } from '../../contract/openai';
import { AppError } from '../errors';
import type { Ports } from '../ports';
import type { Models } from './models';

export function createEmbeddings({ embedding }: Ports, models: Models) {
  return async function embed({ model, input, ...asked }: EmbeddingRequest, signal: AbortSignal): Promise<Embeddings> {
    const { kind } = await models.find(model);
    if (kind !== 'embedding')
      throw refused('model', `"${model}" makes no embeddings; ${embedding.info().id ?? 'no installed model'} does.`);
    const { dimensions, context_tokens } = embedding.info();
    if (asked.dimensions !== undefined && dimensions !== null && asked.dimensions !== dimensions)
      throw refused(
        'dimensions',
        `${model} makes vectors of ${dimensions} dimensions, and no others; leave "dimensions" out or send ${dimensions}.`,
      );
    const texts = typeof input === 'string' ? [input] : input;
    const embedded = await embedding.embedCounted(texts, asked.input_type ?? 'passage', signal).catch((error) => {
      throw signal.aborted ? new AppError('UNAVAILABLE', 'The client went away.') : error;
    });
    const long = embedded.findIndex(({ tokens }) => context_tokens !== null && tokens > context_tokens);
    if (long >= 0) {
      const which = typeof input === 'string' ? 'input' : `input[${long}]`;
      throw new AppError('CONTEXT_LENGTH_EXCEEDED', `${which} has more than the ${context_tokens} tokens that ${model} reads; split it.`, {
        param: which,
      });
    }
    const written = asked.encoding_format === 'base64' ? base64 : (vector: Float32Array) => Array.from(vector);
    const tokens = embedded.reduce((sum, one) => sum + one.tokens, 0);
    return {
      object: 'list',
      data: embedded.map(({ vector }, index) => ({ object: 'embedding', index, embedding: written(vector) })),
      model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    };
  };
}

/** Little-endian whatever this machine is. */
function base64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => {
    bytes.writeFloatLE(value, index * 4);
  });
  return bytes.toString('base64');
}

const refused = (param: string, message: string) => new AppError('BAD_REQUEST', message, { param });
