/**
 * A server that shows what the records hold: Chroma the vectors, Neo4j the graph. It is told by the outbox (`outbox.ts`) and may be emptied
 * at any time. Every call ends in bounded time and throws MirrorError when the server does not do what it should.
 */
import type { MirrorTarget, OutboxEntry } from './outbox';

/**
 * - `unreachable`: nothing answers there; `slow`: not in time;
 * - `denied`: user, password or token are wrong, or it may not do what it must;
 * - `unsuitable`: no such server, or a version that cannot be used;
 * - `failed`: anything else.
 */
export type MirrorTrouble = 'unreachable' | 'slow' | 'denied' | 'unsuitable' | 'failed';

export class MirrorError extends Error {
  constructor(
    readonly trouble: MirrorTrouble,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface Mirror {
  target: MirrorTarget;
  /** Where it is, without a password. */
  address: string;
  /**
   * Connects, and connects anew where a connection was lost; cheap when all is well.
   * @returns `marked` when `mark` was called since it was last cleared, by this library: what is missing in it waits in the outbox
   */
  open(): Promise<'marked' | 'empty'>;
  /** Takes out everything of this library, its mark first, and makes what it needs (indexes, constraints). Nothing of others is touched. */
  clear(): Promise<void>;
  /** Everything that it lacks was queued. */
  mark(): Promise<void>;
  /** Makes these things in the mirror what they are in the records now; those that are not there any more go. May be repeated. */
  apply(entries: OutboxEntry[]): Promise<void>;
  /** While nothing waits: how it differs from the records, in words; null when it has as much as they have. */
  difference(): Promise<string | null>;
  close(): Promise<void>;
}

/** Whether a mirror can be asked now; whoever asks in vain says so, and it is left alone until it works again. */
export interface MirrorHealth {
  ready(target: MirrorTarget): boolean;
  failed(target: MirrorTarget, error: unknown): void;
}
