/** Lets the calling worker thread, and the threads that it starts, give way to the main thread where cores are short. */
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';

/** Of 19: under contention about a tenth of the main thread's share; on a free core it changes nothing. */
const NICENESS = 10;

/** Linux only, where a priority belongs to a thread; elsewhere it would be the whole process's, so nothing is done. */
export function stepBack(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), NICENESS);
  } catch {
    // A system without /proc works as well, only less smoothly.
  }
}
