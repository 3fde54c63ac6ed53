/** Completing a chat with the chat model alone, without documents: in turn, within the window, as text, JSON or calls of functions. */
import { AppError } from '../errors';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { ChatTurn, GenerateOptions, NarrowSchema, Tool } from '../ports/llm';
import { toldSchema } from './schema';
import type { Turns } from './turns';

/** What the answer must be. `json` without a schema: any object. `calls`: of functions, if the model wants to; `one_call`: of one of these, in any case. */
export type Form =
  | { kind: 'text' }
  | { kind: 'json'; schema: NarrowSchema | null }
  | { kind: 'calls'; tools: Tool[]; single: boolean }
  | { kind: 'one_call'; tools: Tool[] };

export interface CompletionTask {
  /** Who asks: waits in the line together with others of this name. */
  caller: string;
  turns: ChatTurn[];
  form: Form;
  /** Left out: LIMITS.completionTokens. */
  max_tokens: number | undefined;
  sampling: Pick<GenerateOptions, 'temperature' | 'top_p' | 'seed' | 'frequency_penalty' | 'presence_penalty' | 'stop'>;
}

export interface CompletionCall {
  name: string;
  /** JSON. */
  arguments: string;
}

export interface CompletionEnd {
  reason: 'stop' | 'length' | 'calls';
  calls: CompletionCall[];
  prompt_tokens: number;
  completion_tokens: number;
  /** Of the prompt, those that were still in memory. */
  cached_tokens: number;
}

/** `begin` comes once when the prompt fits and it is this one's turn; nothing was written before. */
export type CompletionEvent = { type: 'begin' } | { type: 'text'; text: string } | ({ type: 'end' } & CompletionEnd);

/** Throws UNAVAILABLE without a model or with a full line, CONTEXT_LENGTH_EXCEEDED, TIMED_OUT; ends early, without `end`, on abort. */
export async function* complete(ports: Ports, turns: Turns, task: CompletionTask, signal: AbortSignal): AsyncGenerator<CompletionEvent> {
  const { chat } = ports;
  if (!chat.available()) throw new AppError('UNAVAILABLE', chat.info().detail ?? 'There is no chat model.');
  const asked = { ...task, turns: instructed(task) };
  const prompt_tokens = await fittingPrompt(ports, asked);
  const release = await takeTurn(turns, task.caller, signal);
  try {
    yield { type: 'begin' };
    yield* generate(ports, asked, prompt_tokens, limited(signal));
  } finally {
    release();
  }
}

const limited = (signal: AbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(LIMITS.answerMs)]);

async function takeTurn(turns: Turns, caller: string, signal: AbortSignal): Promise<() => void> {
  try {
    return await turns.take(limited(signal), caller);
  } catch (error) {
    if (error instanceof AppError || signal.aborted) throw error;
    throw new AppError('TIMED_OUT', 'Other answers were being written for too long; try again later.', { retry_after_s: 10 });
  }
}

/** What a grammar forces, the model should also be told, or it writes against it. */
function instructed({ turns, form }: CompletionTask): ChatTurn[] {
  const say = (content: string): ChatTurn[] => [{ role: 'system', content }, ...turns];
  if (form.kind === 'json')
    return say(form.schema ? `Answer with JSON that follows this schema: ${toldSchema(form.schema)}` : 'Answer with one JSON object.');
  if (form.kind !== 'one_call') return turns;
  const listed = form.tools.map(({ name, description, parameters }) => {
    const what = description ? ` (${description})` : '';
    return `${name}${what}, arguments: ${toldSchema(parameters ?? {})}`;
  });
  return say(`Call one of these functions by writing JSON.\n${listed.join('\n')}`);
}

/** More characters than this a token never has, blanks aside; spares counting what cannot fit. */
const CHARACTERS_PER_TOKEN = 24;

const lengthOf = (value: unknown) => JSON.stringify(value)?.length ?? 0;

async function fittingPrompt({ chat }: Ports, { turns, form }: CompletionTask): Promise<number> {
  const window = await chat.contextTokens();
  const tools = form.kind === 'calls' ? form.tools : [];
  const characters = turns.reduce((sum, turn) => sum + turn.content.length + lengthOf(turn.calls), lengthOf(tools));
  const hopeless = characters > window * CHARACTERS_PER_TOKEN;
  const tokens = hopeless ? Math.ceil(characters / CHARACTERS_PER_TOKEN) : await chat.promptTokens(turns, tools);
  if (tokens < window) return tokens;
  const has = hopeless ? `over ${tokens}` : `${tokens}`;
  throw new AppError(
    'CONTEXT_LENGTH_EXCEEDED',
    `This model reads ${window} tokens, the answer among them; these messages have ${has}. Shorten them.`,
    { context_tokens: window, prompt_tokens: tokens, param: 'messages' },
  );
}

async function* generate(
  { chat }: Ports,
  task: CompletionTask,
  prompt_tokens: number,
  signal: AbortSignal,
): AsyncGenerator<CompletionEvent> {
  const { form } = task;
  const writing = chat.generate(task.turns, {
    ...task.sampling,
    fresh: task.sampling.seed !== undefined,
    max_tokens: task.max_tokens ?? LIMITS.completionTokens,
    signal,
    ...engineForm(form),
  });
  let text = '';
  for (;;) {
    const { value, done } = await writing.next();
    if (!done) {
      text += value;
      if (form.kind !== 'one_call') yield { type: 'text', text: value };
      continue;
    }
    const asked =
      form.kind === 'one_call'
        ? callIn(text, form.tools)
        : value.calls.map((one) => ({ ...one, arguments: JSON.stringify(one.arguments) }));
    const cut = value.reason === 'length' || value.reason === 'aborted';
    // Stopped by the time limit, the engine has not said how much it wrote.
    const completion_tokens = value.reason === 'aborted' ? await chat.countTokens(text) : value.tokens;
    const reason = asked.length > 0 ? 'calls' : cut ? 'length' : 'stop';
    yield { type: 'end', reason, calls: asked, prompt_tokens, completion_tokens, cached_tokens: value.cached };
    return;
  }
}

function engineForm(form: Form): Pick<GenerateOptions, 'schema' | 'tools' | 'single_call'> {
  if (form.kind === 'json') return { schema: form.schema ?? ANY_OBJECT };
  if (form.kind === 'calls') return { tools: form.tools, single_call: form.single };
  if (form.kind === 'one_call') return { schema: callSchema(form.tools) };
  return {};
}

const ANY_OBJECT: NarrowSchema = { type: 'object', additionalProperties: true };
const NO_ARGUMENTS: NarrowSchema = { type: 'object', properties: {} };

/** Of one function only the arguments are written; of several, the name first. */
function callSchema(tools: readonly Tool[]): NarrowSchema {
  const [only, ...more] = tools;
  if (only && more.length === 0) return only.parameters ?? NO_ARGUMENTS;
  const choices = tools.map(({ name, parameters }) => {
    const { $defs, ...rest } = parameters ?? NO_ARGUMENTS;
    return { type: 'object', properties: { name: { enum: [name] }, arguments: rest }, ...($defs ? { $defs } : {}) };
  });
  return { oneOf: choices };
}

/** None when the text was cut before its end. */
function callIn(text: string, tools: readonly Tool[]): CompletionCall[] {
  try {
    const written = JSON.parse(text) as { name: string; arguments: unknown };
    const [only, ...more] = tools;
    if (only && more.length === 0) return [{ name: only.name, arguments: JSON.stringify(written) }];
    return [{ name: written.name, arguments: JSON.stringify(written.arguments) }];
  } catch {
    return [];
  }
}
