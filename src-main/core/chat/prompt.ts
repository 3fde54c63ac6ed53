/** The prompt: numbered sources within the model's window, the conversation so far, the question. */
import type { Message } from '../../contract/chat';
import { splitSentences } from '../documents/sentences';
import type { ChatTurn } from '../ports/llm';
import type { Evidence } from './evidence';
import { OWN_MARKS } from './extractive';

const SYSTEM =
  'You answer questions from the numbered sources that the user gives you, and from nothing else. ' +
  'Answer in one to three short sentences, in the language of the question. Copy names and numbers exactly. ' +
  'End each sentence with the number of its source, like [1]. If the sources do not answer the question, say that they do not.';

/** Small models lose the thread in long sources: a few sentences around each find are enough. */
const SENTENCES_AROUND = 1;
const MOST_SOURCES = 5;
/** A further question finds the sources of the earlier ones still there: a few more, in a part of the room, are read in a moment. */
const MOST_FURTHER = 3;
const FURTHER = 0.25;
const HISTORY_CHARACTERS = 600;

/** A stretch of a passage around one or more finds. */
interface Source {
  evidence: Evidence;
  text: string;
}

/** What the model is given, and the sources that stand in it. */
export interface Prompt {
  turns: ChatTurn[];
  sources: { chunk_id: string; text: string }[];
}

/**
 * @param budget characters that all sources together may have
 * @param history earlier messages of the conversation, oldest first
 */
export function buildPrompt(question: string, evidence: Evidence[], history: Message[], budget: number): Prompt {
  const sources = sourceLines(evidence, budget, MOST_SOURCES);
  return { turns: [{ role: 'system', content: SYSTEM }, ...recent(history), asking(question, sources, 0)], sources };
}

/** The same conversation one question further: what was said before stays letter for letter; only what is new is added. */
export function continuePrompt(before: Prompt, question: string, evidence: Evidence[], budget: number): Prompt {
  const sources = sourceLines(evidence, budget * FURTHER, MOST_FURTHER).filter(
    ({ text }, at) => at === 0 || !before.sources.some((known) => known.text === text),
  );
  return { turns: [...before.turns, asking(question, sources, before.sources.length)], sources: [...before.sources, ...sources] };
}

function asking(question: string, sources: Prompt['sources'], numberedTo: number): ChatTurn {
  const lines = sources.map(({ text }, index) => `[${numberedTo + index + 1}] ${text}`);
  return { role: 'user', content: `Sources:\n${lines.join('\n')}\n\nQuestion: ${question}` };
}

function sourceLines(evidence: Evidence[], budget: number, most: number): Prompt['sources'] {
  const found = sourcesOf(evidence, budget, most);
  const severalFiles = new Set(found.map(({ evidence: { chunk } }) => chunk.document_id)).size > 1;
  return found.map(({ evidence: { chunk }, text }) => ({
    chunk_id: chunk.id,
    text: `${severalFiles ? `${chunk.filename}: ` : ''}${text}`,
  }));
}

function sourcesOf(evidence: Evidence[], budget: number, most: number): Source[] {
  const sources: Source[] = [];
  let used = 0;
  for (const one of evidence) {
    if (sources.length === most) break;
    if (sources.some(({ evidence: other, text }) => other.chunk.id === one.chunk.id && text.includes(one.text.replace(/\s+/g, ' '))))
      continue;
    const text = windowAround(one);
    if (used > 0 && used + text.length > budget) break;
    sources.push({ evidence: one, text: text.slice(0, budget) });
    used += text.length;
  }
  return sources;
}

function windowAround({ chunk, start }: Evidence): string {
  const sentences = splitSentences(chunk.text);
  const at = sentences.findIndex((sentence) => sentence.start === start);
  const window = sentences.slice(Math.max(0, at - SENTENCES_AROUND), at + SENTENCES_AROUND + 1);
  return window.map(({ text }) => text.replace(OWN_MARKS, '').replace(/\s+/g, ' ')).join(' ');
}

/** The last question and answer, shortened: more would crowd out the sources of a small window. */
function recent(history: Message[]): ChatTurn[] {
  return history.slice(-2).map(({ role, content }) => ({ role, content: content.replace(/\s*\[\d+\]/g, '').slice(0, HISTORY_CHARACTERS) }));
}
