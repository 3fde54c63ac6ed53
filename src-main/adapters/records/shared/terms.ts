/** A person's words → terms of a full-text query, which is never a syntax error. */
import { STOP_WORDS } from '../../../core/search/stop-words';

/** Scripts written without spaces between words: FTS5's word tokenizer sees one long word there, trigrams find parts of it. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Hangul}\p{Script=Arabic}]/u;
const UNSPACED_RUN = new RegExp(`${UNSPACED.source}+`, 'gu');

/** Whether a text has letters that only the trigram table finds. */
export const unspaced = (text: string): boolean => UNSPACED.test(text);

/** Letters, digits and marks, held together by the signs inside of identifiers and figures: A-12/34, 3.5%, o'clock. */
const TERM = /[\p{L}\p{N}\p{M}_]+(?:[.,\-/'’:&@+][\p{L}\p{N}\p{M}_]+)*/gu;
const MOST_TERMS = 64;

const quoted = (term: string) => `"${term.replaceAll('"', '""')}"`;

/** The words of a question that tell something, once each; all its words where none does. */
export function termsOf(text: string): string[] {
  const terms = [...new Set((text.normalize('NFC').match(TERM) ?? []).map((term) => term.toLowerCase()))];
  const telling = terms.filter((term) => !STOP_WORDS.has(term));
  return (telling.length > 0 ? telling : terms).slice(0, MOST_TERMS);
}

/** Terms joined by OR, each a quoted phrase; null when the text has none. */
export function wordQuery(text: string): string | null {
  const terms = termsOf(text);
  return terms.length > 0 ? terms.map(quoted).join(' OR ') : null;
}

/** Runs of three letters within the unspaced parts of a text, once each. A run of two characters has none. */
export function trigramsOf(text: string): string[] {
  const grams = unspacedRuns(text).flatMap((run) => gramsOf(run, 3));
  return [...new Set(grams)].slice(0, MOST_TERMS);
}

/** Those joined by OR; null when there are none. */
export function trigramQuery(text: string): string | null {
  const grams = trigramsOf(text);
  return grams.length > 0 ? grams.map(quoted).join(' OR ') : null;
}

/** The parts of a text that are written without spaces. */
export const unspacedRuns = (text: string): string[] => text.normalize('NFC').match(UNSPACED_RUN) ?? [];

/** All runs of so many letters, in order. */
export function gramsOf(run: string, size: number): string[] {
  const letters = [...run];
  return letters.slice(0, letters.length - size + 1).map((_, at) => letters.slice(at, at + size).join(''));
}

/** Runs of one or two unspaced characters, to be looked for as they are. */
export function shortRuns(text: string): string[] {
  return [...new Set(unspacedRuns(text).filter((run) => [...run].length < 3))].slice(0, 8);
}
