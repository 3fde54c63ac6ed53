/** Other servers on the same records: what one of them changes, the others hear of. */

/** Something that another server did, by the ids of it: what is true now stands in the records. */
export type News =
  | { about: 'job' | 'document' | 'setting' | 'token' | 'original_removed'; id: string }
  | { about: 'document_removed' | 'folder'; id: string; project_id: string }
  /** A job that runs on whichever server is to be ended. */
  | { about: 'cancel'; id: string }
  /** Nothing was heard for a while, so that anything may have changed. */
  | { about: 'everything' };

export interface Outage {
  since: string;
  message: string;
}

export interface Peers {
  /** Never of what this server did itself. */
  hear(listener: (news: News) => void): void;
  /** Asks whichever server runs a job to end it. */
  cancel(job_id: string): Promise<void>;
  /** Null while the records can be reached. */
  outage(): Outage | null;
  close(): Promise<void>;
}
