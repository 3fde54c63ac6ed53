/** Ends a host in order: signals stop the backend, a time limit guards the stop, expected errors become one line. */
import { AppError } from '../core/errors';
import { LIMITS } from '../core/limits';
import { ConfigError } from './config';
import { InstanceError } from './instance';

/** On SIGTERM, SIGINT or SIGHUP: stop, then exit 0; exit 1 when stopping takes longer than LIMITS.shutdownMs. */
export function stopOnSignals(stop: () => Promise<void>): void {
  const end = () => {
    setTimeout(() => process.exit(1), LIMITS.shutdownMs).unref();
    void stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  // Not `once`: a library that finds no other listener left (signal-exit does so) would end the process by the signal itself.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
}

/** One line on stderr. Exit status: 2 for a bad option, 3 for a second instance, 1 for the rest. */
export function exitWith(error: unknown): never {
  const expected = error instanceof ConfigError || error instanceof InstanceError || error instanceof AppError;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`pressmark: ${expected ? message : `could not start: ${message}`}\n`);
  process.exit(error instanceof ConfigError ? 2 : error instanceof InstanceError ? 3 : 1);
}
