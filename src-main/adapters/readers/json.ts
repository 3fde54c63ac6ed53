/** Reading JSON and JSON lines: each value after the path of its key, so that a passage tells what its figures are. */
import { readFile } from 'node:fs/promises';
import { clean, decodeText } from './decode';
import { partsOf, type TextBlock } from './parts';
import type { Reading, SourceFile } from './reader';
import { tableBlocks } from './tables';
import { paragraphsOf } from './text';

/** Larger files stay as they are: their objects would take many times as much. */
const PARSED_LENGTH = 32 * 1024 * 1024;
/** Levels written as a path; deeper ones are written as JSON. */
const MAX_DEPTH = 12;
/** Records of this many fields at most make a table. */
const TABLE_COLUMNS = 20;
const CELL_LENGTH = 200;

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Opens a file of one JSON value, or of one a line; what is neither is read as text. */
export async function readJson({ path }: SourceFile): Promise<Reading> {
  const { text, encoding } = decodeText(await readFile(path));
  const values = text.length > PARSED_LENGTH ? null : valuesOf(text);
  const blocks: Iterable<TextBlock> = values ? blocksOf(values.length === 1 ? (values[0] as Json) : values, []) : paragraphsOf(text);
  return { total: null, paged: false, metadata: () => ({ encoding }), parts: partsOf(blocks) };
}

function valuesOf(text: string): Json[] | null {
  try {
    return [JSON.parse(text) as Json];
  } catch {
    try {
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      return lines.length > 1 ? lines.map((line) => JSON.parse(line) as Json) : null;
    } catch {
      return null;
    }
  }
}

function* blocksOf(value: Json, path: string[], depth = 0): Generator<TextBlock> {
  if (Array.isArray(value)) yield* listBlocks(value, path, depth);
  else if (isRecord(value)) yield* recordBlocks(value, path, depth);
  else yield { text: scalar(value), kind: 'text', heading_path: path };
}

/** Records of the same few fields make a table, others a block each. */
function* listBlocks(list: Json[], path: string[], depth: number): Generator<TextBlock> {
  const columns = columnsOf(list);
  if (columns) {
    const rows = list.map((record) => columns.map((column) => scalar((record as Record<string, Json>)[column] ?? null)));
    return yield* tableBlocks([columns, ...rows], path);
  }
  if (list.every((item) => !isBranch(item))) {
    return yield { text: list.map((item) => `- ${scalar(item)}`).join('\n'), kind: 'text', heading_path: path };
  }
  for (const item of list) yield* branchBlocks(item, path, depth);
}

function* recordBlocks(record: Record<string, Json>, path: string[], depth: number): Generator<TextBlock> {
  const own = Object.entries(record).filter(([, value]) => !isLarge(value));
  if (own.length > 0) yield { text: own.flatMap(([key, value]) => linesOf(value, key, 1)).join('\n'), kind: 'text', heading_path: path };
  for (const [key, value] of Object.entries(record)) if (isLarge(value)) yield* branchBlocks(value, [...path, heading(key)], depth);
}

/** Further down, values are written in lines. */
function* branchBlocks(value: Json, path: string[], depth: number): Generator<TextBlock> {
  if (depth < MAX_DEPTH / 2) yield* blocksOf(value, path, depth + 1);
  else yield { text: linesOf(value, '', 1).join('\n'), kind: 'text', heading_path: path };
}

/** "address.city: Oslo" */
function linesOf(value: Json, key: string, depth: number): string[] {
  if (!isBranch(value)) return [key === '' ? scalar(value) : `${clean(key)}: ${scalar(value)}`];
  if (depth > MAX_DEPTH) return [`${clean(key)}: ${deep(value)}`];
  const entries = Array.isArray(value) ? value.map((item, at) => [String(at + 1), item] as const) : Object.entries(value);
  return entries.flatMap(([name, item]) => linesOf(item, key === '' ? name : `${key}.${name}`, depth + 1));
}

/** JSON.stringify goes as deep as the stack, which a hostile file goes beyond. */
function deep(value: Json): string {
  try {
    return clean(JSON.stringify(value));
  } catch {
    return '…';
  }
}

function columnsOf(list: Json[]): string[] | null {
  if (list.length < 2 || !list.every(isRecord)) return null;
  const columns = [...new Set((list as Record<string, Json>[]).flatMap((record) => Object.keys(record)))];
  const flat = (list as Record<string, Json>[]).every((record) =>
    Object.values(record).every((value) => !isBranch(value) && scalar(value).length <= CELL_LENGTH),
  );
  const filled =
    (list as Record<string, Json>[]).reduce((sum, record) => sum + Object.keys(record).length, 0) / (list.length * columns.length);
  return flat && columns.length > 0 && columns.length <= TABLE_COLUMNS && filled > 0.5 ? columns : null;
}

const isRecord = (value: Json): value is Record<string, Json> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isBranch = (value: Json): value is Json[] | Record<string, Json> => typeof value === 'object' && value !== null;
/** Worth a heading of its own. */
const isLarge = (value: Json) =>
  isBranch(value) && (Array.isArray(value) ? value.some(isBranch) || value.length > 20 : Object.keys(value).length > 3);
const scalar = (value: Json) =>
  typeof value === 'string' ? clean(value) : value === null ? '' : isBranch(value) ? deep(value) : String(value);
const heading = (key: string) => clean(key).replace(/\s+/g, ' ').slice(0, 100);
