/** The one push stream: a bounded ring of recent changes that any number of followers read at their own pace. */
import type { SystemEvent } from '../../contract/system';
import { LIMITS } from '../limits';

type Unnumbered<T> = T extends unknown ? Omit<T, 'event_id'> : never;
export type Change = Unnumbered<Exclude<SystemEvent, { type: 'missed' }>>;

export interface Events {
  emit(change: Change): void;
  /** Changes may have happened that nobody told: followers hear `missed`. */
  gap(): void;
  /**
   * Changes after `after` (default: from now on), until the signal aborts. A follower keeps no queue of its own:
   * one that is further behind than LIMITS.eventBuffer, or than this process, is told so by `missed` and goes on with what is there.
   */
  follow(after: number | undefined, signal: AbortSignal): AsyncGenerator<SystemEvent>;
}

/** Ids go on growing over restarts, since they start from the clock: a client may resume with an id of the process before. */
export function createEvents(startAt = Date.now()): Events {
  const ring: SystemEvent[] = [];
  const waiting = new Set<() => void>();
  let last = startAt;

  function wakeAll(): void {
    for (const wake of waiting) wake();
    waiting.clear();
  }

  function emit(change: Change): void {
    last += 1;
    ring.push({ ...change, event_id: last } as SystemEvent);
    if (ring.length > LIMITS.eventBuffer) ring.shift();
    wakeAll();
  }

  function gap(): void {
    last += 1;
    ring.length = 0;
    wakeAll();
  }

  const changed = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        waiting.delete(wake);
        resolve();
      };
      waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });

  async function* follow(after: number | undefined, signal: AbortSignal): AsyncGenerator<SystemEvent> {
    let seen = Math.min(after ?? last, last);
    while (!signal.aborted) {
      const oldest = ring[0]?.event_id ?? last + 1;
      if (seen + 1 < oldest) {
        seen = oldest - 1;
        yield { type: 'missed', event_id: seen };
      }
      const next = ring[seen + 1 - oldest];
      if (next === undefined) {
        await changed(signal);
        continue;
      }
      seen = next.event_id;
      yield next;
    }
  }

  return { emit, gap, follow };
}
