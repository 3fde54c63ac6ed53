/** What the graph's thread is asked, and what it answers. */
import type { ChunkGraph, Edges, NameToCompare, SuggestedPair, UnreadChunk } from '../../core/ports/graph';

export type ToGraphWorker =
  | { type: 'read'; document_id: string; after: number; chunks: UnreadChunk[] }
  | { type: 'communities'; edges: Edges }
  | { type: 'pairs'; names: NameToCompare[] }
  | { type: 'theme_words'; classes: string[][] };

export type FromGraphWorker =
  | { type: 'read'; read: ChunkGraph[] }
  | { type: 'communities'; groups: Int32Array }
  | { type: 'pairs'; pairs: SuggestedPair[] }
  | { type: 'theme_words'; words: string[][] }
  | { type: 'failed'; message: string };
