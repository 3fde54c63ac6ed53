/** Words of a text as they are compared: without case, accents, endings; letter pairs where words are written without spaces. */
import { STOP_WORDS } from './stop-words';

const WORD = /[\p{L}\p{N}\p{M}]+(?:[.,'’-][\p{L}\p{N}\p{M}]+)*/gu;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const MARKS = /\p{M}/gu;

/** Folds case and accents; thousands separators go, so that 1,204 and 1204 are one word. */
function fold(word: string): string {
  const folded = word
    .normalize('NFKD')
    .replace(MARKS, '')
    .toLowerCase()
    .replace(/[’']s$/, '');
  return /^\d/.test(folded) ? folded.replace(/[,'’](?=\d{3}(?!\d))/g, '') : folded;
}

/** Endings of inflection in the large European languages; only ever compared with itself, so it need not be a root. */
function stem(word: string): string {
  if (word.length < 4 || /\d/.test(word)) return word;
  const cut = word.replace(/(?:ments?|ations?|ingly|ings?|edly|ed|ies|ly|es|er|en|ern|em|s|e|y)$/u, '');
  return cut.length >= 3 ? cut.replace(/([bdfgmnprt])\1$/, '$1').replace(/i$/, '') : word;
}

/** Comparable words of a text in order, stop words included. */
function allWords(text: string): string[] {
  return (text.match(WORD) ?? []).flatMap((word) => {
    if (UNSPACED.test(word)) return pairs(word);
    return word.includes('-') ? [...word.split('-').map(fold), fold(word)].filter((part) => part !== '') : [fold(word)];
  });
}

function pairs(run: string): string[] {
  const letters = [...run];
  return letters.length < 2 ? letters : letters.slice(0, -1).map((letter, at) => letter + letters[at + 1]);
}

/** Words that say something, stemmed; all words when there are no others. */
export function contentWords(text: string): Set<string> {
  const words = allWords(text);
  const telling = words.filter((word) => !STOP_WORDS.has(word));
  return new Set((telling.length > 0 ? telling : words).map(stem));
}

/**
 * Numbers of a text, comparable: 1,204 and 1204 are equal, as are digits of all scripts; 3.5 keeps its point and -5 its sign. Marks of
 * citations such as [2] are no numbers. A plain space does not join digits, since rows of tables are full of them.
 */
export function numbersOf(text: string): Set<string> {
  const plain = text
    .replace(/\[\d{1,2}\]/g, ' ')
    .normalize('NFKC')
    .replace(/[٠-٩۰-۹०-९]/gu, asciiDigit);
  const found = plain.match(/(?:(?<=^|[\s(])[-−–](?=\d))?\d+(?:[.,'’\u2009]\d+)*/gu) ?? [];
  return new Set(found.map((number) => number.replace(/[−–]/, '-').replace(/[,.'’\u2009](?=\d{3}(?!\d))/g, '')));
}

/** Digits of a script stand in order, and the last four bits of a zero of these are 0 or 6. */
const asciiDigit = (digit: string) => String(((digit.codePointAt(0) ?? 0) - (digit >= '०' ? 0x966 : digit >= '۰' ? 0x6f0 : 0x660)) % 10);

/** Words written with a capital inside a sentence: names, mostly. The first word of the text is left out. */
export function namesOf(text: string): Set<string> {
  const names = [...text.matchAll(/(?<=[\p{L}\p{N},;:'’"”)\]]\s+|[(“"])\p{Lu}[\p{L}\p{M}'’-]*/gu)].map(([name]) => fold(name));
  return new Set(names.filter((name) => !STOP_WORDS.has(name) && name.length > 1).map(stem));
}

/** How much a word tells: rare ones among `texts` weigh more (inverse document frequency). Words that none of them has weigh most. */
export function rarity(texts: Iterable<ReadonlySet<string>>): (word: string) => number {
  const counts = new Map<string, number>();
  let total = 0;
  for (const words of texts) {
    total += 1;
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return (word) => Math.log(1 + (total + 1) / ((counts.get(word) ?? 0) + 0.5));
}
