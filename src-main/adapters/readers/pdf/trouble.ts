/** Telling text that is not what the page shows: fonts may not say, or say wrongly, which letters their shapes are. */
import { isWide, type Line } from './characters';
import type { Pdfium } from './pdfium';

/** Letters of a page that are asked about; each question is a call into the library. */
const ASKED = 64;
/** Of what is looked at; less happens in any text. */
const SUSPECT = 0.25;
const MOSTLY = 0.6;
const FEW_WORDS = 5;
/** A single wrong accent within a word of 200 letters is worth a second look. */
const ODD_SHARE = 1 / 200;

// biome-ignore lint/suspicious/noControlCharactersInRegex: plain ASCII is what is looked for
const PLAIN = /^[\x00-\x7f]*$/;
/** A sign or a capital beyond ASCII between small letters: "DurÈe", "Allg‰u". */
const ODD = /\p{Ll}(?![\x20-\x7e])[\p{Lu}\p{So}\p{Sm}‰†‡]\p{Ll}/u;
const LATIN = /\p{Script=Latn}/u;
const EAST_ASIAN = /\p{scx=Hani}|\p{scx=Hang}|\p{scx=Hira}|\p{scx=Kana}/u;
const SCRIPTS = [
  /\p{scx=Grek}/u,
  /\p{scx=Cyrl}/u,
  /\p{scx=Arab}/u,
  /\p{scx=Hebr}/u,
  /\p{scx=Deva}|\p{scx=Beng}|\p{scx=Taml}|\p{scx=Telu}|\p{scx=Orya}|\p{scx=Mlym}|\p{scx=Knda}|\p{scx=Gujr}|\p{scx=Guru}/u,
  /\p{scx=Thai}|\p{scx=Laoo}|\p{scx=Khmr}|\p{scx=Mymr}/u,
  EAST_ASIAN,
  /\p{scx=Geor}|\p{scx=Armn}|\p{scx=Ethi}|\p{scx=Cher}|\p{scx=Copt}/u,
];

/** The share of letters whose font does not say what they are. */
export function unmapped(module: Pdfium, text: number): number {
  const count = module._FPDFText_CountChars(text);
  const step = Math.max(1, Math.floor(count / ASKED));
  let asked = 0;
  let wrong = 0;
  for (let index = 0; index < count; index += step) {
    if (module._FPDFText_IsGenerated(text, index) === 1) continue;
    asked += 1;
    if (module._FPDFText_HasUnicodeMapError(text, index) === 1) wrong += 1;
  }
  return asked === 0 ? 0 : wrong / asked;
}

interface Counts {
  words: number;
  letters: number;
  /** Words of one letter, figures not counted. */
  single: number;
  /** Words of several scripts. */
  mixed: number;
  odd: number;
}

/** 0 for text as people write it; more the less it looks so. Says nothing about letters of ASCII, which any language uses. */
export function oddness(lines: Line[]): number {
  const { words, letters, single, mixed, odd } = countsOf(lines);
  if (words < FEW_WORDS) return odd > 0 ? 1 : 0;
  const wrong = Math.min(1, odd / letters / ODD_SHARE) * SUSPECT;
  return Math.max(single > words * MOSTLY ? single / words : 0, isMuch(mixed, words) ? mixed / words : 0, wrong);
}

/** Enough to have it read in another way. */
export const isSuspect = (value: number) => value >= SUSPECT;

/** Whole words of letters that belong to several scripts: whatever the page shows, it is not that. */
export function isUnreadable(lines: Line[]): boolean {
  const { words, mixed } = countsOf(lines);
  return words >= FEW_WORDS && isMuch(mixed, words);
}

/** Of what is written, letters and figures. */
export function wordShare(lines: Line[]): number {
  const text = lines.flatMap(({ words }) => words.map((word) => word.text)).join('');
  return text === '' ? 0 : (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) / text.length;
}

/** How much of the one text is in the other, letter by letter in any order. */
export function sharedLetters(some: Line[], others: Line[]): number {
  const counts = new Map<string, number>();
  const written = (lines: Line[]) => lines.flatMap(({ words }) => words.flatMap(({ text }) => [...text]));
  for (const letter of written(others)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const letters = written(some);
  let shared = 0;
  for (const letter of letters) {
    const left = counts.get(letter) ?? 0;
    if (left > 0) shared += 1;
    counts.set(letter, left - 1);
  }
  return letters.length === 0 ? 0 : shared / letters.length;
}

const isMuch = (some: number, all: number) => some > all * SUSPECT;

function countsOf(lines: Line[]): Counts {
  const counts: Counts = { words: 0, letters: 0, single: 0, mixed: 0, odd: 0 };
  for (const { words } of lines) for (const { text } of words) if (!isWide(text.codePointAt(0) ?? 0)) count(text, counts);
  return counts;
}

function count(word: string, counts: Counts): void {
  // The dots that lead to a page number are no words.
  if (word.length === 1 && !/[\p{L}\p{N}]/u.test(word)) return;
  counts.words += 1;
  counts.letters += word.length;
  if (word.length === 1 && /\p{L}/u.test(word)) counts.single += 1;
  if (PLAIN.test(word)) return;
  if (isMixed(word)) counts.mixed += 1;
  if (ODD.test(word)) counts.odd += 1;
}

/** Chinese, Japanese and Korean take Latin letters into their words. */
function isMixed(word: string): boolean {
  const found = SCRIPTS.filter((script) => script.test(word)).length;
  return found > 1 || (found === 1 && LATIN.test(word) && !EAST_ASIAN.test(word));
}
