/** Names as they are compared: the key of an entity, and the words by which a question may name it. */

const HONORIFICS = new Set('mr mrs ms miss mme madame monsieur lady lord sir herr frau dr prof professor captain capt'.split(' '));
/** Say who is meant where several people share a family name. */
const TELLING = new Set('mr mrs ms miss mme madame monsieur lady lord sir herr frau'.split(' '));
const ARTICLES = new Set(['the', 'a', 'an']);
const MOST_WORDS = 12;

/** Words without case, punctuation and accents, in order. */
export function plainWords(text: string): string[] {
  const folded = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’]s(?![\p{L}\p{N}])/gu, '')
    .replace(/['’]/gu, '');
  return folded.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Equal for two writings of a name: “the Acme Corp.” and “ACME Corp”. Empty when nothing is left. */
export function keyOf(name: string): string {
  const words = plainWords(name);
  while (words.length > 1 && ARTICLES.has(words[0] ?? '')) words.shift();
  while (words.length > 2 && HONORIFICS.has(words[0] ?? '')) words.shift();
  if (words.length === 2 && HONORIFICS.has(words[0] ?? '') && !TELLING.has(words[0] ?? '')) words.shift();
  return words.join(' ');
}

/** Everything that a text could name: its words in runs of up to six, as keys. */
export function possibleKeys(text: string): string[] {
  const words = plainWords(text).slice(0, 600);
  const keys = new Set<string>();
  for (let from = 0; from < words.length; from += 1) {
    for (let length = 1; length <= 6 && from + length <= words.length; length += 1) keys.add(words.slice(from, from + length).join(' '));
  }
  return [...keys];
}

/** The words of a name that can stand for it. */
export const tellingWords = (key: string): string[] =>
  [...new Set(key.split(' '))].filter((word) => word.length > 2 && !HONORIFICS.has(word)).slice(0, MOST_WORDS);

/** The words by which something is found that has these names. */
export const wordsOfNames = (names: string[]): string[] => [...new Set(names.flatMap((name) => tellingWords(keyOf(name))))];

/** What a company's name can be written without. */
const LEGAL_FORMS = new Set(
  'inc incorporated ltd limited llc llp plc corp corporation co company gmbh ag kg se sa sarl bv nv oy ab'.split(' '),
);

/** A key without the legal form at its end; null when that leaves nothing. */
export function withoutLegalForm(key: string): string | null {
  const words = key.split(' ');
  while (words.length > 0 && LEGAL_FORMS.has(words.at(-1) ?? '')) words.pop();
  return words.length > 0 ? words.join(' ') : null;
}

/** The family name of a key with more than one word. */
export const familyOf = (key: string): string | null => (key.includes(' ') ? (key.split(' ').at(-1) ?? null) : null);

/** True for “j smith” and “john smith”: the same words, where the first has only the first letters of some. */
export function initialsOf(short: string, full: string): boolean {
  if (short === full) return false;
  const [letters, words] = [short.split(' '), full.split(' ')];
  const [family, other] = [letters.pop(), words.pop()];
  if (family !== other || letters.length > words.length || letters.length === 0) return false;
  return letters.every((letter, at) => letter === words[at] || (letter.length === 1 && words[at]?.startsWith(letter)));
}
