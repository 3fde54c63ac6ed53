/**
 * What other servers still have to be told. The records hold the truth, vectors and graph included; Chroma and Neo4j are mirrors of it.
 * Every change of what a mirror shows leaves an entry here in the same transaction (by triggers), so that no crash and no outage can
 * lose one. An entry only says that something is different now, not how: whoever works it off looks up the present state and makes
 * the mirror the same, which may be done twice without harm.
 */
export type MirrorTarget = 'chroma' | 'neo4j';

export interface OutboxEntry {
  /** Grows with each change of the same thing; an entry is only done when it still has the number that was read. */
  seq: number;
  target: MirrorTarget;
  kind: 'vector' | 'entity' | 'relation' | 'project';
  /** Id of the chunk, entity, relation or project. */
  key: string;
  /** The project it is or was in: what is deleted must still be found there. */
  project_id: string;
  /** Of a vector: its embedding model; else empty. */
  model: string;
}

export interface OutboxRecords {
  /**
   * From now on changes are noted for this target, and everything there is is queued the first time. Done when all of it is queued; what
   * a killed process left unqueued the next call queues.
   * @returns true when it was not mirrored before
   */
  enable(target: MirrorTarget): Promise<boolean>;
  /** Changes are not noted any more, and what waited is dropped: the mirror must be filled anew when it comes back. */
  disable(target: MirrorTarget): Promise<void>;
  enabled(): Promise<MirrorTarget[]>;
  /** Queues everything of this target again: for a mirror that was emptied. */
  refill(target: MirrorTarget): Promise<void>;
  /** Oldest first. */
  take(target: MirrorTarget, limit: number): Promise<OutboxEntry[]>;
  /** Forgets entries that have not changed since they were taken. */
  done(entries: OutboxEntry[]): Promise<void>;
  /** How many wait, of one project or of all. */
  waiting(target: MirrorTarget, project_id?: string): Promise<number>;
  /** Up to `limit` keys of this project that wait, for what must not be missed meanwhile. */
  waitingKeys(target: MirrorTarget, project_id: string, limit: number): Promise<string[]>;
  /**
   * Only one process works off a target at a time: true when this one does. Where the records are this process's own it always does;
   * on a shared database it is a lock that ends with the connection.
   */
  lead(target: MirrorTarget): Promise<boolean>;
}
