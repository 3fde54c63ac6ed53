/** The embedding model of a GGUF file: the right engine where a graphics card computes; on a CPU the ONNX one is four times as fast. */
import type { LlamaEmbeddingContext } from 'node-llama-cpp';
import type { Embedded, EmbeddingModel } from '../../../core/ports/llm';
import { createQueuedEmbedding } from '../queued-embedding';
import { createReader, type Loaded, type ReaderOptions, WINDOW } from './reader';

/** The marks that the engine puts around a text. */
const MARKS = 2;
/** The engine wants one place more than the text has. */
const SPARE = 1;

export interface LlamaEmbeddingOptions extends ReaderOptions {
  /** Name stored beside each vector. */
  version: string;
  queryPrefix: string;
  passagePrefix: string;
}

export function createLlamaEmbedding(options: LlamaEmbeddingOptions): EmbeddingModel {
  const known: { context_tokens: number | null; dimensions: number | null } = { context_tokens: null, dimensions: null };
  const resident = createReader('embedding model', options, async (model, threads) => {
    const contextSize = Math.min(model.trainContextSize || WINDOW, WINDOW);
    const context = await model.createEmbeddingContext({ contextSize, batchSize: contextSize, threads });
    known.context_tokens = contextSize - SPARE;
    known.dimensions = model.embeddingVectorSize;
    return context;
  });
  return createQueuedEmbedding({
    ...options,
    resident,
    facts: () => ({ engine: 'llama.cpp', ...known }),
    async embed(loaded, texts) {
      const vectors: Embedded[] = [];
      for (const text of texts) vectors.push(await embed(loaded, text, known.context_tokens ?? WINDOW));
      return vectors;
    },
  });
}

async function embed({ model, context, pace }: Loaded<LlamaEmbeddingContext>, text: string, window: number): Promise<Embedded> {
  pace();
  const all = model.tokenize(text);
  // A text of nothing has no vector; that of a point is as far from everything.
  const tokens = all.length > 0 ? all.slice(0, window - MARKS) : model.tokenize('.');
  const { vector } = await context.getEmbeddingFor(tokens);
  return { vector: unit(vector), tokens: all.length + MARKS };
}

/** The engine's vectors have any length. */
function unit(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values) || 1;
  return Float32Array.from(values, (value) => value / length);
}
