/** What the engine that compares vectors in memory reads from a store, wherever that keeps them. */
import type { VectorHit, VectorStore } from './vector-store';

export type VectorQuery = Parameters<VectorStore['search']>[0];

/** The vectors of one model in one project. */
export interface VectorScope {
  project_id: string;
  model: string;
  dimensions: number;
}

/** `row` is a positive integer that is never given to another chunk. */
export interface StoredVector {
  row: number;
  document_id: string;
  vector: Float32Array;
}

export interface VectorSource {
  /** About how many vectors the scope has: whether holding them in memory pays. */
  count(scope: VectorScope): Promise<number>;
  /**
   * Vectors stored or replaced after `version` (0: all of them), oldest first, about `limit`. The answer's `version` is where the next
   * call goes on; `more` says whether there is something already.
   */
  since(scope: VectorScope, version: number, limit: number): Promise<{ vectors: StoredVector[]; version: number; more: boolean }>;
  /** The vectors of these rows, those that are still there. */
  vectors(scope: VectorScope, rows: number[]): Promise<Map<number, Float32Array>>;
  /** Documents of the project that have vectors and must not be found now. */
  hidden(project_id: string): Promise<string[]>;
  /** The chunks of these rows, those that may be found now. */
  shown(rows: number[]): Promise<Map<number, string>>;
  /** Compares with every stored vector, or with those among which the nearest is looked for: for what is not held in memory. */
  scan(query: VectorQuery): Promise<VectorHit[]>;
}
