/** The reranker of a GGUF file: reads question and passage together and says how well the one answers the other. */
import type { RerankerModel } from '../../../core/ports/llm';
import { createReader, type ReaderOptions, WINDOW } from './reader';

/** Question, passage and the marks between them must fit. */
const MARKS = 8;
const QUESTION = 256;

export function createLlamaReranker(options: ReaderOptions): RerankerModel {
  const { id } = options;
  let context_tokens: number | null = null;
  const resident = createReader('reranker', options, async (model, threads) => {
    const contextSize = Math.min(model.trainContextSize || WINDOW, WINDOW);
    context_tokens = contextSize;
    return model.createRankingContext({ contextSize, batchSize: contextSize, threads });
  });
  return {
    info: () => ({ id, ...resident.status(), engine: 'llama.cpp', context_tokens, dimensions: null }),
    available: resident.usable,
    rank: (question, passages, signal) =>
      resident.use(async ({ model, context, pace }) => {
        const asked = model.tokenize(question).slice(0, QUESTION);
        const room = context.contextSize - asked.length - MARKS;
        const scores: number[] = [];
        for (const passage of passages) {
          signal.throwIfAborted();
          pace();
          scores.push(await context.rank(asked, model.tokenize(passage).slice(0, room)));
        }
        return scores;
      }),
    load: resident.load,
    unload: resident.unload,
    busy: resident.busy,
    onChange: resident.onChange,
    close: resident.close,
  };
}
