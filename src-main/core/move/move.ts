/**
 * Moves a library into another database: originals, then rows, then what is derived; verified before it says so. An interrupted move
 * goes on where it stopped, since rows are written in the order of their keys. The source is only read.
 */
import { createReadStream } from 'node:fs';
import { AppError } from '../errors';
import type { FileStore } from '../ports/file-store';
import type { LibraryRow, LibraryRows } from '../ports/library-rows';
import type { SettingRecords } from '../ports/records';
import { digestOf } from './digest';
import { MOVE_MARK, type MoveMark } from './mark';

/** Rows in one transaction; chunks and vectors are a few KB each. */
const BATCH = 500;
/** Rows with page texts, word boxes or whole documents are large. */
const SMALL_BATCH = 20;
const LARGE = new Set(['documents', 'pages']);
export interface MovedLibrary {
  /** Tells this library from others; without passwords. */
  name: string;
  rows: LibraryRows;
  files: FileStore;
  settings: SettingRecords;
}

export interface MoveStep {
  step: 'originals' | 'rows' | 'derive' | 'verify';
  what: string;
  done: number;
  total: number;
}

export interface MoveReport {
  originals: number;
  /** Rows of each table. */
  tables: Record<string, number>;
}

export interface MoveControl {
  signal: AbortSignal;
  progress(step: MoveStep): void;
}

/**
 * What would be moved; looks at both sides and changes nothing.
 * @param to null where no library was ever made
 */
export async function planMove(from: MovedLibrary, to: MovedLibrary | null): Promise<MoveReport> {
  await requireWhole(from);
  if (to) await requireRoom(from, to);
  return { originals: (await originalsOf(from)).length, tables: await countsOf(from.rows) };
}

/**
 * Copies everything and proves it.
 * @throws AppError CONFLICT when the target holds another library, or when a count or a digest differs at the end
 */
export async function moveLibrary(from: MovedLibrary, to: MovedLibrary, control: MoveControl): Promise<MoveReport> {
  await requireWhole(from);
  await requireRoom(from, to);
  await to.settings.set(MOVE_MARK, { from: from.name, finished: false } satisfies MoveMark);
  const originals = await copyOriginals(from, to, control);
  for (const table of from.rows.tables) await copyTable(table, from.rows, to.rows, control);
  control.progress({ step: 'derive', what: 'full text and indexes', done: 0, total: 1 });
  await to.rows.finish();
  await verify(from, to, originals, control);
  await to.settings.set(MOVE_MARK, { from: from.name, finished: true } satisfies MoveMark);
  return { originals: originals.length, tables: await countsOf(to.rows) };
}

async function requireWhole(from: MovedLibrary): Promise<void> {
  const half = (await from.settings.get(MOVE_MARK)) as MoveMark | undefined;
  if (half?.finished === false) {
    throw new AppError('CONFLICT', `${from.name} is not whole: a move from ${half.from} into it has not ended. Finish that one first.`);
  }
}

/** The target is empty, or this move has begun there. */
async function requireRoom(from: MovedLibrary, to: MovedLibrary): Promise<void> {
  const mark = (await to.settings.get(MOVE_MARK)) as MoveMark | undefined;
  if (mark?.finished === false) {
    if (mark.from === from.name) return;
    throw new AppError('CONFLICT', `${to.name} holds an unfinished move from ${mark.from}; finish that one, or empty it first.`);
  }
  if ((await to.rows.count('projects')) > 0) {
    throw new AppError('CONFLICT', `${to.name} already holds a library; a library can only be moved to where none is.`);
  }
}

async function originalsOf({ files }: MovedLibrary): Promise<string[]> {
  const all: string[] = [];
  for await (const sha256 of files.list()) all.push(sha256);
  return all.sort();
}

async function countsOf(rows: LibraryRows): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of rows.tables) counts[table] = await rows.count(table);
  return counts;
}

async function copyOriginals(from: MovedLibrary, to: MovedLibrary, { signal, progress }: MoveControl): Promise<string[]> {
  const wanted = await originalsOf(from);
  const there = new Set(await originalsOf(to));
  for (const [index, sha256] of wanted.entries()) {
    signal.throwIfAborted();
    progress({ step: 'originals', what: 'originals', done: index, total: wanted.length });
    if (!there.has(sha256)) await copyOriginal(sha256, from, to);
  }
  return wanted;
}

async function copyOriginal(sha256: string, from: MovedLibrary, to: MovedLibrary): Promise<void> {
  const staged = await to.files.stage(createReadStream(await from.files.ready(sha256)), Number.MAX_SAFE_INTEGER);
  if (staged.sha256 !== sha256) {
    await to.files.discard(staged);
    throw new AppError(
      'CONFLICT',
      `The original ${sha256} is damaged in ${from.name}: its bytes have another hash. Nothing was lost; repair it there first.`,
    );
  }
  await to.files.keep(staged);
}

async function copyTable(table: string, from: LibraryRows, to: LibraryRows, { signal, progress }: MoveControl): Promise<void> {
  const total = await from.count(table);
  const limit = LARGE.has(table) ? SMALL_BATCH : BATCH;
  let done = await to.count(table);
  for (let after = await to.last(table); ; ) {
    signal.throwIfAborted();
    progress({ step: 'rows', what: table, done, total });
    const rows = await from.read(table, after, limit);
    const last = rows.at(-1);
    if (last === undefined) return;
    await to.write(table, rows);
    after = last;
    done += rows.length;
  }
}

async function verify(from: MovedLibrary, to: MovedLibrary, originals: string[], { signal, progress }: MoveControl): Promise<void> {
  const there = new Set(await originalsOf(to));
  const missing = originals.filter((sha256) => !there.has(sha256));
  if (missing.length > 0) throw differs(to, `${missing.length} originals are missing`);
  for (const [index, table] of from.rows.tables.entries()) {
    progress({ step: 'verify', what: table, done: index, total: from.rows.tables.length });
    const limit = LARGE.has(table) ? SMALL_BATCH : BATCH;
    const theirs = to.rows.properties(table);
    const both = from.rows.properties(table).filter((property) => theirs.includes(property));
    const [here, beyond] = [
      await digestOf(read(from.rows, table, limit, signal), both),
      await digestOf(read(to.rows, table, limit, signal), both),
    ];
    if (here.rows !== beyond.rows) throw differs(to, `${table} has ${beyond.rows} rows instead of ${here.rows}`);
    if (here.digest !== beyond.digest) throw differs(to, `the rows of ${table} are not the same`);
  }
}

const differs = (to: MovedLibrary, how: string) =>
  new AppError('CONFLICT', `The copy in ${to.name} is not the same: ${how}. The source is untouched; empty the target and move again.`);

async function* read(rows: LibraryRows, table: string, limit: number, signal: AbortSignal): AsyncGenerator<LibraryRow> {
  for (let after: LibraryRow | null = null; ; ) {
    signal.throwIfAborted();
    const some: LibraryRow[] = await rows.read(table, after, limit);
    const last = some.at(-1);
    if (last === undefined) return;
    yield* some;
    after = last;
  }
}
