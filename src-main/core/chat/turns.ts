/** Who writes when: a few answers are generated at once, the next ones wait in a bounded line. */
import { AppError } from '../errors';

export interface Turns {
  /** Waits for a turn. Returns its release. Throws UNAVAILABLE when the line is full, and the signal's reason on abort. */
  take(signal: AbortSignal): Promise<() => void>;
}

/** @param retry_after_s said to those who find the line full */
export function createTurns(atOnce: number, longest: number, retry_after_s = 10): Turns {
  const line: (() => void)[] = [];
  let busy = 0;

  /** The turn goes to the next in line without being free in between, or a newcomer would take it as well. */
  function release(): void {
    const next = line.shift();
    if (next) next();
    else busy -= 1;
  }

  async function take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (busy < atOnce) busy += 1;
    else await queue(signal);
    let released = false;
    return () => {
      if (!released) release();
      released = true;
    };
  }

  function queue(signal: AbortSignal): Promise<void> {
    if (line.length >= longest) {
      throw new AppError('UNAVAILABLE', 'Too many answers are being written; try again in a moment.', { retry_after_s });
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        line.splice(line.indexOf(next), 1);
        reject(signal.reason);
      };
      const next = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      line.push(next);
    });
  }

  return { take };
}
