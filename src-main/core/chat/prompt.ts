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
const HISTORY_CHARACTERS = 600;

/** A stretch of a passage around one or more finds. */
interface Source {
  evidence: Evidence;
  text: string;
}

/**
 * @param budget characters that all sources together may have
 * @param history earlier messages of the conversation, oldest first
 */
export function buildPrompt(question: string, evidence: Evidence[], history: Message[], budget: number): ChatTurn[] {
  const found = sourcesOf(evidence, budget);
  const severalFiles = new Set(found.map(({ evidence: { chunk } }) => chunk.document_id)).size > 1;
  const sources = found.map(({ evidence: { chunk }, text }, index) => `[${index + 1}] ${severalFiles ? `${chunk.filename}: ` : ''}${text}`);
  return [
    { role: 'system', content: SYSTEM },
    ...recent(history),
    { role: 'user', content: `Sources:\n${sources.join('\n')}\n\nQuestion: ${question}` },
  ];
}

function sourcesOf(evidence: Evidence[], budget: number): Source[] {
  const sources: Source[] = [];
  let used = 0;
  for (const one of evidence) {
    if (sources.length === MOST_SOURCES) break;
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
