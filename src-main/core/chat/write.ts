/** Writing the answer: by the chat model over numbered sources, or by quoting; then the check. */
import type { Message } from '../../contract/chat';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import { contentWords } from '../search/words';
import { type CheckedAnswer, CitationList, checkAnswer } from './cite';
import { isWhole } from './evidence';
import { declineAnswer, quoteAnswer } from './extractive';
import type { Findings } from './find';
import { goesInCircles } from './loops';
import { buildPrompt, continuePrompt, type Prompt } from './prompt';
import type { PromptMemory } from './prompt-memory';
import type { Turns } from './turns';

export interface Written extends CheckedAnswer {
  answered: boolean;
  model: string | null;
  /** What the chat model read and wrote for it. */
  usage: Usage;
}

export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
}

export const NO_USAGE: Usage = { prompt_tokens: 0, completion_tokens: 0 };

/** A piece of text to show at once; the written answer is the generator's result. */
export type Writing = AsyncGenerator<string, Written>;

/** Facts, not fancy; the same question over the same sources is answered the same way. */
const SAMPLING = { temperature: 0.2, seed: 1 };
const CHARACTERS_PER_TOKEN = 3.5;
/** Reading a prompt takes a CPU seconds for each thousand tokens; a GPU reads them at once. */
const SOURCE_TOKENS = { cpu: 800, gpu: 3_000 };
/** An answer that misses what was found best is completed by it. */
const PROVEN = 'From your documents:';

/** Small models go on with the prompt's own words when they have said what they can. */
const ECHO = /\n\s*(?:questions?|sources?|answers?)\s*\d*\s*:[\s\S]*$/i;

/** What is known before the writing begins. */
export interface Task {
  project_id: string;
  /** Who asks, for the line before the model. */
  caller: string;
  question: string;
  history: Message[];
  findings: Findings;
  signal: AbortSignal;
}

/** What answers share: the line before the model, and what it was given lately. */
export interface Means {
  turns: Turns;
  prompts: PromptMemory;
}

/** Chooses how to write: decline, generate, or quote. */
export async function* writeAnswer(ports: Ports, { turns, prompts }: Means, task: Task): Writing {
  const { relevant, all } = task.findings;
  if (relevant.length === 0)
    return yield* whole({
      ...declineAnswer(all.find(({ title, text }) => !title && isWhole(text))),
      answered: false,
      model: null,
      usage: NO_USAGE,
    });
  if (!ports.chat.available()) return yield* quoted(task);
  const release = await turns.take(task.signal, task.caller);
  try {
    return yield* generated(ports, prompts, task);
  } finally {
    release();
  }
}

async function* whole(written: Written): Writing {
  yield written.content;
  return written;
}

const quoted = ({ findings }: Task, usage = NO_USAGE): Writing =>
  whole({ ...quoteAnswer(findings.relevant), answered: true, model: null, usage });

async function* generated(ports: Ports, prompts: PromptMemory, task: Task): Writing {
  const { signal } = task;
  const { chat, runtime } = ports;
  let text = '';
  let prompt_tokens = 0;
  let prompt: Prompt = { turns: [], sources: [] };
  try {
    prompt = await promptOf(ports, prompts, task);
    const { turns } = prompt;
    prompt_tokens = await chat.promptTokens(turns);
    const stop = new AbortController();
    const pieces = chat.generate(turns, {
      max_tokens: LIMITS.answerTokens,
      ...SAMPLING,
      signal: AbortSignal.any([signal, stop.signal]),
    });
    for await (const piece of pieces) {
      text += piece;
      if (ECHO.test(text) || goesInCircles(text)) stop.abort();
      if (stop.signal.aborted) break;
      yield piece;
    }
  } catch (error) {
    if (signal.aborted) throw error;
    runtime.log.warn('the chat model failed; quoting instead', { message: String(error) });
    return yield* quoted(task);
  }
  const usage = { prompt_tokens, completion_tokens: await chat.countTokens(text) };
  const written = yield* checked(text.replace(ECHO, '').trim(), task, { model: chat.info().id, usage });
  // The model's own words, not the checked ones: those are what the engine has in memory.
  const turns: Prompt['turns'] = [...prompt.turns, { role: 'assistant', content: text }];
  prompts.remember(task.project_id, { question: task.question, answer: written.content }, { ...prompt, turns });
  return written;
}

/** Goes on from the last turn where the window has room for it, else begins anew with what was said. */
async function promptOf(
  ports: Ports,
  prompts: PromptMemory,
  { project_id, question, history, findings: { relevant } }: Task,
): Promise<Prompt> {
  const { chat } = ports;
  const budget = await sourceCharacters(ports);
  const before = prompts.recall(project_id, history);
  if (before && (await stillThere(ports, before))) {
    const further = continuePrompt(before, question, relevant, budget);
    const room = (await chat.contextTokens()) - LIMITS.answerTokens;
    if ((await chat.promptTokens(further.turns)) <= room) return further;
  }
  return buildPrompt(question, relevant, history, budget);
}

/** What was deleted or read anew since must not be told to the model again. */
async function stillThere({ records }: Ports, { sources }: Prompt): Promise<boolean> {
  const ids = [...new Set(sources.map(({ chunk_id }) => chunk_id))];
  return (await records.index.chunks(ids)).length === ids.length;
}

async function sourceCharacters({ chat }: Ports): Promise<number> {
  const window = await chat.contextTokens();
  const { used } = chat.gpu();
  const slow = (used === null || used === 'none') && !chat.info().sends_text_to;
  const wanted = slow ? SOURCE_TOKENS.cpu : SOURCE_TOKENS.gpu;
  return Math.min(wanted, (window - LIMITS.answerTokens) * 0.6) * CHARACTERS_PER_TOKEN;
}

/**
 * The answer with its marks. Where the model proved nothing, or passed over the best find, that is quoted below; where it wrote
 * nothing of use (empty, circles), the quotes are the answer.
 */
async function* checked(text: string, task: Task, by: Pick<Written, 'model' | 'usage'>): Writing {
  const { relevant, all } = task.findings;
  if (isUseless(text) && !task.signal.aborted) return yield* quoted(task, by.usage);
  const list = new CitationList();
  const answer = checkAnswer(text, [...relevant, ...all.filter((one) => !relevant.includes(one))], list);
  if (task.signal.aborted || provesBest(answer, task)) return { ...answer, answered: true, ...by };
  const completed = quoteAnswer(relevant, list, `${answer.content}\n\n${PROVEN}`);
  yield completed.content.slice(answer.content.length);
  return { ...completed, sentences: [...answer.sentences, ...completed.sentences], answered: true, ...by };
}

/** Nothing, circles, or an opening that was never followed by anything ("The answer is:"). */
const isUseless = (text: string) => contentWords(text).size < 3 || text.endsWith(':') || goesInCircles(text);

/** Whether one of the best finds is among the confirmed quotes. */
function provesBest({ citations, sentences }: CheckedAnswer, { findings }: Task): boolean {
  const confirmed = new Set(sentences.filter(({ supported }) => supported).flatMap((sentence) => sentence.citations));
  const quotes = citations.filter(({ n }) => confirmed.has(n));
  const best = findings.relevant.filter(({ title }) => !title).slice(0, 2);
  return best.some(({ chunk, text }) =>
    quotes.some(({ chunk_id, quote }) => chunk_id === chunk.id && (quote.includes(text) || text.includes(quote))),
  );
}
