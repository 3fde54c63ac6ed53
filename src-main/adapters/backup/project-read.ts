/** Opens the archive of a project. Its names are only names: nothing is ever written to a place that the archive chose. */
import { stat } from 'node:fs/promises';
import { AppError } from '../../core/errors';
import { LIMITS } from '../../core/limits';
import type { OpenArchive } from '../../core/ports/project-archive';
import { type Entry, isEncrypted, openZip } from './zip';

/** Stored and deflated. */
const METHODS = new Set([0, 8]);

export async function openProject(path: string): Promise<OpenArchive> {
  const { size } = await stat(path);
  const { entries, read, close } = await openZip(path, { faultOf, refused });
  return {
    size_bytes: size,
    members: new Map([...entries].map(([name, { uncompressedSize }]) => [name, uncompressedSize])),
    async read(name) {
      const entry = entries.get(name);
      if (!entry) throw refused(`${JSON.stringify(name.slice(0, 100))} is missing`);
      return read(entry);
    },
    close,
  };
}

const refused = (reason: string) =>
  new AppError('VALIDATION_FAILED', `This is no whole archive of a project: ${reason.replace(/\.*$/, '.')}`);

function faultOf(entry: Entry, earlier: Map<string, Entry>): string | null {
  const name = JSON.stringify(entry.fileName.slice(0, 100));
  if (earlier.has(entry.fileName)) return `it holds ${name} twice`;
  if (earlier.size >= LIMITS.archiveDocuments) return `it holds more than ${LIMITS.archiveDocuments} members`;
  if (isEncrypted(entry)) return 'its members are encrypted';
  return METHODS.has(entry.compressionMethod) ? null : `${name} is compressed in a way that Pressmark does not know`;
}
