/** Makes the engine of a model: llama.cpp for chat models in GGUF, ONNX for embedding models. */
import { availableParallelism } from 'node:os';
import type { ChatModel, EmbeddingModel, RerankerModel } from '../../core/ports/llm';
import type { StoredModel } from '../../core/ports/model-store';
import type { Log } from '../../core/ports/runtime';
import { createLlamaChat } from './llama-cpp/chat-model';
import { createLlamaEmbedding } from './llama-cpp/embedding-model';
import { createLlamaReranker } from './llama-cpp/reranker';
import { createOnnxEmbedding } from './onnx/embedding-model';

const EMBEDDING_THREADS_AT_MOST = 4;

export interface OpenOptions {
  /** The built embed-worker.cjs. */
  workerPath: string;
  log: Log;
  /** Called before a model is loaded; rejects with a sentence when the memory has no room for it. */
  admit?: ((model: StoredModel) => Promise<void>) | undefined;
  /** Unused for this long (ms), a model leaves memory. */
  idleMs?: number | undefined;
}

const isChat = ({ kind, engine }: StoredModel) => kind === 'chat' && engine === 'llama-cpp';
const isEmbedding = ({ kind, engine, embedding }: StoredModel) =>
  kind === 'embedding' && (engine === 'llama-cpp' || (engine === 'onnx' && embedding !== null));
const isReranker = ({ kind, engine }: StoredModel) => kind === 'reranker' && engine === 'llama-cpp';

/** True when this program has an engine for the model. */
export const runs = (model: StoredModel): boolean => isChat(model) || isEmbedding(model) || isReranker(model);

/** Null when it is no chat model that this program can run. Nothing is loaded yet. */
export function openChat(model: StoredModel, { log, admit, idleMs }: OpenOptions): ChatModel | null {
  const [path] = model.paths;
  return isChat(model) && path ? createLlamaChat({ id: model.id, path, admit: async () => admit?.(model), log, idleMs }) : null;
}

/** Null when it is no embedding model that this program can run. Nothing is loaded yet. */
export function openEmbedding(model: StoredModel, options: OpenOptions): EmbeddingModel | null {
  return model.engine === 'onnx' ? openOnnx(model, options) : openGguf(model, options);
}

/** The marks before texts are only known of models of the catalogue; most models of others want none. */
function openGguf(model: StoredModel, { log, admit, idleMs }: OpenOptions): EmbeddingModel | null {
  const [path] = model.paths;
  if (!isEmbedding(model) || !path) return null;
  return createLlamaEmbedding({
    id: model.id,
    version: `${model.id}@${model.version}`,
    path,
    queryPrefix: model.embedding?.query_prefix ?? '',
    passagePrefix: model.embedding?.passage_prefix ?? '',
    admit: async () => admit?.(model),
    log,
    idleMs,
  });
}

/** Null when it is no reranker that this program can run. Nothing is loaded yet. */
export function openReranker(model: StoredModel, { log, admit, idleMs }: OpenOptions): RerankerModel | null {
  const [path] = model.paths;
  return isReranker(model) && path ? createLlamaReranker({ id: model.id, path, admit: async () => admit?.(model), log, idleMs }) : null;
}

function openOnnx(model: StoredModel, { workerPath, log, admit, idleMs }: OpenOptions): EmbeddingModel | null {
  const [modelPath, tokenizerPath] = model.paths;
  if (!isEmbedding(model) || !model.embedding || !modelPath || !tokenizerPath) return null;
  const { dimensions, pooling, query_prefix, passage_prefix, max_tokens } = model.embedding;
  if (pooling === 'last') return null;
  const threads = Math.max(1, Math.min(availableParallelism(), EMBEDDING_THREADS_AT_MOST));
  return createOnnxEmbedding({
    id: model.id,
    version: `${model.id}@${model.version}`,
    dimensions,
    queryPrefix: query_prefix,
    passagePrefix: passage_prefix,
    embedder: { modelPath, tokenizerPath, pooling, maxTokens: max_tokens, threads },
    workerPath,
    admit: async () => admit?.(model),
    log,
    idleMs,
  });
}
