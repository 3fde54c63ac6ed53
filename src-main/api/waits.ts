/** Small ways to wait: a promise that is settled from elsewhere, and a place among a bounded number. */

export interface Later<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

/** Its rejection counts as heard, also when nobody waits for it. */
export function later<T>(): Later<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((resolvePromise, rejectPromise) => {
    resolve = resolvePromise;
    reject = rejectPromise;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

export interface Slots {
  /** Waits in line for a place. */
  take(): Promise<void>;
  free(): void;
}

/** `places` at once; whoever waits is bounded by the caller. */
export function createSlots(places: number): Slots {
  const line: (() => void)[] = [];
  let taken = 0;
  return {
    async take() {
      if (taken < places) taken += 1;
      else await new Promise<void>((resolve) => line.push(resolve));
    },
    free() {
      const next = line.shift();
      if (next) next();
      else taken -= 1;
    },
  };
}
