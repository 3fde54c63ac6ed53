/** What the core needs of its surroundings: clock, ids, log. Events are the core's own (`core/system/events.ts`). */

export interface Log {
  debug(message: string, facts?: Record<string, unknown>): void;
  info(message: string, facts?: Record<string, unknown>): void;
  warn(message: string, facts?: Record<string, unknown>): void;
  /** Never pass document text or tokens. */
  error(message: string, facts?: Record<string, unknown>): void;
}

export interface Runtime {
  now(): Date;
  /** A new UUIDv7. */
  id(): string;
  log: Log;
  version: string;
  host: 'desktop' | 'headless' | 'cli';
  data_dir: string;
}
