/** The chat model of a GGUF file: loads on first use, answers several calls side by side, unloads when idle. */
import type { GpuInfo } from '../../../contract/system';
import type { ChatModel, ChatTurn, Generated, GenerateOptions } from '../../../core/ports/llm';
import type { Log } from '../../../core/ports/runtime';
import { createResident, type Resident } from '../resident';
import { inferenceThreads } from './cores';
import { GPU_NOT_ASKED } from './engine';
import { type LoadedModel, loadModel } from './loaded-model';
import { createPieceStream } from './piece-stream';

export interface LlamaChatOptions {
  id: string;
  path: string;
  /** Makes sure that there is room in memory. */
  admit(): Promise<void>;
  log: Log;
  idleMs?: number | undefined;
}

/** A failed load is remembered in `info().detail`; the model then counts as not available until `load` is called. */
export function createLlamaChat({ id, path, admit, log, idleMs }: LlamaChatOptions): ChatModel {
  const threads = inferenceThreads();
  const known: { gpu: GpuInfo; contextTokens: number | null } = { gpu: GPU_NOT_ASKED, contextTokens: null };
  const resident = createResident<LoadedModel>({
    name: `chat model ${id}`,
    async load() {
      const onGpu = (gpu: GpuInfo) => {
        known.gpu = gpu;
      };
      await admit();
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
    available: resident.usable,
    countTokens: (text) => resident.use((model) => model.countTokens(text)),
    promptTokens: (turns, tools) => resident.use((model) => model.promptTokens(turns, tools)),
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

const STOPPED: Generated = { reason: 'aborted', calls: [], tokens: 0, cached: 0 };

interface Call {
  turns: readonly ChatTurn[];
  options: GenerateOptions;
  push(piece: string): void;
}

/** Generations side by side; `stop` ends all of them. */
function createGenerator(resident: Resident<LoadedModel>) {
  const stopping = new AbortController();
  const running = new Set<Promise<unknown>>();

  async function follow({ turns, options, push }: Call): Promise<Generated> {
    try {
      return await resident.use((model) => model.generate(turns, options, push));
    } catch (error) {
      // It may have been stopped while it waited for a sequence.
      if (options.signal.aborted) return STOPPED;
      throw error;
    }
  }

  async function* generate(turns: readonly ChatTurn[], options: GenerateOptions): AsyncGenerator<string, Generated> {
    const left = new AbortController();
    const signal = AbortSignal.any([options.signal, left.signal, stopping.signal]);
    if (signal.aborted) return STOPPED;
    const stream = createPieceStream();
    const end = () => stream.end();
    // A stop does not wait for the load, for the turns of others, or for the stretch of the prompt that is being read.
    signal.addEventListener('abort', end);
    const run = follow({ turns, options: { ...options, signal }, push: stream.push });
    running.add(run);
    run.then(end, stream.end).finally(() => running.delete(run));
    try {
      yield* stream;
      return signal.aborted ? STOPPED : await run;
    } finally {
      signal.removeEventListener('abort', end);
      left.abort();
    }
  }

  async function stop(): Promise<void> {
    stopping.abort();
    await Promise.allSettled(running);
  }
  return { generate, stop };
}
