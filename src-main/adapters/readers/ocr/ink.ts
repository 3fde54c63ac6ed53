/** How much of what is dark on a page lies outside of the words that were read. */
import type { Bitmap } from './bitmap';
import type { RecognisedLine } from './lines';

/** Boxes of words are tight; accents and edges lie a little outside. */
const MARGIN = 0.2;

/**
 * The share of the dark pixels of a grey page that lies in no word, 0 to 1; 0 for a page without contrast. Pictures and ruled lines count
 * as dark, so that a high share says only that something may be missing.
 */
export function inkOutside({ data, width, height }: Bitmap, lines: RecognisedLine[]): number {
  const limit = darkBelow(data);
  if (limit === null) return 0;
  const read = new Uint8Array(width * height);
  for (const box of lines.flatMap(({ words }) => words)) cover(read, width, height, box);
  let dark = 0;
  let outside = 0;
  for (let at = 0; at < data.length; at += 1) {
    if ((data[at] ?? 255) >= limit) continue;
    dark += 1;
    outside += read[at] === 0 ? 1 : 0;
  }
  return dark === 0 ? 0 : outside / dark;
}

function cover(read: Uint8Array, width: number, height: number, box: { x: number; y: number; width: number; height: number }): void {
  const margin = Math.min(box.width, box.height) * MARGIN;
  const left = Math.max(0, Math.floor(box.x - margin));
  const right = Math.min(width, Math.ceil(box.x + box.width + margin));
  const bottom = Math.min(height, Math.ceil(box.y + box.height + margin));
  for (let y = Math.max(0, Math.floor(box.y - margin)); y < bottom; y += 1) read.fill(1, y * width + left, y * width + right);
}

/** Half way between the paper (the most frequent shade) and the darkest; null where they are about the same. */
function darkBelow(data: Uint8Array): number | null {
  const counts = new Uint32Array(256);
  for (const shade of data) counts[shade] = (counts[shade] ?? 0) + 1;
  const paper = counts.indexOf(Math.max(...counts));
  const darkest = counts.findIndex((count) => count > data.length / 10_000);
  return paper - darkest < 64 ? null : (paper + darkest) / 2;
}
