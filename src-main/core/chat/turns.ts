/** Who writes when: a few answers are generated at once, the next ones wait in a bounded line that serves all callers alike. */
import { AppError } from '../errors';
import { createSpareTime, type Spare } from './spare';

export interface Turns {
  /**
   * Waits for a turn. Returns its release. Callers take turns: who asks for twenty answers at once does not keep another waiting for
   * all of them. Throws UNAVAILABLE when the line is full, and the signal's reason on abort.
   * @param caller the token or the conversation that asks
   */
  take(signal: AbortSignal, caller?: string): Promise<() => void>;
  /**
   * For work that gives way: waits until nobody writes or waits. Its signal aborts as soon as somebody asks for a turn; say `done` when it has ended.
   * Rejects with the signal's reason.
   */
  spare(signal: AbortSignal): Promise<Spare>;
}

interface Waiting {
  caller: string;
  go(): void;
}

/** @param retry_after_s said to those who find the line full */
export function createTurns(atOnce: number, longest: number, retry_after_s = 10): Turns {
  const line: Waiting[] = [];
  /** Callers whose answers are being written, once for each. */
  const served: string[] = [];
  /** When a caller last got a turn; those who wait longest for one go first. */
  const turnOf = new Map<string, number>();
  let turns = 0;
  const spareTime = createSpareTime(() => served.length === 0 && line.length === 0);

  function begin(caller: string): void {
    served.push(caller);
    turns += 1;
    turnOf.set(caller, turns);
  }

  /** First whoever has the fewest answers under way, then whoever was served longest ago, then whoever came first. */
  function next(): Waiting | undefined {
    const rank = ({ caller }: Waiting) => served.filter((one) => one === caller).length * (turns + 1) + (turnOf.get(caller) ?? 0);
    return line.reduce<Waiting | undefined>((best, one) => (best && rank(best) <= rank(one) ? best : one), undefined);
  }

  /** The turn goes to the next in line without being free in between, or a newcomer would take it as well. */
  function release(caller: string): void {
    served.splice(served.indexOf(caller), 1);
    const chosen = next();
    if (chosen) {
      line.splice(line.indexOf(chosen), 1);
      begin(chosen.caller);
      chosen.go();
    } else if (served.length === 0) {
      turnOf.clear();
      spareTime.wake();
    }
  }

  async function take(signal: AbortSignal, caller = ''): Promise<() => void> {
    signal.throwIfAborted();
    spareTime.giveWay();
    if (served.length < atOnce) begin(caller);
    else await queue(signal, caller);
    let released = false;
    return () => {
      if (!released) release(caller);
      released = true;
    };
  }

  function queue(signal: AbortSignal, caller: string): Promise<void> {
    if (line.length >= longest) {
      throw new AppError('UNAVAILABLE', 'Too many answers are being written; try again in a moment.', { retry_after_s });
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        line.splice(line.indexOf(waiting), 1);
        reject(signal.reason);
      };
      const waiting: Waiting = {
        caller,
        go() {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      line.push(waiting);
    });
  }

  return { take, spare: spareTime.take };
}
