/** What the graph's thread is asked, and what it answers. */
import type { ChunkGraph, Edges, NameToCompare, SuggestedPair, UnreadChunk } from '../../core/ports/graph';

export type ToGraphWorker =
  | { type: 'read'; document_id: string; chunks: UnreadChunk[]; whole: boolean }
  | { type: 'learn'; document_id: string; chunks: UnreadChunk[]; first: boolean; last: boolean }
  | { type: 'communities'; edges: Edges }
  | { type: 'pairs'; names: NameToCompare[] }
  | { type: 'theme_words'; classes: string[][] };

export type FromGraphWorker =
  | { type: 'read'; read: ChunkGraph[] | null }
  | { type: 'learn' }
  | { type: 'communities'; groups: Int32Array }
  | { type: 'pairs'; pairs: SuggestedPair[] }
  | { type: 'theme_words'; words: string[][] }
  | { type: 'failed'; message: string };
