/** Requests that may be sent twice: the first answer is kept for a day and given again. */
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { KeptAnswer } from '../ports/access';

const HOUR_MS = 3_600_000;

/** What an earlier request with the same key left: its answer, or why there is none. Null: this is the first. */
export type Earlier = KeptAnswer | 'unfinished' | 'other request' | null;

export function createIdempotencyKeys({ records, runtime }: Pick<Ports, 'records' | 'runtime'>) {
  let trimmed_ms = 0;

  async function trim(unfinished: boolean): Promise<void> {
    const now = runtime.now().getTime();
    if (!unfinished && now - trimmed_ms < HOUR_MS) return;
    trimmed_ms = now;
    const before = new Date(now - LIMITS.idempotencyHours * HOUR_MS).toISOString();
    await records.idempotency.trim(before, LIMITS.idempotencyKeys, unfinished);
  }

  return {
    /** Gives free what a process that died was still answering. */
    recover: () => trim(true),
    async begin(owner: string, key: string, fingerprint: string): Promise<Earlier> {
      await trim(false);
      const earlier = await records.idempotency.begin(owner, key, fingerprint, runtime.now().toISOString());
      if (!earlier) return null;
      if (earlier.fingerprint !== fingerprint) return 'other request';
      return earlier.answer ?? 'unfinished';
    },
    finish: (owner: string, key: string, answer: KeptAnswer) => records.idempotency.finish(owner, key, answer),
    release: (owner: string, key: string) => records.idempotency.release(owner, key),
  };
}
