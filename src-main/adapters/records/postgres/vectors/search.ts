/** Finding the nearest vectors: exact, in the memory of the thread that this runs in. */
import type { VectorHit, VectorStore } from '../../../../core/ports/vector-store';
import type { Database } from '../database';
import { VectorCache } from './cache';

type Query = Parameters<VectorStore['search']>[0];

/** Of all projects and models together; the one that was searched longest ago makes room. */
const MEMORY_BYTES = 1024 * 1024 * 1024;
/** Candidates looked up at once, beyond those asked for: some may belong to documents that were hidden or deleted. */
const SPARE = 32;
const SHOWN = `
  SELECT c.row, c.id, d.indexed FROM embeddings e JOIN chunks c ON c.row = e.chunk_row JOIN documents d ON d.id = c.document_id
  WHERE e.model = $1 AND e.chunk_row = ANY($2::bigint[])`;

interface Shown {
  row: number;
  id: string;
  indexed: boolean;
}

export function createSearch(database: Database): VectorStore['search'] {
  const caches = new Map<string, VectorCache>();

  function cacheOf({ project_id, model, vector }: Query): VectorCache {
    const name = `${project_id} ${vector.length} ${model}`;
    const cache = caches.get(name) ?? new VectorCache(database, { project_id, model, dimensions: vector.length });
    caches.delete(name);
    caches.set(name, cache);
    return cache;
  }

  function evict(): void {
    let bytes = [...caches.values()].reduce((sum, cache) => sum + cache.bytes, 0);
    for (const [name, cache] of caches) {
      if (bytes <= MEMORY_BYTES || caches.size === 1) return;
      caches.delete(name);
      bytes -= cache.bytes;
    }
  }

  return async (query) => {
    const cache = cacheOf(query);
    await cache.refresh();
    evict();
    const ranked = cache.compare(query.vector, query.document_ids ? new Set(query.document_ids) : null);
    const hits: VectorHit[] = [];
    for (let at = 0, some = query.limit + SPARE; at < ranked.length && hits.length < query.limit; at += some) {
      const candidates = ranked.slice(at, at + some);
      const rows = candidates.map(({ row }) => row);
      const present = new Map((await database.rows<Shown>(SHOWN, [query.model, rows])).map((one) => [one.row, one]));
      cache.forget(rows.filter((row) => !present.has(row)));
      for (const { row, score } of candidates) {
        const chunk = present.get(row);
        if (chunk?.indexed) hits.push({ chunk_id: chunk.id, score });
      }
    }
    return hits.slice(0, query.limit);
  };
}
