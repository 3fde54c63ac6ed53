/** Do the documents speak of the question at all? Decided per question against passages that certainly do not. */
import type { EmbeddingModel } from '../ports/llm';
import { namesOf } from '../search/words';
import type { Evidence } from './evidence';

/**
 * Passages about nothing in particular. Embedding models differ in what a cosine of 0.6 means, and questions do too; so a
 * similarity is measured in standard deviations above what the same question has with these.
 */
const NEUTRAL = [
  'The recipe calls for two cups of flour, a pinch of salt and a spoonful of honey, stirred until smooth.',
  'Heavy rain is expected in the hills tonight, with winds turning to the north by morning.',
  'The goalkeeper saved the penalty in the last minute, and the crowd sang all the way home.',
  'To change the tyre, loosen the bolts before you lift the car, then tighten them crosswise.',
  'The soprano held the final note while the strings faded and the curtain came down.',
  'Click the button in the upper corner to open the menu and choose another colour.',
  'The committee adopted the minutes of the previous meeting without discussion.',
  'Total 1,204 987 3.5% 12 44 2019 2020 per share thousands',
  'Chapter 4. See the notes on the following pages for details and definitions.',
  'Elephants drink by drawing water into the trunk and pouring it into the mouth.',
] as const;

export interface Background {
  mean: number;
  deviation: number;
}

/** A cosine's distance from chance, in standard deviations. */
export const zScore = (similarity: number, { mean, deviation }: Background): number => (similarity - mean) / deviation;

/** Gives the background of a question's vector; the neutral passages are embedded once a model. */
export function createBackground(embedding: EmbeddingModel): (question: Float32Array) => Promise<Background> {
  let kept: { model: string; vectors: Promise<Float32Array[]> } | null = null;
  return async (question) => {
    const model = embedding.model();
    if (kept?.model !== model) kept = { model, vectors: embedding.embed([...NEUTRAL], 'passage') };
    try {
      return backgroundOf((await kept.vectors).map((vector) => cosine(question, vector)));
    } catch (error) {
      kept = null;
      throw error;
    }
  };
}

function backgroundOf(similarities: number[]): Background {
  const mean = similarities.reduce((sum, value) => sum + value, 0) / similarities.length;
  const variance = similarities.reduce((sum, value) => sum + (value - mean) ** 2, 0) / similarities.length;
  return { mean, deviation: Math.max(Math.sqrt(variance), 0.02) };
}

/** Of unit vectors. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/** Without an embedding model words must cover this share of what the question asks about. */
const WORDS_ALONE = 0.5;
/** With one, words and meaning are added up: five standard deviations above chance weigh as much as all the words. */
const MEANING_FOR_ALL_WORDS = 5;
const TOGETHER = 0.95;
/** However well the words fit, a meaning this near to chance is about something else. */
const LEAST_MEANING = 1.5;

/** Nouns are written with capitals there, so a capital is no sign of a name. */
const GERMAN = /\b(?:der|die|das|den|dem|des|ein|eine|wie|was|wer|wann|ist|war|wird|wurde|und|im|vom|zum)\b/i;
/** Asked of somebody whom no passage names, a question needs this much more of words and meaning. */
const OF_UNKNOWN_NAME = 0.5;
const SHARED_BEGINNING = 4;

/**
 * Whether the question names somebody or something that no passage knows ("What did Napoleon say about Debian?"). Abbreviations do not
 * count, since texts spell them out; nor do names that begin alike (Norway, Norwegian), nor questions written in capitals throughout.
 */
export function asksOfUnknownName(question: string, passages: Iterable<ReadonlySet<string>>): boolean {
  if (GERMAN.test(question) || isTitleCase(question)) return false;
  const missing = namesOf(question.replace(/\b\p{Lu}{2,6}s?\b/gu, ' '));
  for (const words of passages) for (const name of missing) if (isKnown(name, words)) missing.delete(name);
  return missing.size > 0;
}

function isTitleCase(question: string): boolean {
  const words = question.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  return words.filter((word) => /^\p{Lu}/u.test(word)).length > words.length / 2;
}

function isKnown(name: string, words: ReadonlySet<string>): boolean {
  if (words.has(name)) return true;
  const beginning = name.slice(0, SHARED_BEGINNING);
  return name.length >= SHARED_BEGINNING && [...words].some((word) => word.startsWith(beginning));
}

/** Whether a sentence may stand in an answer. `z` is null without an embedding model. */
export function speaksToQuestion({ coverage }: Evidence, z: number | null, ofUnknownName = false): boolean {
  const more = ofUnknownName ? OF_UNKNOWN_NAME : 0;
  if (z === null) return coverage >= WORDS_ALONE + more;
  return z >= LEAST_MEANING && coverage > 0 && coverage + z / MEANING_FOR_ALL_WORDS >= TOGETHER + more;
}
