/** What a Neo4j server or its network answers, as what is wrong with the mirror. */
import { MirrorError, type MirrorTrouble } from '../../core/ports/mirror';

/** A wait that has come to its limit. */
export class TimeoutError extends Error {
  constructor(limitMs: number) {
    super(`no answer in ${limitMs / 1000} s`);
    this.name = 'TimeoutError';
  }
}

const KNOWN: [code: RegExp, trouble: MirrorTrouble][] = [
  [/\.Security\./, 'denied'],
  [/\.Database\.DatabaseNotFound$/, 'unsuitable'],
  [/^(ServiceUnavailable|SessionExpired)$/, 'unreachable'],
];

export function mirrorError(error: unknown): MirrorError {
  if (error instanceof MirrorError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = KNOWN.find(([pattern]) => pattern.test(code));
  const trouble = known?.[1] ?? (error instanceof TimeoutError ? 'slow' : 'failed');
  return new MirrorError(trouble, message, { cause: error });
}
