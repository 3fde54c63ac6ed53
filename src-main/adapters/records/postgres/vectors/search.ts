/** Finding the nearest vectors: exact, in the memory of the thread that this runs in. */
import type { VectorHit, VectorStore } from '../../../../core/ports/vector-store';
import type { Database } from '../database';
import { type Near, VectorCache } from './cache';

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

  /** What was hidden or deleted meanwhile is left out. */
  async function shown({ model }: Query, nearest: Near[], cache: VectorCache): Promise<VectorHit[]> {
    const rows = nearest.map(({ row }) => row);
    const present = new Map((await database.rows<Shown>(SHOWN, [model, rows])).map((one) => [one.row, one]));
    cache.forget(rows.filter((row) => !present.has(row)));
    return nearest.flatMap(({ row, score }) => {
      const chunk = present.get(row);
      return chunk?.indexed ? [{ chunk_id: chunk.id, score }] : [];
    });
  }

  return async (query) => {
    const cache = cacheOf(query);
    await cache.refresh();
    evict();
    const among = query.document_ids ? new Set(query.document_ids) : null;
    for (let most = query.limit + SPARE; ; most *= 4) {
      const nearest = cache.nearest(query.vector, among, most);
      const hits = await shown(query, nearest, cache);
      if (hits.length >= query.limit || nearest.length < most) return hits.slice(0, query.limit);
    }
  };
}
