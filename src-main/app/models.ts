/** Opens the models folder and the engines over it, as the configuration says. */
import { createEngines } from '../adapters/llm/engines';
import { examineGguf } from '../adapters/llm/llama-cpp/gguf-file';
import { createModelStore, outsideFile } from '../adapters/models/store';
import type { SettingValues } from '../contract/settings';
import type { Ports } from '../core/ports';
import type { Log } from '../core/ports/runtime';
import type { Config } from './config';

/** What was given at the start; a chat model that is named by its path is known by its id. */
export function fixedSettings({ settings, chatModel }: Config): Partial<SettingValues> {
  const outside = outsideFile(chatModel);
  return outside ? { ...settings, chat_model: outside.id } : settings;
}

/** @param workerPath the built embed-worker.cjs */
export function openModels(
  config: Config,
  workerPath: string,
  log: Log,
): Pick<Ports, 'models' | 'engines' | 'chat' | 'embedding' | 'reranker'> {
  const outside = outsideFile(config.chatModel);
  const models = createModelStore({ modelsDir: config.modelsDir, outside, examine: examineGguf });
  const choices = { chat: outside?.id ?? config.chatModel ?? null, embedding: config.embeddingModel ?? null, reranker: null };
  const engines = createEngines({ models, choices, workerPath, log });
  return { models, engines, chat: engines.chat, embedding: engines.embedding, reranker: engines.reranker };
}
