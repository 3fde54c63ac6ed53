/** What the backup worker is told, and what it tells: one task for each thread. */
import { AppError, JobError } from '../../core/errors';
import type { BackupFacts } from '../../core/ports/backup';
import type { WriteTask } from './write';

/** Unpack `archive` into the empty folder `folder` and make what is in it ready to use. */
export interface UnpackTask {
  archive: string;
  folder: string;
}

export type BackupTask = { library: string; migrations: string } & (
  | { type: 'write'; write: WriteTask }
  | { type: 'unpack'; unpack: UnpackTask }
);

type Known =
  | { type: 'app'; code: AppError['code']; message: string; details: Record<string, unknown> }
  | { type: 'job'; code: string; message: string; action: string | null }
  | { type: 'other'; message: string };

export type FromBackupWorker =
  | { type: 'progress'; done: number; total: number }
  | { type: 'done'; facts: BackupFacts | null }
  | { type: 'failed'; error: Known };

/** Classes do not survive the way between threads. */
export function packError(error: unknown): Known {
  if (error instanceof AppError) return { type: 'app', code: error.code, message: error.message, details: error.details };
  if (error instanceof JobError) return { type: 'job', code: error.code, message: error.message, action: error.action };
  return { type: 'other', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

export function unpackError(error: Known): Error {
  if (error.type === 'app') return new AppError(error.code, error.message, error.details);
  if (error.type === 'job') return new JobError(error.code, error.message, error.action);
  return new Error(error.message);
}
