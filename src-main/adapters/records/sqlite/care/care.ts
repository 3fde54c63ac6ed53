/** Taking care of the library file while the program uses it. */
import { stat, writeFile } from 'node:fs/promises';
import { AppError } from '../../../../core/errors';
import type { Damage, LibraryCare } from '../../../../core/ports/records';
import type { Connection } from '../database';
import { compactLibrary } from './compact';
import { checkLibrary } from './examine';
import { rebuildFullText } from './full-text';
import { CareError, runCare } from './thread';

/** How long a writer waits for another connection, in milliseconds: usually, and while the file is written anew. */
const PATIENCE = { usual: 5_000, compacting: 600_000 };

interface Parts {
  sql: Connection;
  path: string;
  /** The bundled `care-worker.cjs`; null: the work is done in this thread. */
  workerPath: string | null;
  /** Found when it was opened. */
  known: Damage[];
}

export function createCare({ sql, path, workerPath, known }: Parts): LibraryCare {
  return {
    size: () => sizeOf(path),
    async compact() {
      sql.pragma(`busy_timeout = ${PATIENCE.compacting}`);
      try {
        if (workerPath === null) compactLibrary(path);
        else await runCare(workerPath, { type: 'compact', library: path });
      } catch (error) {
        throw inWords(error);
      } finally {
        sql.pragma(`busy_timeout = ${PATIENCE.usual}`);
      }
    },
    async check(signal) {
      if (workerPath === null || (await sizeOf(path)) <= CHECKED_HERE) return [...known, ...checkLibrary(path)];
      return [...known, ...(await runCare(workerPath, { type: 'check', library: path }, signal))];
    },
    rebuildFullText: () => rebuildFullText(sql),
    reindex: async (table) => void sql.exec(`REINDEX "${table.replaceAll('"', '')}"`),
    resetGraph: async () => void sql.transaction(() => sql.exec(EMPTY_GRAPH))(),
    repairAtStart: (reason) => writeFile(repairMark(path), `${JSON.stringify({ reason })}\n`, { mode: 0o600, flush: true }),
  };
}

/** Of a library of this size a check takes less time than the start of a thread. */
const CHECKED_HERE = 4 * 1024 * 1024;

/** Triggers keep the counts of entities and relations, so these go first. */
const EMPTY_GRAPH = `
  DELETE FROM graph_progress; DELETE FROM relations; DELETE FROM entities; DELETE FROM mentions; DELETE FROM relation_evidence; DELETE FROM entity_words;
  DELETE FROM entity_aliases; DELETE FROM deep_reads`;

/** Beside the library while the next start has to save what can be read of it. */
export const repairMark = (library: string): string => `${library}.repair`;

async function sizeOf(path: string): Promise<number> {
  const sizes = await Promise.all([path, `${path}-wal`].map((file) => stat(file).catch(() => ({ size: 0 }))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

function inWords(error: unknown): unknown {
  if (!(error instanceof CareError)) return error;
  const reason = error.code?.replace('SQLITE_', '') ?? '';
  if (reason.startsWith('FULL')) return new AppError('CONFLICT', 'There is not enough room on the disk to write the library anew.');
  if (reason.startsWith('BUSY')) return new AppError('CONFLICT', 'Another program is using the library file; try again when it has ended.');
  return error;
}
