/** The chat model of a GGUF file: loads on first use, answers one call after the other, unloads when idle. */
import type { GpuInfo } from '../../../contract/system';
import type { ChatModel, ChatTurn, GenerateOptions } from '../../../core/ports/llm';
import type { Log } from '../../../core/ports/runtime';
import { createResident, type Resident } from '../resident';
import { GPU_NOT_ASKED, inferenceThreads } from './engine';
import { type LoadedModel, loadModel } from './loaded-model';
import { createPieceStream } from './piece-stream';

export interface LlamaChatOptions {
  id: string;
  path: string;
  log: Log;
  idleMs?: number | undefined;
}

/** A failed load is remembered in `info().detail`; the model then counts as not available until `load` is called. */
export function createLlamaChat({ id, path, log, idleMs }: LlamaChatOptions): ChatModel {
  const threads = inferenceThreads();
  const known: { gpu: GpuInfo; contextTokens: number | null } = { gpu: GPU_NOT_ASKED, contextTokens: null };
  const resident = createResident<LoadedModel>({
    name: `chat model ${id}`,
    async load() {
      const onGpu = (gpu: GpuInfo) => {
        known.gpu = gpu;
      };
      const model = await loadModel(path, threads, log, onGpu);
      known.contextTokens = model.contextTokens;
      return model;
    },
    unload: (model) => model.dispose(),
    alive: () => true,
    log,
    idleMs,
  });
  const generator = createGenerator(resident);
  return {
    info: () => ({ id, ...resident.status(), engine: 'llama.cpp', context_tokens: known.contextTokens, dimensions: null }),
    gpu: () => known.gpu,
    threads: () => threads,
    available: () => resident.status().state !== 'failed',
    countTokens: (text) => resident.use((model) => model.countTokens(text)),
    contextTokens: () => resident.use((model) => model.contextTokens),
    generate: generator.generate,
    load: resident.load,
    unload: resident.unload,
    busy: resident.busy,
    onChange: resident.onChange,
    async close() {
      await generator.stop();
      await resident.close();
    },
  };
}

/** One generation at a time: the context holds one conversation. */
function createGenerator(resident: Resident<LoadedModel>) {
  const stopping = new AbortController();
  let last: Promise<void> = Promise.resolve();

  async function run(before: Promise<void>, turns: ChatTurn[], options: GenerateOptions, push: (piece: string) => void): Promise<void> {
    await before.catch(() => undefined);
    if (options.signal.aborted) return;
    await resident.use((model) => model.generate(turns, options, push));
  }

  async function* generate(turns: ChatTurn[], options: GenerateOptions): AsyncGenerator<string> {
    const left = new AbortController();
    const signal = AbortSignal.any([options.signal, left.signal, stopping.signal]);
    if (signal.aborted) return;
    const stream = createPieceStream();
    const end = () => stream.end();
    // A stop does not wait for the load or for the turns of others.
    signal.addEventListener('abort', end);
    last = run(last, turns, { ...options, signal }, stream.push);
    last.then(end, stream.end);
    try {
      yield* stream;
    } finally {
      signal.removeEventListener('abort', end);
      left.abort();
    }
  }

  async function stop(): Promise<void> {
    stopping.abort();
    await last.catch(() => undefined);
  }
  return { generate, stop };
}
