/** Evidence: the sentences of the retrieved passages that speak to the question, best first. */
import { type Sentence, splitSentences } from '../documents/sentences';
import type { FoundChunk } from '../ports/records';
import type { Passage } from '../search/passage';
import { contentWords, namesOf, numbersOf, rarity } from '../search/words';

/** A sentence of a passage. Offsets are UTF-16 within the chunk's text. */
export interface Evidence {
  chunk: FoundChunk;
  start: number;
  end: number;
  text: string;
  words: ReadonlySet<string>;
  /** Share of the question's rarity-weighted words that the sentence or its surroundings have, 0 to 1. */
  coverage: number;
  /** Cosine similarity with the question; null without an embedding model. */
  similarity: number | null;
  /** Names what follows rather than saying it. */
  title: boolean;
  /** For ordering only. */
  score: number;
}

/** What the question is about, prepared once. */
export interface Question {
  text: string;
  words: ReadonlySet<string>;
  wants: ReadonlySet<Wanted>;
  weight: (word: string) => number;
}

type Wanted = 'number' | 'date' | 'name';

/** Passages that are cut into sentences; more would only add noise. */
const PASSAGES = 16;
/** Sentences that are compared by meaning: one batch. */
export const SENTENCES_TO_EMBED = 32;

const WANTED: [Wanted, RegExp][] = [
  [
    'number',
    /\b(?:how (?:much|many|long|far|high|large|big|old|often)|what (?:percentage|share|number|amount|rate|price)|revenue|cost|profit|total|wie ?viele?|wie (?:hoch|lang|groß)|combien|cuánt[oa]s?|quant[oie])\b/iu,
  ],
  ['date', /\b(?:when|what (?:year|date|day|month)|since|until|wann|seit|quand|cuándo|quando)\b/iu],
  ['name', /\b(?:who|whom|whose|which (?:person|company|city|country)|where|wer|wem|wen|wo|qui|où|quién|dónde|chi|dove)\b/iu],
];

/**
 * Prepares a question against the passages found for it.
 * @param asked the words of the person, where `text` was made to stand alone: only they say what is wanted now
 */
export function prepareQuestion(text: string, passages: Passage[], asked = text): Question {
  const words = contentWords(text);
  const weight = rarity(passages.map(({ chunk }) => contentWords(`${chunk.heading_path.join(' ')} ${chunk.text}`)));
  return { text, words, weight, wants: new Set(WANTED.filter(([, pattern]) => pattern.test(asked)).map(([wanted]) => wanted)) };
}

/** Sentences of the best passages, best first by words and by the passage's rank; `similarity` is not known yet. */
export function gatherEvidence(passages: Passage[], question: Question): Evidence[] {
  const found = passages.slice(0, PASSAGES).flatMap(({ chunk }, rank) => sentencesOf(chunk, rank, question));
  return found.sort((a, b) => b.score - a.score);
}

function sentencesOf(chunk: FoundChunk, rank: number, question: Question): Evidence[] {
  const split = splitSentences(chunk.text);
  const sentences = split.map((sentence, at) => withTableHead(chunk.text, split, sentence, at));
  const headings = contentWords(chunk.heading_path.join(' '));
  const words = sentences.map(({ text }) => contentWords(text));
  return sentences.map((sentence, at) => {
    const around = new Set([...(words[at - 1] ?? []), ...(words[at + 1] ?? [])]);
    const own = words[at] ?? new Set<string>();
    const title = isTitle(chunk, sentence);
    const coverage = coverageOf(question, own, headings, around);
    const score = coverage + wantedBonus(question, sentence.text) + 0.35 / (1 + rank / 3) - fragmentPenalty(sentence, title);
    return { chunk, ...sentence, words: own, coverage, similarity: null, title, score };
  });
}

const TABLE_CHARACTERS = 280;
const isRow = ({ text }: Sentence) => text.length < 100 && !/[.!?…。！？:;]$/u.test(text);

