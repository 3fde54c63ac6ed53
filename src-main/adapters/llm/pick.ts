/** Chooses the models to work with; one that is not there becomes a model that says so and stays out of the way. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { ModelInfo } from '../../contract/system';
import type { ChatModel, EmbeddingModel } from '../../core/ports/llm';
import type { Log } from '../../core/ports/runtime';
import { type CatalogueModel, catalogue, fileSize, ggufAt, installedChatFiles, isInstalled } from './installed';
import { createLlamaChat } from './llama-cpp/chat-model';
import { GPU_NOT_ASKED, inferenceThreads } from './llama-cpp/engine';
import { createOnnxEmbedding } from './onnx/embedding-model';

const EMBEDDING_THREADS_AT_MOST = 4;

export interface ModelChoice {
  /** Undefined: the best one installed. Else an id of the catalogue or of a folder in the models folder, or `none`; for chat also a path of a GGUF file. */
  choice: string | undefined;
  modelsDir: string;
  log: Log;
  /** Unused for this long (ms), it leaves memory. */
  idleMs?: number;
}

/** Never throws: without the chosen model, the result is one that is absent. */
export function createChatModel({ choice, modelsDir, log, ...rest }: ModelChoice): ChatModel {
  if (choice === 'none') return absentChat(null, 'No chat model is used, as the settings say; answers are quotes.');
  const installed = installedChatFiles(modelsDir);
  const file = choice === undefined ? installed[0] : (installed.find(({ id }) => id === choice) ?? ggufAt(choice));
  if (!file) return absentChat(choice ?? null, whyAbsent('chat', choice, modelsDir));
  if (fileSize(file.path) < 0) return absentChat(file.id, `There is no file ${file.path}; answers are quotes.`);
  return createLlamaChat({ ...file, log, ...rest });
}

/** Never throws: without the chosen model, the result is one that is absent. `workerPath`: the built embed-worker.cjs. */
export function createEmbeddingModel({
  choice,
  modelsDir,
  workerPath,
  log,
  ...rest
}: ModelChoice & { workerPath: string }): EmbeddingModel {
  if (choice === 'none') return absentEmbedding(null, 'No embedding model is used, as the settings say; search goes by words alone.');
  const known = catalogue().filter(({ id, kind }) => kind === 'embedding' && (choice ?? id) === id);
  const model = known.find((candidate) => isInstalled(modelsDir, candidate));
  const [weights, tokenizer] = model?.files ?? [];
  if (!model?.embedding || !weights || !tokenizer) return absentEmbedding(choice ?? null, whyAbsent('embedding', choice, modelsDir));
  const { dimensions, pooling, query_prefix, passage_prefix, max_tokens } = model.embedding;
  return createOnnxEmbedding({
    id: model.id,
    version: `${model.id}@${weights.sha256.slice(0, 8)}`,
    dimensions,
    queryPrefix: query_prefix,
    passagePrefix: passage_prefix,
    embedder: {
      modelPath: join(modelsDir, model.id, weights.name),
      tokenizerPath: join(modelsDir, model.id, tokenizer.name),
      pooling,
      maxTokens: max_tokens,
      threads: Math.max(1, Math.min(availableParallelism(), EMBEDDING_THREADS_AT_MOST)),
    },
    workerPath,
    log,
    ...rest,
  });
}

function whyAbsent(kind: CatalogueModel['kind'], choice: string | undefined, modelsDir: string): string {
  const without = kind === 'chat' ? 'Answers are quotes until then.' : 'Search goes by words alone until then.';
  const known = catalogue().filter((model) => model.kind === kind);
  if (choice === undefined || known.some(({ id }) => id === choice))
    return `The ${kind} model ${choice ?? known[0]?.id} is not in ${modelsDir} yet; the next start of Pressmark with a network fetches the starter models. ${without}`;
  return `There is no ${kind} model ${choice}; known are ${known.map(({ id }) => id).join(', ')}. ${without}`;
}

const absentInfo = (id: string | null, detail: string): ModelInfo => ({
  id,
  state: 'absent',
  engine: null,
  detail,
  context_tokens: null,
  dimensions: null,
});

function absentChat(id: string | null, detail: string): ChatModel {
  const refuse = () => Promise.reject(new Error(detail));
  return {
    info: () => absentInfo(id, detail),
    gpu: () => GPU_NOT_ASKED,
    threads: () => inferenceThreads(),
    available: () => false,
    countTokens: refuse,
    contextTokens: refuse,
    // biome-ignore lint/correctness/useYield: it fails on the first read, as the port says of a model that is not there.
    async *generate() {
      throw new Error(detail);
    },
    onChange: () => undefined,
    close: async () => undefined,
  };
}

function absentEmbedding(id: string | null, detail: string): EmbeddingModel {
  return {
    info: () => absentInfo(id, detail),
    available: () => false,
    model: () => 'none',
    embed: () => Promise.reject(new Error(detail)),
    onChange: () => undefined,
    close: async () => undefined,
  };
}
