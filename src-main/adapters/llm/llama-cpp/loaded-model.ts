/** A GGUF model in memory with one context: several lists of turns are answered at once, each in a sequence of its own. */
import type { Llama, LlamaContext, LlamaModel } from 'node-llama-cpp';
import type { GpuInfo } from '../../../contract/system';
import { availableBytes } from '../../../core/models/memory';
import type { ChatTurn, Generated, GenerateOptions, Tool } from '../../../core/ports/llm';
import type { Log } from '../../../core/ports/runtime';
import { chatTemplate } from './chat-template';
import { createLoadMeter, freeThreads } from './cores';
import { startEngine, writingThreads } from './engine';
import { generate, promptOf } from './generate';
import { checkGgufHeader } from './gguf-header';
import { createSequences } from './sequences';

/**
 * What one conversation may hold, how many are written at once, and how much of a prompt is read at a stretch. Two on a CPU: they share
 * each walk through the weights, which is what writing takes there. Between two stretches a stop is noticed and others get their tokens.
 */
const PLAN = {
  cpu: { contextTokens: 4_096, sequences: 2, batch: 128 },
  gpu: { contextTokens: 16_384, sequences: 4, batch: 512 },
};
/** Of the free memory, for conversations; the rest is for others. */
const SHARE = 0.5;

export interface LoadedModel {
  gpu: GpuInfo;
  contextTokens: number;
  /** Answers that it writes at the same time. */
  parallel: number;
  countTokens(text: string): number;
  promptTokens(turns: readonly ChatTurn[], tools?: readonly Tool[]): number;
  /** Calls `onText` with each piece; ends without an error when the signal aborts. */
  generate(turns: readonly ChatTurn[], options: GenerateOptions, onText: (piece: string) => void): Promise<Generated>;
  dispose(): Promise<void>;
}

/** Throws when the file is broken or does not fit into memory; nothing stays loaded then. `onGpu` is told even so. */
export async function loadModel(path: string, threads: number, log: Log, onGpu: (gpu: GpuInfo) => void): Promise<LoadedModel> {
  await checkGgufHeader(path);
  const { llama, gpu } = await startEngine(log, threads);
  onGpu(gpu);
  try {
    const model = await llama.loadModel({ modelPath: path });
    const context = await openContext(model, threads);
    const sequences = createSequences(Array.from({ length: context.totalSequences }, () => context.getSequence()));
    const chatWrapper = await chatTemplate(model);
    const pace = createPace(llama, threads);
    return {
      gpu,
      contextTokens: context.contextSize,
      parallel: context.totalSequences,
      countTokens: (text) => model.tokenize(text).length,
      promptTokens: (turns, tools) => promptOf({ model, chatWrapper }, turns, tools).length,
      async generate(turns, options, onText) {
        const prompt = promptOf({ model, chatWrapper }, turns, options.tools);
        const contextSequence = await sequences.take(prompt, options.signal);
        const read = pace.reading();
        try {
          return await generate({ contextSequence, chatWrapper }, { turns, options, prompt, onText, onToken: read });
        } finally {
          read();
          sequences.give(contextSequence);
        }
      },
      dispose: () => llama.dispose(),
    };
  } catch (error) {
    await llama.dispose();
    throw error;
  }
}

/** As many sequences as the memory has room for; at least one, which is smaller where it must be. */
async function openContext(model: LlamaModel, threads: number): Promise<LlamaContext> {
  const { contextTokens, sequences, batch } = model.llama.gpu ? PLAN.gpu : PLAN.cpu;
  const contextSize = Math.min(model.trainContextSize || contextTokens, contextTokens);
  const { free } = model.llama.gpu ? await model.llama.getVramState() : { free: availableBytes() };
  const one = await model.fileInsights.estimateContextResourceRequirementsV2({
    contextSize,
    modelGpuLayers: model.gpuLayers,
    batchSize: batch,
    sequences: 1,
  });
  const room = Math.floor((free * SHARE) / Math.max(1, one.cpuRam, one.gpuVram));
  return model.createContext({
    contextSize: { max: contextSize },
    sequences: Math.max(1, Math.min(sequences, room)),
    batchSize: batch,
    threads: { ideal: threads, min: 1 },
  });
}

/** All threads that other programs leave while somebody's prompt is read, one fewer while answers are only written. */
function createPace(llama: Llama, threads: number) {
  const busy = createLoadMeter();
  let reading = 0;
  const set = () => {
    const free = freeThreads(threads, busy());
    llama.maxThreads = reading > 0 ? free : writingThreads(free);
  };
  return {
    /** Returns what ends it; further calls of that do nothing. */
    reading(): () => void {
      let ended = false;
      reading += 1;
      set();
      return () => {
        if (ended) return;
        ended = true;
        reading -= 1;
        set();
      };
    },
  };
}
