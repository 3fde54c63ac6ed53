/** Tables as Markdown: rows of cells in one line each, so that a line keeps what belongs together. */
import type { TextBlock } from './parts';

export interface Cell {
  text: string;
  columns: number;
  rows: number;
}

/** More would let one hostile attribute fill the memory. */
const MAX_SPAN = 100;

/** A Markdown table; the first row is the head. Empty when no cell has text. */
export function markdownTable(rows: string[][]): string {
  const filled = rows.map((row) => row.map(cellText)).filter((row) => row.some((cell) => cell !== ''));
  const width = Math.max(0, ...filled.map((row) => row.length));
  const lines = filled.map((row) => `| ${Array.from({ length: width }, (_, column) => row[column] ?? '').join(' | ')} |`);
  if (lines.length === 0) return '';
  return [lines[0], `|${' --- |'.repeat(width)}`, ...lines.slice(1)].join('\n');
}

/** About what a chunk holds, so that each table becomes one chunk and takes its head along. */
const TABLE_LENGTH = 1_000;
/** A head longer than this would be most of each table. */
const HEAD_LENGTH = 400;

/**
 * Rows as Markdown tables. A long table becomes several, each with the head again: a row that is found alone must still tell what
 * its cells are.
 */
export function* tableBlocks(rows: Iterable<string[]>, heading_path: string[]): Generator<TextBlock> {
  let gathered: string[][] = [];
  let length = 0;
  let head: string[] | null = null;
  const table = (): TextBlock => ({ text: markdownTable(gathered), kind: 'table', heading_path });
  for (const row of rows) {
    if (row.every((cell) => cell.trim() === '')) continue;
    const own = row.reduce((sum, cell) => sum + cell.length + 3, 0);
    if (length > 0 && length + own > TABLE_LENGTH && gathered.length > 1) {
      yield table();
      gathered = head && head !== row ? [head] : [];
      length = head ? HEAD_LENGTH / 4 : 0;
    }
    head ??= own <= HEAD_LENGTH ? row : null;
    gathered.push(row);
    length += own;
  }
  if (gathered.length > 0) yield table();
}

const cellText = (text: string) => text.replace(/\s+/g, ' ').trim().replaceAll('|', '\\|');

/** Cells that reach over several columns or rows → one text for each place; over rows it is repeated, since each row is read alone. */
export function spread(rows: Cell[][]): string[][] {
  const below = new Map<number, { text: string; left: number }>();
  return rows.map((row) => {
    const texts: string[] = [];
    const fillFromAbove = () => {
      for (let above = below.get(texts.length); above && above.left > 0; above = below.get(texts.length)) {
        above.left -= 1;
        texts.push(above.text);
      }
    };
    for (const { text, columns, rows: height } of row) {
      fillFromAbove();
      for (let column = 0; column < Math.min(columns, MAX_SPAN); column += 1) {
        const shown = column === 0 ? text : '';
        if (height > 1) below.set(texts.length, { text: shown, left: Math.min(height, MAX_SPAN) - 1 });
        texts.push(shown);
      }
    }
    fillFromAbove();
    return texts;
  });
}
