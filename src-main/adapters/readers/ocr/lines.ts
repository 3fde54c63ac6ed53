/** What the engine read → lines of words with their places in the picture as it was given. */

import { tidy } from '../hygiene';
import type { Turn } from './bitmap';
import type { EngineBlock, EngineWord } from './engine';

export interface RecognisedWord {
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
  confidence: number;
  /** Written without a space after the word before: Chinese, Japanese, and Korean syllables that the engine took apart. */
  glued: boolean;
}

export interface RecognisedLine {
  words: RecognisedWord[];
  /** Counts from 0; lines of one paragraph follow one another. */
  paragraph: number;
}

/** How the engine's picture came from the given one: made larger by `factor`, then turned to the right. Sizes are of the given one. */
export interface Shape {
  factor: number;
  turn: Turn;
  width: number;
  height: number;
  language: string;
}

/** Lines below this are stains, stamps and pictures taken for letters. */
const LEAST_CONFIDENCE = 30;
const WIDE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;
const ENDS_WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]$/u;

const HANGUL = /^\p{Script=Hangul}/u;
const HANGUL_END = /\p{Script=Hangul}$/u;
/** Of the height of a syllable: about 0.1 to 0.2 lies within words, 0.3 and more between them. */
const HANGUL_GAP = 0.23;

/** Lines in reading order, without those that hold no letter or are invented. */
export function linesOf(blocks: EngineBlock[], shape: Shape): RecognisedLine[] {
  const lines: RecognisedLine[] = [];
  let paragraph = 0;
  for (const { lines: found } of blocks.flatMap((block) => block.paragraphs)) {
    const before = lines.length;
    for (const { words } of found) {
      const placed = placeAll(words, shape);
      if (placed.length > 0 && sane(placed)) lines.push({ words: placed, paragraph });
    }
    if (lines.length > before) paragraph += 1;
  }
  return lines;
}

function placeAll(words: EngineWord[], shape: Shape): RecognisedWord[] {
  const placed: RecognisedWord[] = [];
  let before: EngineWord | null = null;
  for (const word of words) {
    // At the end it divides a word between two lines.
    const text = tidy(word.text.replace(/\u00ad$/, '-')).replace(/\s+/g, '');
    if (text === '') continue;
    const glued = before !== null && isGlued(before, { ...word, text });
    placed.push({ text, ...boxOf(word.bbox, shape), confidence: Math.round(word.confidence), glued });
    before = { ...word, text };
  }
  return placed;
}

/** Korean has spaces, but the engine's are not to be trusted: syllables of one word stand closer together. */
function isGlued(before: EngineWord, word: EngineWord): boolean {
  if (ENDS_WIDE.test(before.text) && WIDE.test(word.text)) return true;
  if (!HANGUL_END.test(before.text) || !HANGUL.test(word.text)) return false;
  return word.bbox.x0 - before.bbox.x1 < HANGUL_GAP * (before.bbox.y1 - before.bbox.y0);
}

function sane(words: RecognisedWord[]): boolean {
  return words.some(({ text }) => /[\p{L}\p{N}]/u.test(text)) && mean(words) >= LEAST_CONFIDENCE;
}

/** Turned back to the left and made smaller again. */
function boxOf(
  { x0, y0, x1, y1 }: EngineWord['bbox'],
  { factor, turn, width, height }: Shape,
): Pick<RecognisedWord, 'x' | 'y' | 'width' | 'height'> {
  const [left, top, right, bottom] = [x0 / factor, y0 / factor, x1 / factor, y1 / factor];
  const [wide, high] = [right - left, bottom - top];
  if (turn === 90) return { x: top, y: height - right, width: high, height: wide };
  if (turn === 180) return { x: width - right, y: height - bottom, width: wide, height: high };
  if (turn === 270) return { x: width - bottom, y: left, width: high, height: wide };
  return { x: left, y: top, width: wide, height: high };
}

/** Of all words, long ones counting more. */
export function confidenceOf(lines: RecognisedLine[]): number {
  return Math.round(mean(lines.flatMap(({ words }) => words)));
}

function mean(words: RecognisedWord[]): number {
  let sum = 0;
  let letters = 0;
  for (const { text, confidence } of words) {
    sum += confidence * text.length;
    letters += text.length;
  }
  return letters === 0 ? 0 : sum / letters;
}

/** Plain text, a line to a line. */
export const textOf = (lines: RecognisedLine[]): string =>
  lines.map(({ words }) => words.map(({ text, glued }, at) => (glued || at === 0 ? text : ` ${text}`)).join('')).join('\n');

/** How many letters were read with some certainty. */
export const certainLetters = (lines: RecognisedLine[]): number =>
  lines.flatMap(({ words }) => words).reduce((sum, { text, confidence }) => sum + (confidence >= 60 ? text.length : 0), 0);
