/** Vectors of chunks. Each vector remembers its model, so that two models can live side by side while one replaces the other. */

export interface VectorHit {
  chunk_id: string;
  /** Cosine similarity, -1 to 1. */
  score: number;
}

/** As it lies in the records, of hidden documents, too. */
export interface ChunkVector {
  chunk_id: string;
  document_id: string;
  project_id: string;
  vector: Float32Array;
}

export interface VectorStore {
  engine: string;
  /** Chunks of the document that have no vector of this model yet, in order: what a resumed embed job goes on with. */
  pending(document_id: string, model: string, limit: number): Promise<{ chunk_id: string; text: string; heading_path: string[] }[]>;
  /** How many chunks of the document have a vector of this model. */
  embedded(document_id: string, model: string): Promise<number>;
  /** The vectors of those among these chunks whose text any chunk of the library, or a kept vector, already has one for. */
  known(model: string, chunks: { chunk_id: string }[]): Promise<{ chunk_id: string; vector: Float32Array }[]>;
  /** Keeps the vectors of a document whose chunks are about to go, for the document that comes in its place (or itself, read again). */
  keep(document_id: string, heir_id: string): Promise<void>;
  /** Forgets what was kept for this document, and for any other without an open job. */
  release(document_id: string): Promise<void>;
  /** Stores unit-length vectors; replaces those of the same chunk and model. Updates the document's `embedded_chunks`. */
  add(input: { document_id: string; model: string; vectors: { chunk_id: string; vector: Float32Array }[] }): Promise<void>;
  /**
   * Nearest chunks of searchable documents of the project, best first. Scores are exact cosines; of large projects a near chunk may be
   * missed now and then (recall of the first ten at least 0.99 with embeddings of text).
   */
  search(query: {
    project_id: string;
    model: string;
    vector: Float32Array;
    limit: number;
    document_ids?: string[] | undefined;
    /** Only these chunks are compared. */
    among?: string[] | undefined;
  }): Promise<VectorHit[]>;
  /** The vectors of these chunks; those that are not there are left out. */
  read(model: string, chunk_ids: string[]): Promise<ChunkVector[]>;
  /** How many vectors each model has in the project. */
  tally(project_id: string): Promise<{ model: string; vectors: number }[]>;
  /** Documents (searchable or later) that still lack vectors of this model, oldest first. */
  incomplete(model: string, limit: number, among?: string[]): Promise<string[]>;
  /** Forgets all vectors of a model that nobody searches any more; left out where they may stay. */
  drop?(model: string): Promise<void>;
  /** Forgets what is missing or damaged, so that it counts as lacking; returns how many vectors those are. */
  repair(): Promise<number>;
  close(): Promise<void>;
}
