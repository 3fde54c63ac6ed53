/** Opening a file with the reader of its kind, and files within files with theirs. */
import { access } from 'node:fs/promises';
import { DocumentError } from '../../core/errors';
import { LIMITS } from '../../core/limits';
import type { ReadInput } from '../../core/ports/document-reader';
import { detectKind } from './detect';
import { readerFor } from './formats';
import type { Reading, SourceFile } from './reader';

/** Archives in archives, mails in mails. */
const MAX_DEPTH = 8;

/**
 * Opens a file.
 * @throws DocumentError ORIGINAL_MISSING, UNSUPPORTED_TYPE, TOO_DEEP, and whatever its reader finds
 */
export async function openFile(input: ReadInput): Promise<Reading> {
  await access(input.path).catch(() => {
    throw originalMissing();
  });
  return open({ ...input, budget: { bytes: LIMITS.expandedBytes } }, 0);
}

async function open({ mime_type, ...file }: ReadInput & Pick<SourceFile, 'budget'>, depth: number): Promise<Reading> {
  const reader = await readerFor(mime_type);
  if (!reader) throw new DocumentError('UNSUPPORTED_TYPE', `Pressmark cannot read files of the kind ${mime_type} yet.`);
  return reader({
    ...file,
    async inner({ path, filename }) {
      if (depth >= MAX_DEPTH) throw tooDeep();
      const kind = await detectKind(path, filename);
      return kind === null ? null : open({ ...file, path, filename, mime_type: kind }, depth + 1);
    },
  });
}

const originalMissing = () =>
  new DocumentError(
    'ORIGINAL_MISSING',
    'The original of this document is not in the library folder any more.',
    'Upload the file again: it takes its old place.',
  );
const tooDeep = () =>
  new DocumentError(
    'TOO_DEEP',
    `Files within files were followed ${MAX_DEPTH} levels deep and no further.`,
    'Unpack it, then upload the files that you need.',
  );
