/** A log that says nothing. */
import type { Log } from '../../src-main/core/ports/runtime';

export const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
