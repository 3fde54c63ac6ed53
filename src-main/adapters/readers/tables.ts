/** Tables as Markdown: rows of cells in one line each, so that a line keeps what belongs together. */

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
