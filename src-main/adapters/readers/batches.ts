/** Parts as a reader gives them → batches of page rows and chunks with their final offsets in the document's content. */
import { chunkPage } from '../../core/documents/chunk';
import { codePointLength, toCodePoint } from '../../core/documents/code-points';
import { createPacker } from '../../core/documents/words';
import { DocumentError } from '../../core/errors';
import { LIMITS } from '../../core/limits';
import type { ReadBatch, ReadResult } from '../../core/ports/document-reader';
import type { PageRow } from '../../core/ports/records';
import { tidy, tidyAll } from './hygiene';
import type { Part, PartWord, Reading } from './reader';

/** Enough that messages are few, little enough that progress is seen and a commit is short. */
const PARTS_PER_BATCH = 8;
/** What stands between two parts in the content. */
const BETWEEN = '\n\n';

/** Sends all batches of a reading in order, each after the one before was taken, and returns what is known at the end. */
export async function readInBatches(reading: Reading, send: (batch: ReadBatch) => Promise<void>): Promise<ReadResult> {
  const texts: string[] = [];
  let batch: ReadBatch = { pages: [], chunks: [], done: 0, total: reading.total };
  let char_start = 0;
  let ordinal = 0;
  let length = 0;
  // A mail has no pages, but what is attached to it may.
  let { paged } = reading;
  for await (const part of reading.parts) {
    paged ||= part.page !== null;
    const row = rowOf(part, texts.length + 1, char_start);
    const chunks = chunkPage({ text: part.text, char_start, page: part.page, blocks: part.blocks }, ordinal);
    texts.push(part.text);
    length += part.text.length;
    if (length > LIMITS.contentLength) throw tooLong();
    char_start = row.char_end + BETWEEN.length;
    ordinal += chunks.length;
    batch.pages.push(row);
    batch.chunks.push(...chunks);
    batch.done = texts.length;
    if (batch.pages.length < PARTS_PER_BATCH) continue;
    await send(batch);
    batch = { pages: [], chunks: [], done: texts.length, total: reading.total };
  }
  if (batch.pages.length > 0) await send(batch);
  return {
    content: texts.join(BETWEEN),
    pages: paged ? texts.length : null,
    metadata: tidyAll(reading.metadata()) as Record<string, unknown>,
  };
}

const tooLong = () =>
  new DocumentError(
    'TOO_LARGE',
    `This file holds more than ${LIMITS.contentLength / 1_000_000} million characters.`,
    'Split it into smaller files.',
  );

function rowOf({ text, page, label, width, height, words }: Part, number: number, char_start: number): PageRow {
  const offset = codePointOffsets(text);
  return {
    page: page ?? number,
    label: label ? tidy(label) : null,
    text,
    char_start,
    char_end: char_start + codePointLength(text),
    width,
    height,
    words: packed(words, offset),
  };
}

/** Offsets are asked for in rising order. */
function packed(words: PartWord[], offset: (utf16: number) => number): Uint8Array {
  const packer = createPacker(words.length);
  for (const word of words) packer.add(offset(word.start), offset(word.end), word.x, word.y, word.width, word.height);
  return packer.bytes();
}

/** UTF-16 → code points; most pages have nothing beyond 16 bits, where the two are the same. Cheapest for rising offsets. */
function codePointOffsets(text: string): (utf16: number) => number {
  if (codePointLength(text) === text.length) return (utf16) => utf16;
  let from = 0;
  let passed = 0;
  return (utf16) => {
    if (utf16 < from) return toCodePoint(text, utf16);
    passed += codePointLength(text.slice(from, utf16));
    from = utf16;
    return passed;
  };
}
