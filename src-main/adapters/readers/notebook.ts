/** Reading notebooks (Jupyter): cells in order, the headings of their texts, and what their code gave. */
import { readFile } from 'node:fs/promises';
import { clean, decodeText } from './decode';
import { readJson } from './json';
import { markdownBlocks } from './markdown';
import { createOutline, type Outline } from './outline';
import { partsOf, type TextBlock } from './parts';
import type { Reading, SourceFile } from './reader';

type Source = string | string[];
interface Output {
  text?: Source;
  data?: Record<string, unknown>;
  ename?: string;
  evalue?: string;
}
interface Cell {
  cell_type?: string;
  source?: Source;
  /** Of notebooks before 2015. */
  input?: Source;
  level?: number;
  outputs?: Output[];
}

/** Longer ones are progress bars and dumps: their beginning tells enough. */
const OUTPUT_LENGTH = 20_000;

/** Opens a notebook; what turns out to be none is read as JSON. */
export async function readNotebook(file: SourceFile): Promise<Reading> {
  const { text, encoding } = decodeText(await readFile(file.path));
  const cells = cellsOf(text);
  if (!cells) return readJson(file);
  return { total: null, paged: false, metadata: () => ({ encoding, cells: cells.length }), parts: partsOf(blocksOf(cells)) };
}

function cellsOf(text: string): Cell[] | null {
  try {
    const { cells, worksheets } = JSON.parse(text) as { cells?: unknown; worksheets?: { cells?: unknown }[] };
    const found = cells ?? (Array.isArray(worksheets) ? worksheets.flatMap((sheet) => sheet.cells) : null);
    return Array.isArray(found) ? found.filter((cell): cell is Cell => typeof cell === 'object' && cell !== null) : null;
  } catch {
    return null;
  }
}

function* blocksOf(cells: Cell[]): Generator<TextBlock> {
  const outline = createOutline();
  for (const cell of cells) {
    const source = written(cell.source ?? cell.input);
    if (cell.cell_type === 'markdown') yield* markdownBlocks(source, outline);
    else if (cell.cell_type === 'heading') {
      outline.enter(cell.level ?? 1, source);
      yield block(source, outline, 'heading');
    } else {
      yield block(source, outline);
      for (const output of Array.isArray(cell.outputs) ? cell.outputs : []) yield block(shown(output).slice(0, OUTPUT_LENGTH), outline);
    }
  }
}

const block = (text: string, outline: Outline, kind: TextBlock['kind'] = 'text'): TextBlock => ({
  text: text.trimEnd(),
  kind,
  heading_path: outline.path(),
});

function shown({ text, data, ename, evalue }: Output): string {
  if (ename) return `${ename}: ${clean(String(evalue ?? ''))}`;
  const value = text ?? data?.['text/markdown'] ?? data?.['text/plain'];
  return written(value).replace(/[^\n]*\r(?!\n)/g, '');
}

const written = (source: unknown): string =>
  clean(Array.isArray(source) ? source.filter((line) => typeof line === 'string').join('') : typeof source === 'string' ? source : '');
