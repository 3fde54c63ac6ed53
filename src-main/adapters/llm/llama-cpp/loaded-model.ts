/** A GGUF model in memory with its one context; answers one list of turns at a time. */
import type { GpuInfo } from '../../../contract/system';
import type { ChatTurn, Generated, GenerateOptions, Tool } from '../../../core/ports/llm';
import type { Log } from '../../../core/ports/runtime';
import { chatTemplate } from './chat-template';
import { startEngine, writingThreads } from './engine';
import { generate, promptTokens } from './generate';
import { checkGgufHeader } from './gguf-header';

const CONTEXT_TOKENS = 4096;
/** Tokens of a prompt read at once; between two such batches a stop is noticed. */
const BATCH_TOKENS = 128;

export interface LoadedModel {
  gpu: GpuInfo;
  contextTokens: number;
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
    const contextSize = Math.min(model.trainContextSize || CONTEXT_TOKENS, CONTEXT_TOKENS);
    const context = await model.createContext({
      contextSize: { max: contextSize },
      sequences: 1,
      batchSize: BATCH_TOKENS,
      threads: { ideal: threads, min: 1 },
    });
    const place = { contextSequence: context.getSequence(), chatWrapper: await chatTemplate(model) };
    return {
      gpu,
      contextTokens: context.contextSize,
      countTokens: (text) => model.tokenize(text).length,
      promptTokens: (turns, tools) => promptTokens(place, turns, tools),
      async generate(turns, options, onText) {
        llama.maxThreads = threads;
        const onToken = () => {
          llama.maxThreads = writingThreads(threads);
        };
        return generate(place, { turns, options, onText, onToken });
      },
      dispose: () => llama.dispose(),
    };
  } catch (error) {
    await llama.dispose();
    throw error;
  }
}
