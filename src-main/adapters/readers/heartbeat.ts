/** Signs of life of a parse worker during work that is slow, has a time limit of its own and brings no page for long. */

const BEAT_MS = 5_000;
let listener: () => void = () => undefined;

/** Set once by the thread: passes each beat on. */
export function onBeat(pass: () => void): void {
  listener = pass;
}

/** Beats while `work` goes on. Only for work that ends by itself: it is not counted as silence. */
export async function beating<T>(work: Promise<T>): Promise<T> {
  listener();
  const timer = setInterval(() => listener(), BEAT_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
