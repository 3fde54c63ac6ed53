/** Word boxes of a page as bytes: twelve times smaller than JSON, and a page has hundreds. */
import type { Word } from '../../../contract/documents';

const FIELDS = 6;

/** Offsets are kept exactly (below 2^24, as float32 allows, relative to the page's start); boxes to a thousandth of a point or better. */
export function packWords(words: Word[], page_start: number): Buffer {
  const numbers = new Float32Array(words.length * FIELDS);
  words.forEach((word, index) => {
    numbers.set([word.char_start - page_start, word.char_end - page_start, word.x, word.y, word.width, word.height], index * FIELDS);
  });
  return Buffer.from(numbers.buffer);
}

const rounded = (value: number | undefined) => Math.round((value ?? 0) * 1000) / 1000;

export function unpackWords(bytes: Buffer, page_start: number): Word[] {
  const numbers = new Float32Array(new Uint8Array(bytes).buffer);
  return Array.from({ length: numbers.length / FIELDS }, (_, index) => {
    const [start = 0, end = 0, x, y, width, height] = numbers.subarray(index * FIELDS, (index + 1) * FIELDS);
    return {
      char_start: start + page_start,
      char_end: end + page_start,
      x: rounded(x),
      y: rounded(y),
      width: rounded(width),
      height: rounded(height),
    };
  });
}
