/** One at a time for files with the same bytes: they share one original, which an upload must not find just before a deletion takes it. */

export type HashLock = <T>(sha256: string, work: () => Promise<T>) => Promise<T>;

/** Work on the same hash runs in the order it was asked for; work on other hashes does not wait. */
export function createHashLock(): HashLock {
  const last = new Map<string, Promise<unknown>>();
  return (sha256, work) => {
    const turn = (last.get(sha256) ?? Promise.resolve()).then(work, work);
    const settled = turn
      .catch(() => undefined)
      .then(() => {
        if (last.get(sha256) === settled) last.delete(sha256);
      });
    last.set(sha256, settled);
    return turn;
  };
}
