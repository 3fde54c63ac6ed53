/** One generation: turns and options in llama.cpp's terms, text as it comes, and how it ended. */
import type {
  ChatHistoryItem,
  ChatModelFunctions,
  ChatWrapper,
  GbnfJsonSchema,
  LlamaChatResponse,
  LlamaContextSequence,
  LlamaModel,
  Token,
} from 'node-llama-cpp';
import { AppError } from '../../../core/errors';
import type { ChatTurn, Generated, GenerateOptions, Tool } from '../../../core/ports/llm';
import { jsonGrammar } from './json-grammar';

/** Tiny models fall into loops without it; 1.1 over the last 64 tokens still lets them quote. */
const REPEAT_PENALTY = { penalty: 1.1, lastTokens: 64 };
/** Seeds are 32 bits wide in llama.cpp. */
const SEEDS = 2 ** 32;

/** Where a generation happens: a sequence of the loaded model, in the model's chat format. */
export interface Place {
  contextSequence: LlamaContextSequence;
  chatWrapper: ChatWrapper;
}

export interface Call {
  turns: readonly ChatTurn[];
  options: GenerateOptions;
  /** The turns as the model reads them. */
  prompt: Token[];
  onText(piece: string): void;
  onToken(): void;
}

/** The turns in the model's own chat format, up to where its answer begins. */
export function promptOf(
  { model, chatWrapper }: { model: LlamaModel; chatWrapper: ChatWrapper },
  turns: readonly ChatTurn[],
  tools?: readonly Tool[],
): Token[] {
  const { contextText } = chatWrapper.generateContextState({ chatHistory: historyOf(turns), ...functionsOf(tools, 'availableFunctions') });
  return contextText.tokenize(model.tokenizer);
}

/**
 * A new conversation each time: the turns given are all the model knows. What it shares with what the sequence has read is not read
 * again, unless a fresh start is wanted. The window is never shifted: what does not fit is refused, what is left bounds the answer.
 */
export async function generate(place: Place, { turns, options, prompt, onText, onToken }: Call): Promise<Generated> {
  const { LlamaChat } = await import('node-llama-cpp');
  const { contextSequence: sequence } = place;
  const window = sequence.contextSize;
  const room = window - prompt.length;
  if (room < 1) throw new AppError('CONTEXT_LENGTH_EXCEEDED', `The prompt has ${prompt.length} tokens; the model reads ${window}.`);
  if (options.fresh) await sequence.clearHistory();
  const cached = await read(sequence, prompt, options.signal);
  if (options.signal.aborted) return { reason: 'aborted', calls: [], tokens: 0, cached };
  const before = sequence.tokenMeter.usedOutputTokens;
  const chat = new LlamaChat({ ...place, autoDisposeSequence: false });
  try {
    const end = await chat.generateResponse(historyOf(turns), {
      onTextChunk: onText,
      onToken,
      signal: options.signal,
      stopOnAbortSignal: true,
      maxTokens: Math.min(options.max_tokens, room),
      ...samplingOf(options),
      ...(options.stop?.length ? { customStopTriggers: options.stop } : {}),
      ...(await formOf(sequence, options)),
    });
    return { ...endOf(end), tokens: sequence.tokenMeter.usedOutputTokens - before, cached };
  } finally {
    chat.dispose({ disposeSequence: false });
  }
}

/**
 * Reads all of the prompt but its end, a batch at a time: the library itself would notice a stop only after the whole of it.
 * Returns how many tokens were known already.
 */
async function read(sequence: LlamaContextSequence, prompt: Token[], signal: AbortSignal): Promise<number> {
  await sequence.adaptStateToTokens(prompt, false);
  const cached = Math.min(sequence.nextTokenIndex, prompt.length - 1);
  const { batchSize } = sequence.context;
  for (let from = cached; from < prompt.length - 1 && !signal.aborted; from += batchSize) {
    await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(from, Math.min(from + batchSize, prompt.length - 1)));
  }
  return cached;
}

function samplingOf({ temperature, top_p, seed, frequency_penalty, presence_penalty }: GenerateOptions) {
  return {
    temperature,
    // Without one the library takes the time in seconds, and two answers within a second would be the same.
    seed: seed === undefined ? Math.floor(Math.random() * SEEDS) : ((seed % SEEDS) + SEEDS) % SEEDS,
    ...(top_p === undefined ? {} : { topP: top_p }),
    repeatPenalty: {
      ...REPEAT_PENALTY,
      ...(frequency_penalty === undefined ? {} : { frequencyPenalty: frequency_penalty }),
      ...(presence_penalty === undefined ? {} : { presencePenalty: presence_penalty }),
    },
  };
}

/** A grammar for JSON, or functions that may be called. */
async function formOf({ model }: LlamaContextSequence, { schema, tools, single_call }: GenerateOptions) {
  if (schema) return { grammar: await jsonGrammar(model.llama, schema) };
  return { ...functionsOf(tools, 'functions'), ...(single_call ? { maxParallelFunctionCalls: 1 } : {}) };
}

function functionsOf<K extends string>(tools: readonly Tool[] | undefined, key: K) {
  if (!tools?.length) return {};
  const entries = tools.map(({ name, description, parameters }) => [
    name,
    { ...(description ? { description } : {}), params: parameters as GbnfJsonSchema | null },
  ]);
  return { [key]: Object.fromEntries(entries) as ChatModelFunctions, documentFunctionParams: true };
}

function endOf({
  metadata: { stopReason },
  functionCalls,
}: LlamaChatResponse<ChatModelFunctions | undefined>): Omit<Generated, 'tokens' | 'cached'> {
  const asked: { functionName: string; params: unknown }[] = functionCalls ?? [];
  const calls = asked.map(({ functionName, params }) => ({ name: functionName, arguments: params ?? {} }));
  if (calls.length > 0) return { reason: 'calls', calls };
  if (stopReason === 'maxTokens') return { reason: 'length', calls };
  if (stopReason === 'abort') return { reason: 'aborted', calls };
  return { reason: stopReason === 'customStopTrigger' ? 'stop' : 'end', calls };
}

/** The history always ends with the answer to come; after the results of calls it goes on where those stand. */
function historyOf(turns: readonly ChatTurn[]): ChatHistoryItem[] {
  const items = turns.map(historyItem);
  return turns.at(-1)?.role === 'assistant' ? items : [...items, { type: 'model', response: [] }];
}

function historyItem({ role, content, calls = [] }: ChatTurn): ChatHistoryItem {
  if (role !== 'assistant') return { type: role, text: content };
  const asked = calls.map(({ name, arguments: params, result }, index) => ({
    type: 'functionCall' as const,
    name,
    params,
    result,
    startsNewChunk: index === 0,
  }));
  return { type: 'model', response: content === '' ? asked : [content, ...asked] };
}
