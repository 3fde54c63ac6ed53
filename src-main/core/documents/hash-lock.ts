/** One at a time for files with the same bytes: they share one original, which an upload must not find just before a deletion takes it. */
import type { FileStore } from '../ports/file-store';

export type HashLock = <T>(sha256: string, work: () => Promise<T>) => Promise<T>;

/**
 * Work on the same hash runs in the order it was asked for; work on other hashes does not wait.
 * @param claim holds off other servers, where there are some
 */
export function createHashLock(claim: FileStore['claim'] = async () => async () => undefined): HashLock {
  const last = new Map<string, Promise<unknown>>();
  return (sha256, work) => {
    const alone = async () => {
      const release = await claim(sha256);
      return work().finally(release);
    };
    const turn = (last.get(sha256) ?? Promise.resolve()).then(alone, alone);
    const settled = turn
      .catch(() => undefined)
      .then(() => {
        if (last.get(sha256) === settled) last.delete(sha256);
      });
    last.set(sha256, settled);
    return turn;
  };
}
