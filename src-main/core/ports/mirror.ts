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

/** A mirror of vectors that can be asked. */
export interface VectorMirror extends Mirror {
  /**
   * The nearest chunks that it knows, best first; nearly all of them are the true ones. Some may be hidden or gone by now.
   * @returns null when it knows no vectors of this model and project
   */
  nearest(query: {
    project_id: string;
    model: string;
    vector: Float32Array;
    limit: number;
    document_ids?: string[] | undefined;
  }): Promise<string[] | null>;
}

/** What is known of the mirrors at the moment; shared by those who write and those who ask. */
export interface MirrorHealth {
  /** It holds all but what waits, and answers. */
  ready(target: MirrorTarget): boolean;
  works(target: MirrorTarget): void;
  /** It is not asked any more until it works again. */
  failed(target: MirrorTarget, error: unknown): void;
  trouble(target: MirrorTarget): { error: MirrorError; since: Date } | null;
}
