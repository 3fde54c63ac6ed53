/** Results of recognition are kept per page in the document's scratch folder: work that was interrupted goes on where it stopped. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Picture, type RecogniseOptions, type Recognition, recognise } from './recognise';

/** Raise it when results change: those of an older program are then made anew. */
const VERSION = 2;

/**
 * Recognises a page, or gives what was kept for it. `key` names the page within its document ("page 12"); `makePicture` is called only
 * when nothing is kept. A kept page teaches `options.memory` its language as a fresh one does.
 * @throws DocumentError as `recognise` does
 */
export async function recogniseCached(
  scratch: string,
  key: string,
  makePicture: () => Promise<Picture> | Picture,
  options: RecogniseOptions = {},
): Promise<Recognition> {
  const folder = join(scratch, 'ocr');
  const path = join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
  const kept = await readKept(path, key);
  if (kept) {
    if (options.memory && kept.language !== null) options.memory.language = kept.language;
    return kept;
  }
  const found = await recognise(await makePicture(), options);
  await mkdir(folder, { recursive: true });
  const draft = `${path}.${process.pid}.part`;
  await writeFile(draft, JSON.stringify({ version: VERSION, key, recognition: found }), { flush: true });
  await rename(draft, path);
  return found;
}

/** Null for what is missing, half-written, of another version or another page. */
async function readKept(path: string, key: string): Promise<Recognition | null> {
  try {
    const kept: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof kept !== 'object' || kept === null || !('version' in kept) || !('key' in kept) || !('recognition' in kept)) return null;
    return kept.version === VERSION && kept.key === key && isRecognition(kept.recognition) ? kept.recognition : null;
  } catch {
    return null;
  }
}

function isRecognition(value: unknown): value is Recognition {
  if (typeof value !== 'object' || value === null || !('lines' in value) || !Array.isArray(value.lines)) return false;
  const { width, height } = value as Partial<Recognition>;
  if (typeof width !== 'number' || typeof height !== 'number') return false;
  return value.lines.every((line) => typeof line?.paragraph === 'number' && Array.isArray(line.words) && line.words.every(isWord));
}

function isWord(word: unknown): boolean {
  if (typeof word !== 'object' || word === null || !('text' in word) || typeof word.text !== 'string') return false;
  const { x, y, width, height } = word as Record<string, unknown>;
  return [x, y, width, height].every((side) => typeof side === 'number' && Number.isFinite(side));
}
