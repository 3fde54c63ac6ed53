/** Where the tests find the models and the built worker, and the engines over them with a log that keeps quiet. */
import { join } from 'node:path';
import { createEngines } from '../../src-main/adapters/llm/engines';
import { examineGguf } from '../../src-main/adapters/llm/llama-cpp/gguf-file';
import { createModelStore, outsideFile } from '../../src-main/adapters/models/store';
import { applicationDataDir } from '../../src-main/app/paths';
import type { Log } from '../../src-main/core/ports/runtime';

export const modelsDir = process.env.PRESSMARK_MODELS_DIR ?? join(applicationDataDir(), 'models');
const workerPath = join(import.meta.dirname, '..', '..', 'dist', 'main', 'embed-worker.cjs');
const nothing = () => undefined;
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** The engines of the real models; `chat` and `embedding` are choices as in the configuration. */
export function openEngines(options: {
  chat?: string | undefined;
  embedding?: string | undefined;
  idleMs?: number | undefined;
  workerPath?: string;
  freeBytes?: () => number;
}) {
  const outside = outsideFile(options.chat);
  const models = createModelStore({ modelsDir, outside, examine: examineGguf });
  const choices = { chat: outside?.id ?? options.chat ?? null, embedding: options.embedding ?? null, reranker: null };
  const engines = createEngines({
    models,
    choices,
    log,
    workerPath: options.workerPath ?? workerPath,
    idleMs: options.idleMs,
    freeBytes: options.freeBytes,
  });
  return { engines, chat: engines.chat, embedding: engines.embedding };
}
