/** Reading workbooks (Excel, OpenDocument): each sheet is a page of Markdown tables, cells as a person sees them. */
import { readFile } from 'node:fs/promises';
import * as XLSX from '@e965/xlsx';
import { DocumentError } from '../../core/errors';
import { LIMITS } from '../../core/limits';
import { clean } from './decode';
import { decrypted, refuseEncrypted } from './encrypted';
import { graphicText, paragraphs, relations } from './open-xml';
import { corrupt, openPackage, type Package } from './package';
import { pagePart, type TextBlock } from './parts';
import { cannotDecrypt, passwordNeeded, wrongPassword } from './passwords';
import type { Part, Reading, SourceFile } from './reader';
import { tableBlocks } from './tables';
import { attribute, findAll } from './xml';

const WHAT = 'This workbook';
const WORKBOOK = 'xl/workbook.xml';
const CHART_SHEET = /(?:^|\/)chartsheets\//;
/** Cells filled from merged ones; a hostile range would cover the whole sheet. */
const MERGED_MOST = 100_000;
/** A cell further right than this is told by its address. */
const COLUMNS_MOST = 1_000;

type Row = Map<number, string>;

/**
 * Opens a workbook.
 * @throws DocumentError CORRUPT, ENCRYPTED, PASSWORD_NEEDED, PASSWORD_WRONG, TOO_LARGE
 */
export async function readSpreadsheet({ path, password }: SourceFile): Promise<Reading> {
  const bytes = await decrypted(await readFile(path), password, WHAT);
  // Refuses what would unpack beyond the limits; old formats are no packages.
  const file = bytes.subarray(0, 2).toString('latin1') === 'PK' ? await openPackage(bytes, WHAT) : null;
  if (file) refuseEncrypted(file, WHAT);
  const workbook = open(bytes, password);
  const names = workbook.SheetNames;
  if (names.length > LIMITS.pagesPerDocument)
    throw new DocumentError('TOO_LARGE', `${WHAT} has ${names.length} sheets.`, 'Split it into smaller files.');
  return {
    total: names.length,
    paged: true,
    metadata: () => metadataOf(workbook),
    parts: partsOf(workbook, file ? boxesOf(file) : new Map()),
  };
}

function open(bytes: Buffer, password: string | null): XLSX.WorkBook {
  try {
    // Dates as numbers with a format say what the sheet says, whatever time zone this machine is in.
    return XLSX.read(bytes, { type: 'buffer', dense: true, dateNF: 'yyyy-mm-dd', cellHTML: false, ...(password ? { password } : {}) });
  } catch (error) {
    if (/password/i.test(String(error))) throw password ? wrongPassword() : passwordNeeded(WHAT);
    if (/encrypt/i.test(String(error)))
      throw cannotDecrypt(WHAT, 'Open it in a spreadsheet program, save it without the password, then upload that.');
    throw corrupt(WHAT);
  }
}

function* partsOf(workbook: XLSX.WorkBook, boxes: Map<string, string[]>): Generator<Part> {
  for (const [index, name] of workbook.SheetNames.entries()) {
    const sheet = workbook.Sheets[name];
    const drawn = (boxes.get(name) ?? []).map((text): TextBlock => ({ text, kind: 'text', heading_path: [clean(name)] }));
    yield pagePart(sheet ? [...blocksOf(sheet, clean(name)), ...drawn] : drawn, index + 1, clean(name));
  }
}

/** Texts of the boxes, shapes and charts that are drawn on the sheets of an Office Open XML workbook, by the names of the sheets. */
function boxesOf(file: Package): Map<string, string[]> {
  const targets = relations(file, WORKBOOK);
  const sheets = findAll(file.xml(WORKBOOK), 'sheet').map((sheet) => {
    const part = targets.get(attribute(sheet, 'r:id') ?? '')?.target ?? '';
    const drawings = [...relations(file, part).values()].filter(({ type }) => type === 'drawing');
    const texts = drawings.flatMap(({ target }) => [
      ...findAll(file.xml(target), 'xdr:txBody').map((body) => paragraphs(body).trim()),
      ...chartsOf(file, target, CHART_SHEET.test(part)),
    ]);
    return [attribute(sheet, 'name') ?? '', texts.filter((text) => text !== '')] as [string, string[]];
  });
  return new Map(sheets);
}

