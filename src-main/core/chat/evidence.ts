/** Evidence: the sentences of the retrieved passages that speak to the question, best first. */
import { type Sentence, splitSentences } from '../documents/sentences';
import type { FoundChunk } from '../ports/records';
import type { Passage } from '../search/search';
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

/** Prepares a question against the passages found for it. */
export function prepareQuestion(text: string, passages: Passage[]): Question {
  const words = contentWords(text);
  const weight = rarity(passages.map(({ chunk }) => contentWords(`${chunk.heading_path.join(' ')} ${chunk.text}`)));
  return { text, words, weight, wants: new Set(WANTED.filter(([, pattern]) => pattern.test(text)).map(([wanted]) => wanted)) };
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
    const around = new Set([...(words[at - 1] ?? []), ...(words[at + 1] ?? []), ...headings]);
    const own = words[at] ?? new Set<string>();
    const coverage = coverageOf(question, own, around);
    const score = coverage + wantedBonus(question, sentence.text) + 0.35 / (1 + rank / 3) - fragmentPenalty(sentence);
    return { chunk, ...sentence, words: own, coverage, similarity: null, score };
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

/** A word in the sentence counts whole, one in its neighbours or headings less than half. */
function coverageOf({ words, weight }: Question, own: ReadonlySet<string>, around: ReadonlySet<string>): number {
  let has = 0;
  let all = 0;
  for (const word of words) {
    const worth = weight(word);
    all += worth;
    if (own.has(word)) has += worth;
    else if (around.has(word)) has += worth * 0.4;
  }
  return all === 0 ? 0 : has / all;
}

function wantedBonus({ wants }: Question, text: string): number {
  let bonus = 0;
  if (wants.has('number') && numbersOf(text).size > 0) bonus += 0.12;
  if (wants.has('date') && /\b(?:1[5-9]|20)\d{2}\b|\d{1,2}[./-]\d{1,2}/.test(text)) bonus += 0.12;
  if (wants.has('name') && namesOf(text).size > 0) bonus += 0.08;
  return bonus;
}

/** Dot leaders of a table of contents. */
const LEADERS = /(?:\.\s?){5,}|…{2,}/;

/** A heading or a lone word says little by itself; a line of a table of contents says only where to look. */
function fragmentPenalty({ text }: Sentence): number {
  if (LEADERS.test(text)) return 1;
  const words = text.split(/\s+/).length;
  if (words >= 5 || /[.!?。！？]$/u.test(text) || text.length > 30) return 0;
  return 0.25;
}

/** Adds meaning to the order: `similarities` belong to the first entries of `evidence`. The others keep what their words say. */
export function orderByMeaning(evidence: Evidence[], similarities: number[]): Evidence[] {
  if (similarities.length === 0) return evidence;
  const most = Math.max(...similarities);
  const least = Math.min(...similarities);
  const ranked = evidence.map((one, at) => {
    const similarity = similarities[at];
    if (similarity === undefined) return { ...one, score: one.score - 0.5 };
    return { ...one, similarity, score: one.score + 0.9 * ((similarity - least) / Math.max(most - least, 0.05)) };
  });
  return ranked.sort((a, b) => b.score - a.score);
}
