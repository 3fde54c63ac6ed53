/** Reading tables of text (CSV, TSV…): Markdown tables, each with the head again. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { decodeText } from './decode';
import { partsOf, type TextBlock } from './parts';
import type { Reading, SourceFile } from './reader';
import { tableBlocks } from './tables';
import { paragraphsOf } from './text';

const DELIMITERS = [',', ';', '\t', '|'];
/** Rows looked at to find the delimiter. */
const SAMPLE_ROWS = 50;
const SAMPLE_LENGTH = 64 * 1024;
/** Beyond, rows stay lines: each cell would be an object. */
const TABLE_LENGTH = 64 * 1024 * 1024;

/** Opens a table. What turns out to be none stays text. */
export async function readCsv({ path }: SourceFile): Promise<Reading> {
  const { text, encoding } = decodeText(await readFile(path));
  const rows = text.length > TABLE_LENGTH ? null : rowsOf(text);
  const blocks: Iterable<TextBlock> = rows ? tableBlocks(rows, []) : paragraphsOf(text, 'table');
  return { total: null, paged: false, metadata: () => ({ encoding, ...(rows ? { rows: rows.length } : {}) }), parts: partsOf(blocks) };
}

/** Null when the text is no table. */
function rowsOf(text: string): string[][] | null {
  // Excel's own way to name the delimiter.
  const named = /^sep=(.)\n/i.exec(text)?.[1];
  const delimiter = named ?? delimiterOf(text.slice(0, SAMPLE_LENGTH));
  const body = named ? text.slice(text.indexOf('\n') + 1) : text;
  return delimiter === null ? null : parsed(body, delimiter);
}

function parsed(text: string, delimiter: string, to?: number): string[][] | null {
  const shared = { delimiter, relax_column_count: true, skip_empty_lines: true, bom: true, ...(to ? { to } : {}) };
  try {
    return parse(text, shared);
  } catch {
    // A quote that is a sign of inches rather than of a cell.
    try {
      return parse(text, { ...shared, quote: false });
    } catch {
      return null;
    }
  }
}

/** The one that cuts most rows into the same number of cells, two at least. */
function delimiterOf(sample: string): string | null {
  const whole = sample.length < SAMPLE_LENGTH ? sample : sample.slice(0, sample.lastIndexOf('\n') + 1);
  const scored = DELIMITERS.map((delimiter) => {
    const widths = (parsed(whole, delimiter, SAMPLE_ROWS) ?? []).map((row) => row.length);
    const width = mostFrequent(widths);
    return { delimiter, width, share: width < 2 ? 0 : widths.filter((one) => one === width).length / widths.length };
  });
  const best = scored.reduce((a, b) => (b.share > a.share || (b.share === a.share && b.width > a.width) ? b : a));
  return best.share > 0.5 ? best.delimiter : null;
}

function mostFrequent(values: number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 0;
}
