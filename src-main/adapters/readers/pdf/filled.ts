/** Lines that were drawn over a page (values of form fields, typewriter text) → their places among the lines of the page. */
import type { Line } from './characters';

/** Each drawn line joins the line it stands to the right of, else it comes after the one it stands below. */
export function fillIn(content: Line[], drawn: Line[]): Line[] {
  return drawn.reduce(placeLine, content);
}

function placeLine(lines: Line[], line: Line): Line[] {
  const beside = nearest(lines, (other) => (isBeside(other, line) ? line.left - other.right : null));
  if (beside !== null) return lines.map((other, at) => (at === beside ? joined(other, line) : other));
  const above = nearest(lines, (other) => (isAbove(other, line) ? line.top - other.bottom : null)) ?? -1;
  return [...lines.slice(0, above + 1), line, ...lines.slice(above + 1)];
}

/** Index of the line with the smallest distance; null where none has one. */
function nearest(lines: Line[], distance: (line: Line) => number | null): number | null {
  let found: { at: number; away: number } | null = null;
  for (const [at, line] of lines.entries()) {
    const away = distance(line);
    if (away !== null && (found === null || away < found.away)) found = { at, away };
  }
  return found?.at ?? null;
}

/** Labels stand close to their fields. */
const FAR = 150;

function isBeside(label: Line, value: Line): boolean {
  const shared = Math.min(label.bottom, value.bottom) - Math.max(label.top, value.top);
  const gap = value.left - label.right;
  return shared > Math.min(label.bottom - label.top, value.bottom - value.top) / 2 && gap > -2 && gap < FAR;
}

function isAbove(other: Line, line: Line): boolean {
  return other.bottom <= line.top + 2 && other.left < line.right && other.right > line.left;
}

const joined = (label: Line, value: Line): Line => ({
  ...label,
  words: [...label.words, ...value.words],
  gapped: true,
  hyphenated: false,
  right: value.right,
  top: Math.min(label.top, value.top),
  bottom: Math.max(label.bottom, value.bottom),
});
