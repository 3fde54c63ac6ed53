/** A GGUF model in memory with its one context; answers one list of turns at a time. */
import type { ChatHistoryItem, ChatWrapper, LlamaContextSequence } from 'node-llama-cpp';
import type { GpuInfo } from '../../../contract/system';
import type { ChatTurn, GenerateOptions } from '../../../core/ports/llm';
import type { Log } from '../../../core/ports/runtime';
import { chatTemplate } from './chat-template';
import { startEngine, writingThreads } from './engine';
import { checkGgufHeader } from './gguf-header';

const CONTEXT_TOKENS = 4096;
/** Tokens of a prompt read at once; between two such batches a stop is noticed. */
const BATCH_TOKENS = 128;
/** Tiny models fall into loops without it; 1.1 over the last 64 tokens still lets them quote. */
const REPEAT_PENALTY = { penalty: 1.1, lastTokens: 64 };

export interface LoadedModel {
  gpu: GpuInfo;
  contextTokens: number;
  countTokens(text: string): number;
  /** Calls `onText` with each piece; ends without an error when the signal aborts. */
  generate(turns: ChatTurn[], options: GenerateOptions, onText: (piece: string) => void): Promise<void>;
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
      async generate(turns, options, onText) {
        llama.maxThreads = threads;
        const onToken = () => {
          llama.maxThreads = writingThreads(threads);
        };
        await generate(place, { turns, options, onText, onToken });
      },
      dispose: () => llama.dispose(),
    };
  } catch (error) {
    await llama.dispose();
    throw error;
  }
}

interface Place {
  contextSequence: LlamaContextSequence;
  chatWrapper: ChatWrapper;
}

interface Call {
  turns: ChatTurn[];
  options: GenerateOptions;
  onText(piece: string): void;
  onToken(): void;
}

/** A new conversation each time: the turns given are all the model knows. What it shares with the last call's beginning is not read again. */
async function generate(place: Place, { turns, options, onText, onToken }: Call): Promise<void> {
  const { LlamaChat } = await import('node-llama-cpp');
  const chat = new LlamaChat({ ...place, autoDisposeSequence: false });
  try {
    await chat.generateResponse([...turns.map(historyItem), { type: 'model', response: [] }], {
      onTextChunk: onText,
      onToken,
      signal: options.signal,
      stopOnAbortSignal: true,
      maxTokens: options.max_tokens,
      temperature: options.temperature,
      repeatPenalty: REPEAT_PENALTY,
      ...(options.seed === undefined ? {} : { seed: options.seed }),
    });
  } finally {
    chat.dispose({ disposeSequence: false });
  }
}

function historyItem({ role, content }: ChatTurn): ChatHistoryItem {
  if (role === 'assistant') return { type: 'model', response: [content] };
  return { type: role, text: content };
}
