/** Runs one backup task in a thread of its own, so that hashing, copying and flushing never hold the main thread. */
import { Worker } from 'node:worker_threads';
import type { BackupFacts } from '../../core/ports/backup';
import { type BackupTask, type FromBackupWorker, unpackError } from './protocol';

/** Rejects with the signal's reason once the thread has ended: nothing is written after that. */
export function runTask(
  workerPath: string,
  task: BackupTask,
  { signal, progress }: { signal: AbortSignal; progress(done: number, total: number): void },
): Promise<BackupFacts | null> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerPath, { workerData: task });
    let outcome: (() => void) | null = null;
    const abort = () => void worker.terminate();
    signal.addEventListener('abort', abort, { once: true });
    worker.on('message', (message: FromBackupWorker) => {
      if (message.type === 'progress') progress(message.done, message.total);
      else if (message.type === 'done') outcome = () => resolve(message.facts);
      else outcome = () => reject(unpackError(message.error));
    });
    worker.on('error', (error) => {
      outcome = () => reject(error);
    });
    worker.on('exit', (code) => {
      signal.removeEventListener('abort', abort);
      if (outcome) outcome();
      else reject(signal.aborted ? signal.reason : new Error(`the backup thread stopped (status ${code})`));
    });
  });
}
