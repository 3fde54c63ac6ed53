/** Files within an office document or a book, as blocks of its text: pictures that are its only content, pages of other formats. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DocumentError } from '../../core/errors';
import type { Package } from './package';
import type { TextBlock } from './parts';
import type { SourceFile } from './reader';

/** With fewer letters than these, a page is what its pictures show; a number or a signature is no more. */
export const FEW_LETTERS = 40;
/** Pictures of one document whose text is recognised. */
const MOST_PICTURES = 500;

export const lettersOf = (blocks: TextBlock[]) => blocks.reduce((sum, { text }) => sum + text.length, 0);

/** What the reader of its kind finds in a part of a package; nothing when there is none, or it finds nothing. */
export async function embeddedBlocks(source: SourceFile, file: Package, name: string): Promise<TextBlock[]> {
  const bytes = file.bytes(name);
  if (!bytes || bytes.length === 0) return [];
  const path = join(source.scratch, `embedded-${randomUUID()}`);
  try {
    await mkdir(source.scratch, { recursive: true });
    await writeFile(path, bytes);
    return await blocksOf(source, path, name.split('/').at(-1) ?? name);
  } catch (error) {
    if (error instanceof DocumentError && !error.retryable) return [];
    throw error;
  } finally {
    await rm(path, { force: true });
  }
}

/** The texts of pictures, one after the other. */
export async function pictureBlocks(source: SourceFile, file: Package, names: string[]): Promise<TextBlock[]> {
  const found: TextBlock[] = [];
  for (const name of [...new Set(names)].slice(0, MOST_PICTURES)) found.push(...(await embeddedBlocks(source, file, name)));
  return found;
}

async function blocksOf(source: SourceFile, path: string, filename: string): Promise<TextBlock[]> {
  const reading = await source.inner({ path, filename });
  const found: TextBlock[] = [];
  for await (const { text, blocks } of reading?.parts ?? []) {
    for (const { start, end, kind, heading_path } of blocks) found.push({ text: text.slice(start, end), kind, heading_path });
  }
  return found;
}
