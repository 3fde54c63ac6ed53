/** Word boxes of a page as bytes: twelve times smaller than JSON, and a page has hundreds. They travel and lie so. */
import type { Word } from '../../contract/documents';

const FIELDS = 6;

/**
 * For `count` words, one after the other; offsets are code points from the start of the page. They are kept exactly (below 2^24, as float32
 * allows), boxes to a thousandth of a point or better.
 */
export function createPacker(count: number) {
  const numbers = new Float32Array(count * FIELDS);
  let at = 0;
  return {
    add(start: number, end: number, x: number, y: number, width: number, height: number): void {
      numbers[at] = start;
      numbers[at + 1] = end;
      numbers[at + 2] = x;
      numbers[at + 3] = y;
      numbers[at + 4] = width;
      numbers[at + 5] = height;
      at += FIELDS;
    },
    bytes: () => new Uint8Array(numbers.buffer),
  };
}

const rounded = (value: number | undefined) => Math.round((value ?? 0) * 1000) / 1000;

/** @param page_start code-point offset of the page in the document's content */
export function unpackWords(bytes: Uint8Array, page_start: number): Word[] {
  // A copy, since a view of floats must begin at a multiple of four.
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
