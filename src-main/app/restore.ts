/** Puts a library that waits for it in the place of the present one, before anything opens either. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { carryOver } from '../adapters/records/sqlite/adopt';
import type { Log } from '../core/ports/runtime';

const waiting = z.object({ kept_at: z.string() });
/** The library, which goes before what SQLite keeps beside it; then the originals. */
const PIECES = [['library.sqlite', 'library.sqlite-wal', 'library.sqlite-shm'], ['files']] as const;

/**
 * Each step is a renaming, and what still lies in `restore-ready` tells which were done: killed at any point, the next start goes on.
 * Only the process that claimed the data folder may call it.
 */
export function finishRestore(dataDir: string, log: Log): void {
  const ready = join(dataDir, 'restore-ready');
  if (!existsSync(join(ready, 'restore.json'))) return;
  const { kept_at } = waiting.parse(JSON.parse(readFileSync(join(ready, 'restore.json'), 'utf8')));
  const kept = join(dataDir, basename(kept_at));
  mkdirSync(kept, { recursive: true });
  keepWhatIsOurs(dataDir, ready, log);
  for (const piece of PIECES) swap(piece, { dataDir, ready, kept });
  rmSync(ready, { recursive: true, force: true });
  log.info('the library of a backup took the place of the one before', { kept });
}

/** A present library that cannot be read must not keep its backup from being restored. */
function keepWhatIsOurs(dataDir: string, ready: string, log: Log): void {
  const [present, coming] = [join(dataDir, 'library.sqlite'), join(ready, 'library.sqlite')];
  if (!existsSync(present) || !existsSync(coming)) return;
  try {
    carryOver(present, coming);
  } catch (error) {
    log.warn('tokens and audit log could not be taken over into the restored library', { reason: String(error) });
  }
}

/** The first name of a piece is the one that comes back; while it waits, what lies in the data folder is still the old piece. */
function swap(names: readonly [string, ...string[]], { dataDir, ready, kept }: Record<'dataDir' | 'ready' | 'kept', string>): void {
  if (!existsSync(join(ready, names[0]))) return;
  for (const name of names) if (existsSync(join(dataDir, name))) renameSync(join(dataDir, name), join(kept, name));
  renameSync(join(ready, names[0]), join(dataDir, names[0]));
}
