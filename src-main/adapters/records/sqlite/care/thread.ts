/** Work on the whole library file in a thread of its own, since SQLite does it in one call that may take long. */
import { Worker } from 'node:worker_threads';
import type { Damage } from '../../../../core/ports/records';

export interface CareTask {
  type: 'compact' | 'check';
  library: string;
}

export type FromCareWorker = { done: Damage[] } | { failed: { message: string; code: string | null } };

/** A failure of SQLite, with its code (SQLITE_FULL…). */
export class CareError extends Error {
  constructor(
    message: string,
    readonly code: string | null,
  ) {
    super(message);
    this.name = 'CareError';
  }
}

/**
 * @param workerPath the bundled `care-worker.cjs`
 * @param signal its abortion ends the thread after the call to SQLite that it is in
 */
export function runCare(workerPath: string, task: CareTask, signal?: AbortSignal): Promise<Damage[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerPath, { workerData: task });
    // A library that is being looked at keeps nobody from leaving.
    if (signal) worker.unref();
    signal?.addEventListener(
      'abort',
      () => {
        void worker.terminate();
        reject(signal.reason);
      },
      { once: true },
    );
    worker.once('message', (message: FromCareWorker) => {
      if ('done' in message) resolve(message.done);
      else reject(new CareError(message.failed.message, message.failed.code));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread that takes care of the library stopped (status ${code})`)));
  });
}
