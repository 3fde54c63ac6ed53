/** What the graph's thread is asked, and what it answers. */
import type { ChunkGraph, Edges, UnreadChunk } from '../../core/ports/graph';

export type ToGraphWorker =
  | { type: 'read'; document_id: string; after: number; chunks: UnreadChunk[] }
  | { type: 'communities'; edges: Edges };

export type FromGraphWorker =
  | { type: 'read'; read: ChunkGraph[] }
  | { type: 'communities'; groups: Int32Array }
  | { type: 'failed'; message: string };