/** A chart's figures stand in a sheet; only one that is a sheet of its own gives them. */
function chartsOf(file: Package, drawing: string, whole: boolean): string[] {
  const charts = [...relations(file, drawing).values()].filter(({ type }) => type === 'chart').map(({ target }) => file.xml(target));
  return charts.map((chart) => (whole ? graphicText(chart) : findAll(chart, 'c:title').map(graphicText).join('\n')));
}

function* blocksOf(sheet: XLSX.WorkSheet, name: string): Generator<TextBlock> {
  const notes: string[] = [];
  const rows = rowsOf(sheet, notes);
  let group: Row[] = [];
  let last = -1;
  for (const number of [...rows.keys()].sort((a, b) => a - b)) {
    if (number > last + 1 && group.length > 0) {
      yield* groupBlocks(group, name);
      group = [];
    }
    group.push(rows.get(number) ?? new Map());
    last = number;
  }
  if (group.length > 0) yield* groupBlocks(group, name);
  if (notes.length > 0) yield { text: notes.join('\n'), kind: 'text', heading_path: [name] };
}

/** Rows without an empty one between them: titles above, then the table. */
function* groupBlocks(group: Row[], name: string): Generator<TextBlock> {
  const table = [...group];
  while (table[0] && table[0].size === 1 && (group.length === 1 || table.some((row) => row.size > 1))) {
    yield { text: [...table[0].values()].join(' '), kind: 'text', heading_path: [name] };
    table.shift();
  }
  const columns = [...new Set(table.flatMap((row) => [...row.keys()]))].sort((a, b) => a - b);
  yield* tableBlocks(
    table.map((row) => columns.map((column) => row.get(column) ?? '')),
    [name],
  );
}

/** Cells that show something, by row and column; comments go to `notes`. */
function rowsOf(sheet: XLSX.WorkSheet, notes: string[]): Map<number, Row> {
  const rows = new Map<number, Row>();
  const put = (row: number, column: number, text: string) => {
    const cells = rows.get(row) ?? new Map<number, string>();
    cells.set(column, text);
    rows.set(row, cells);
  };
  const data = (sheet as { '!data'?: (XLSX.CellObject | undefined)[][] })['!data'] ?? [];
  data.forEach((cells, row) => {
    cells?.forEach((cell, column) => {
      const text = cell ? shown(cell) : '';
      if (text !== '') put(row, Math.min(column, COLUMNS_MOST), text);
      for (const { a, t } of cell?.c ?? []) notes.push(noteOf(XLSX.utils.encode_cell({ r: row, c: column }), a, t));
    });
  });
  fillMerged(sheet, rows, put);
  return rows;
}

/** Each row of a merged cell reads as if the text stood in it: a row is found alone. */
function fillMerged(sheet: XLSX.WorkSheet, rows: Map<number, Row>, put: (row: number, column: number, text: string) => void): void {
  let left = MERGED_MOST;
  for (const { s, e } of sheet['!merges'] ?? []) {
    const text = rows.get(s.r)?.get(s.c);
    if (text === undefined) continue;
    for (let row = s.r + 1; row <= e.r && left > 0; row += 1, left -= 1) if (rows.has(row)) put(row, s.c, text);
  }
}

function shown({ w, v, t, f }: XLSX.CellObject): string {
  const text = w ?? (v instanceof Date ? v.toISOString() : v === undefined ? '' : String(v));
  if (text === '' && f && t !== 'z') return '';
  return clean(text).trim();
}

const noteOf = (address: string, author: string | undefined, text: string | undefined) =>
  `Note on ${address}${author ? ` by ${clean(author)}` : ''}: ${clean(text ?? '')
    .replace(/\s+/g, ' ')
    .trim()}`;

const FIELDS = { title: 'Title', author: 'Author', subject: 'Subject', keywords: 'Keywords' } as const;

function metadataOf({ Props = {}, SheetNames }: XLSX.WorkBook): Record<string, unknown> {
  const found = Object.entries(FIELDS).map(([key, name]) => [key, clean(String(Props[name] ?? '')).trim()]);
  return { ...Object.fromEntries(found.filter(([, value]) => value !== '')), sheets: SheetNames.length };
}
