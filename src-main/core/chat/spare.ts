/** Time that no chat needs: long work takes it, and gives it back as soon as somebody asks. */
export interface Spare {
  signal: AbortSignal;
  /** Said when the work has ended. */
  done(): void;
}

/** @param isIdle whether nobody writes or waits */
export function createSpareTime(isIdle: () => boolean) {
  const waiting = new Set<() => void>();
  const working = new Set<AbortController>();

  function untilIdle(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        waiting.delete(wake);
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
      waiting.add(wake);
    });
  }

  return {
    /** Somebody wants a turn. */
    giveWay(): void {
      for (const one of working) one.abort();
    },
    wake(): void {
      for (const wake of waiting) wake();
    },
    /** Rejects with the signal's reason. */
    async take(signal: AbortSignal): Promise<Spare> {
      while (!isIdle()) await untilIdle(signal);
      signal.throwIfAborted();
      const controller = new AbortController();
      working.add(controller);
      return { signal: AbortSignal.any([signal, controller.signal]), done: () => void working.delete(controller) };
    },
  };
}