/** A row of figures says nothing without the head of its table: where that is near, the rows from there on belong to the quote. */
function withTableHead(text: string, sentences: Sentence[], row: Sentence, at: number): Sentence {
  if (!isRow(row) || numbersOf(row.text).size < 2) return row;
  let first = at;
  for (let before = sentences[first - 1]; before && isRow(before); before = sentences[first - 1]) {
    if (row.end - before.start > TABLE_CHARACTERS) return row;
    first -= 1;
  }
  const start = sentences[first]?.start ?? row.start;
  return { start, end: row.end, text: text.slice(start, row.end) };
}

/** A word in the sentence counts whole, one in its headings more than half, one in its neighbours less. */
function coverageOf(
  { words, weight }: Question,
  own: ReadonlySet<string>,
  headings: ReadonlySet<string>,
  around: ReadonlySet<string>,
): number {
  let has = 0;
  let all = 0;
  for (const word of words) {
    const worth = weight(word);
    all += worth;
    if (own.has(word)) has += worth;
    else if (headings.has(word)) has += worth * 0.6;
    else if (around.has(word)) has += worth * 0.4;
  }
  return all === 0 ? 0 : has / all;
}

/** A sentence of the kind that the question asks for (a figure, a date, a name) is worth more, one without it less. */
function wantedBonus({ wants }: Question, text: string): number {
  let bonus = 0;
  if (wants.has('number')) bonus += numbersOf(text).size > 0 ? 0.15 : -0.3;
  if (wants.has('date')) bonus += DATE.test(text) ? 0.2 : -0.4;
  if (wants.has('name')) bonus += namesOf(text).size > 0 ? 0.08 : -0.05;
  return bonus;
}

const DATE = /\b(?:1[0-9]|20)\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|[〇一二三四五六七八九十\d]+\s?[年月日]/u;

/** A paragraph of one short line without an end: it names what follows, and the answer is there. */
function isTitle(chunk: FoundChunk, { start, end, text }: Sentence): boolean {
  if (chunk.heading_path.includes(text.replace(/\s+/g, ' '))) return true;
  const alone = /(?:^|\n[^\S\n]*\n\s*)$/u.test(chunk.text.slice(0, start)) && /^\s*\n[^\S\n]*\n/u.test(chunk.text.slice(end));
  return alone && text.length < 100 && !/[.!?…。！？:]$/u.test(text) && numbersOf(text).size < 2;
}

/** Dot leaders of a table of contents. */
const LEADERS = /(?:\.\s?){5,}|…{2,}/;

/** A sentence with its end, not a row, an item or a title. */
export const isWhole = (text: string): boolean => /[.!?…。！？؟।]["”’»)\]]*$/u.test(text);

/** A title or a lone word says little by itself, a row less than a sentence; a table of contents says only where to look. */
function fragmentPenalty({ text }: Sentence, title: boolean): number {
  if (LEADERS.test(text)) return 1;
  if (title) return 0.5;
  if (isWhole(text)) return 0;
  return text.split(/\s+/).length < 4 && text.length < 30 ? 0.5 : 0.25;
}

/** What the last answer quoted was said already: a follow-up asks for something else. */
const SAID_ALREADY = 0.6;

/** Puts back what stands in `quotes`. */
export function withoutRepeats(evidence: Evidence[], quotes: string[]): Evidence[] {
  const said = (text: string) => quotes.some((quote) => quote.includes(text) || text.includes(quote));
  const ranked = evidence.map((one) => (said(one.text) ? { ...one, score: one.score - SAID_ALREADY } : one));
  return ranked.sort((a, b) => b.score - a.score);
}

/** How much meaning counts beside words: as much as most of a question's words. */
const MEANING = 0.7;

/**
 * Adds meaning to the order: `similarities` belong to the first entries of `evidence`. The others keep what their words say and
 * go behind.
 */
export function orderByMeaning(evidence: Evidence[], similarities: number[]): Evidence[] {
  if (similarities.length === 0) return evidence;
  const most = Math.max(...similarities);
  const least = Math.min(...similarities);
  const ranked = evidence.map((one, at) => {
    const similarity = similarities[at];
    if (similarity === undefined) return { ...one, score: one.score - 0.5 };
    return { ...one, similarity, score: one.score + MEANING * ((similarity - least) / Math.max(most - least, 0.05)) };
  });
  return ranked.sort((a, b) => b.score - a.score);
}
