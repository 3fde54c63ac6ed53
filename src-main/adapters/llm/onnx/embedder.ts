/** Turns texts into unit vectors with onnxruntime; runs inside the embedding worker. */
import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Embedded } from '../../../core/ports/llm';
import type { EmbedderOptions } from './protocol';

/** More characters than any window holds: spares the tokenizer from megabytes that are cut off anyway. */
const CHARACTERS_PER_TOKEN = 24;

export interface Embedder {
  embed(text: string): Promise<Embedded>;
  close(): Promise<void>;
}

/** Loads the model. Throws when a file is missing or broken. */
export async function createEmbedder(options: EmbedderOptions): Promise<Embedder> {
  const tokenizer = new Tokenizer(JSON.parse(await readFile(options.tokenizerPath, 'utf8')), {});
  const session = await InferenceSession.create(options.modelPath, {
    executionProviders: ['cpu'],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    // Waiting threads sleep: spinning ones would take the cores from the language model and the window.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const output = session.outputNames.includes('last_hidden_state') ? 'last_hidden_state' : session.outputNames[0];
  /*
   * One text a run. A quantized model scales its activations over the whole batch, so in a batch the vector of a text depends on
   * its neighbours (cosine down to .991, measured); alone it is reproducible, needs no padding, and is not slower on a CPU.
   */
  return {
    async embed(text) {
      const longest = options.maxTokens * CHARACTERS_PER_TOKEN;
      const whole = tokenizer.encode(text.slice(0, longest)).ids;
      // Of blanks and endless words few tokens are made: what was cut off is more than the model reads all the same.
      const tokens = text.length > longest ? Math.max(whole.length, options.maxTokens + 1) : whole.length;
      const ids = cut(whole, options.maxTokens);
      const feeds = Object.fromEntries(session.inputNames.map((name) => [name, inputTensor(name, ids)]));
      const hidden = (await session.run(feeds))[output ?? ''];
      if (!hidden || !(hidden.data instanceof Float32Array)) throw new Error('the embedding model gave no vectors');
      return { vector: pool(hidden.data, ids.length, hidden.dims.at(-1) ?? 0, options.pooling), tokens };
    },
    close: () => session.release(),
  };
}

function cut(ids: number[], maxTokens: number): number[] {
  if (ids.length <= maxTokens) return ids;
  // The closing token stays: models are trained with it.
  return [...ids.slice(0, maxTokens - 1), ...ids.slice(-1)];
}

function inputTensor(name: string, ids: number[]): Tensor {
  const numberOf = name === 'input_ids' ? BigInt : () => (name === 'attention_mask' ? 1n : 0n);
  return new Tensor('int64', BigInt64Array.from(ids, numberOf), [1, ids.length]);
}

/** One unit vector from the token vectors (`rows` × `dimensions`). */
function pool(hidden: Float32Array, rows: number, dimensions: number, pooling: 'cls' | 'mean'): Float32Array {
  const vector = hidden.slice(0, dimensions);
  if (pooling === 'mean') {
    for (let at = dimensions; at < rows * dimensions; at++) vector[at % dimensions] = (vector[at % dimensions] ?? 0) + (hidden[at] ?? 0);
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
