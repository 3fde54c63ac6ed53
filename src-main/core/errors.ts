/** The one error that the core throws on purpose; anything else is a bug and is answered as INTERNAL. */
import type { ErrorCode } from '../contract/errors';

/** An expected failure with a contract code, a sentence for people and facts for programs. */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'AppError';
  }
}

/** NOT_FOUND that names what was looked for. */
export function notFound(kind: string, id: string): AppError {
  return new AppError('NOT_FOUND', `There is no ${kind} with the id ${id}.`, { [kind]: id });
}

const FULL = new Set<unknown>(['ENOSPC', 'EDQUOT', 'SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE']);
const READ_ONLY = new Set<unknown>(['EROFS', 'SQLITE_READONLY', 'SQLITE_READONLY_DIRECTORY', 'SQLITE_READONLY_DBMOVED']);

/** UNAVAILABLE for a server that Pressmark needs and cannot reach. */
export const outage = (engine: string, message: string) => new AppError('UNAVAILABLE', message, { engine });

const isOutage = ({ code, details }: AppError) => code === 'UNAVAILABLE' && 'engine' in details;

/** DISK_FULL or UNAVAILABLE when the disk of the library takes nothing more; null for any other error. */
export function storageFault(error: unknown): AppError | null {
  // A job that says itself what is full means another disk, with figures: that of the models, or of the backup.
  if (error instanceof JobError) return null;
  if (error instanceof AppError) return error.code === 'DISK_FULL' || isOutage(error) ? error : null;
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'DISK_FULL' || FULL.has(code))
    return new AppError('DISK_FULL', 'The disk that holds the library is full; free some space, then try again.');
  if (READ_ONLY.has(code))
    return new AppError('UNAVAILABLE', 'The folder of the library cannot be written; check its permissions and its disk.');
  return null;
}

/** PRECONDITION_FAILED that tells the present version. */
export function outdated(kind: string, version: number): AppError {
  return new AppError('PRECONDITION_FAILED', `This ${kind} was changed since you last read it; read it again, then change it.`, {
    version,
  });
}

/**
 * Why one job cannot do its work: ends it as `failed` and leaves the rest alone.
 * `retryable` failures (a worker crashed, the disk was busy) are tried again with back-off.
 */
export class JobError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly action: string | null = null,
    readonly retryable = false,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** Why one document cannot be used. */
export class DocumentError extends JobError {}
