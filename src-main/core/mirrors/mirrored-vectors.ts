/** A vector store that asks a mirror for the nearest vectors; the records say what may be shown and how near it is. */
import type { MirrorHealth, VectorMirror } from '../ports/mirror';
import type { OutboxRecords } from '../ports/outbox';
import type { Log } from '../ports/runtime';
import type { VectorStore } from '../ports/vector-store';

type Query = Parameters<VectorStore['search']>[0];

/** With more changes waiting the mirror is not asked: comparing them here would take longer than it saves. */
const MOST_WAITING = 2_000;
/** Asked for beyond what is wanted: some may be hidden by now. */
const SPARE = 64;
/** A list of documents longer than this is too much for a filter. */
const MOST_DOCUMENTS = 500;

export interface MirroredBy {
  mirror: VectorMirror;
  outbox: Pick<OutboxRecords, 'waitingKeys'>;
  health: MirrorHealth;
  log: Log;
}

/** @param base holds the vectors, and answers whenever the mirror cannot */
export function createMirroredVectors(base: VectorStore, { mirror, outbox, health, log }: MirroredBy): VectorStore {
  const { target } = mirror;

  /** Null when the records have to answer. */
  async function searchMirror(query: Query): Promise<Awaited<ReturnType<VectorStore['search']>> | null> {
    const waiting = await outbox.waitingKeys(target, query.project_id, MOST_WAITING + 1);
    if (waiting.length > MOST_WAITING) return null;
    const near = await mirror.nearest({ ...query, limit: query.limit + SPARE }).catch((error: unknown) => {
      health.failed(target, error);
      log.warn('a mirror could not be asked; the library answers', { target, message: String(error) });
      return null;
    });
    if (!near) return null;
    const hits = await base.search({ ...query, among: [...new Set([...near, ...waiting])] });
    // Where too many were hidden, or it lacks some, others are nearer than what is left.
    return hits.length < query.limit ? null : hits;
  }

  return {
    ...base,
    engine: target,
    async search(query) {
      const few = query.among !== undefined || (query.document_ids?.length ?? 0) > MOST_DOCUMENTS;
      if (few || !health.ready(target)) return base.search(query);
      return (await searchMirror(query)) ?? base.search(query);
    },
  };
}
