/** Models that are not there: they say why, and stay out of the way. */
import type { ModelInfo } from '../../contract/system';
import type { ChatModel, EmbeddingModel, Engine, RerankerModel } from '../../core/ports/llm';
import { inferenceThreads } from './llama-cpp/cores';
import { GPU_NOT_ASKED } from './llama-cpp/engine';

function absent(id: string | null, detail: string): Engine {
  const info: ModelInfo = { id, state: 'absent', engine: null, detail, context_tokens: null, dimensions: null };
  return {
    info: () => info,
    available: () => false,
    load: () => Promise.reject(new Error(detail)),
    unload: async () => undefined,
    busy: () => false,
    onChange: () => undefined,
    close: async () => undefined,
  };
}

export function absentChat(id: string | null, detail: string): ChatModel {
  const refuse = () => Promise.reject(new Error(detail));
  return {
    ...absent(id, detail),
    gpu: () => GPU_NOT_ASKED,
    threads: () => inferenceThreads(),
    countTokens: refuse,
    promptTokens: refuse,
    contextTokens: refuse,
    // biome-ignore lint/correctness/useYield: it fails on the first read, as the port says of a model that is not there.
    async *generate() {
      throw new Error(detail);
    },
  };
}

export function absentEmbedding(id: string | null, detail: string): EmbeddingModel {
  const refuse = () => Promise.reject(new Error(detail));
  return { ...absent(id, detail), model: () => 'none', embed: refuse, embedCounted: refuse };
}

export function absentReranker(id: string | null, detail: string): RerankerModel {
  return { ...absent(id, detail), rank: () => Promise.reject(new Error(detail)) };
}
