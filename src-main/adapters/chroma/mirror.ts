/** Chroma as a mirror of the vectors: told what has changed, and asked for the nearest. */
import { MirrorError, type VectorMirror } from '../../core/ports/mirror';
import type { OutboxEntry } from '../../core/ports/outbox';
import type { Records } from '../../core/ports/records';
import type { ChunkVector, VectorStore } from '../../core/ports/vector-store';
import { type ChromaCalls, type ChromaPlace, createChromaCalls, isMissing } from './client';
import { type Collections, createCollections } from './collections';

const SHORT_MS = 5_000;
/** A question that takes longer is answered faster by the library. */
const QUERY_MS = 3_000;
const WRITE_MS = 20_000;

interface Sources {
  /** What tells this library from others in the same database. */
  library(): Promise<string>;
  vectors: Pick<VectorStore, 'read' | 'tally'>;
  projects: Pick<Records['projects'], 'list'>;
}

interface Parts extends Sources {
  calls: ChromaCalls;
  collections(): Promise<Collections>;
}

export function createChromaMirror(place: ChromaPlace, sources: Sources): VectorMirror {
  const calls = createChromaCalls(place);
  let made: Promise<Collections> | null = null;
  const parts: Parts = {
    ...sources,
    calls,
    collections() {
      made ??= sources
        .library()
        .then((library) => createCollections(calls, library))
        .catch((error: unknown) => {
          made = null;
          throw error;
        });
      return made;
    },
  };
  let mark: string | null = null;
  /**
   * A collection that was there is not any more: someone has taken it out, and with it what was told. Another server may have, and filled
   * the mirror anew since: then it has another mark.
   */
  let lost = false;
  const noticing = async <T>(work: Promise<T>): Promise<T> => {
    const asked = mark;
    try {
      return await work;
    } catch (error) {
      if (!isMissing(error)) throw error;
      if (asked === mark) lost = true;
      throw new MirrorError('failed', 'a collection is missing', { cause: error });
    }
  };
  return {
    target: 'chroma',
    address: calls.address,
    async open() {
      const found = await findMark(parts);
      if (found !== mark) lost = false;
      mark = found;
      return found !== null && !lost ? 'marked' : 'empty';
    },
    async clear() {
      await (await parts.collections()).clear();
      lost = false;
    },
    async mark() {
      mark = await (await parts.collections()).mark();
    },
    apply: (entries) => noticing(apply(parts, entries)),
    nearest: (query) => noticing(nearest(parts, query)),
    difference: () => difference(parts),
    close: async () => calls.close(),
  };
}

async function findMark({ calls, collections }: Parts): Promise<string | null> {
  const mark = await (await collections()).marked();
  if (mark !== null) return mark;
  // Nothing is there: a new or emptied server, or no Chroma at all.
  try {
    await calls.ensureDatabase(SHORT_MS);
    return null;
  } catch (error) {
    throw isMissing(error) ? new MirrorError('unsuitable', 'it does not know the second version of the API') : error;
  }
}

/** Projects first: nothing need be looked up in what goes. */
async function apply(parts: Parts, entries: OutboxEntry[]): Promise<void> {
  const gone = new Set(entries.filter(({ kind }) => kind === 'project').map(({ key }) => key));
  if (gone.size > 0) {
    const collections = await parts.collections();
    const all = await collections.list();
    await collections.remove(all.filter(({ project_id }) => gone.has(project_id)).map(({ name }) => name));
  }
  const groups = new Map<string, OutboxEntry[]>();
  for (const entry of entries.filter(({ kind }) => kind === 'vector')) {
    const key = `${entry.project_id}\n${entry.model}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  for (const group of groups.values()) await applyVectors(parts, group);
}

/** @param entries of one project and model */
async function applyVectors({ calls, collections, vectors }: Parts, entries: OutboxEntry[]): Promise<void> {
  const [first] = entries;
  if (!first) return;
  const { project_id, model } = first;
  const present = await vectors.read(
    model,
    entries.map(({ key }) => key),
  );
  if (present.length > 0) await upsert(calls, await (await collections()).create(project_id, model), present);
  const there = new Set(present.map(({ chunk_id }) => chunk_id));
  const gone = entries.filter(({ key }) => !there.has(key)).map(({ key }) => key);
  const id = gone.length > 0 ? await (await collections()).find(project_id, model) : null;
  if (id !== null) await calls.call(WRITE_MS, (client) => client.collection(id).delete({ ids: gone }));
}

/** As many at a time as the server takes. */
async function upsert({ call }: ChromaCalls, collection: string, vectors: ChunkVector[]): Promise<void> {
  await call(WRITE_MS, async (client) => {
    const most = Math.max(1, await client.getMaxBatchSize());
    for (let from = 0; from < vectors.length; from += most) {
      const some = vectors.slice(from, from + most);
      await client.collection(collection).upsert({
        ids: some.map(({ chunk_id }) => chunk_id),
        embeddings: some.map(({ vector }) => Array.from(vector)),
        metadatas: some.map(({ document_id }) => ({ document_id })),
      });
    }
  });
}

async function nearest({ calls, collections }: Parts, query: Parameters<VectorMirror['nearest']>[0]): Promise<string[] | null> {
  const { project_id, model, vector, limit, document_ids } = query;
  if (document_ids?.length === 0) return [];
  const id = await (await collections()).find(project_id, model);
  if (id === null) return null;
  const asked = {
    queryEmbeddings: [Array.from(vector)],
    nResults: limit,
    include: [],
    ...(document_ids ? { where: { document_id: { $in: document_ids } } } : {}),
  };
  const { ids } = await calls.call(QUERY_MS, (client) => client.collection(id).query(asked));
  return ids[0] ?? [];
}

/** By numbers: that there are as many, not that they are the same. */
async function difference({ calls, collections, vectors, projects }: Parts): Promise<string | null> {
  const held = new Map((await (await collections()).list()).map((one) => [`${one.project_id}\n${one.model}`, one.id]));
  const countOf = (id: string | undefined) => (id === undefined ? 0 : calls.call(SHORT_MS, (client) => client.collection(id).count()));

  async function inProject(project_id: string): Promise<string | null> {
    for (const { model, vectors: wanted } of await vectors.tally(project_id)) {
      const key = `${project_id}\n${model}`;
      const count = await countOf(held.get(key));
      held.delete(key);
      if (count !== wanted) return `${count} vectors of ${wanted} in project ${project_id}`;
    }
    return null;
  }

  for (let cursor: string | undefined; ; ) {
    const { items, next_cursor } = await projects.list({ limit: 100, cursor });
    for (const { id } of items) {
      const found = await inProject(id);
      if (found !== null) return found;
    }
    if (next_cursor === null) break;
    cursor = next_cursor;
  }
  for (const [key, id] of held) if ((await countOf(id)) > 0) return `vectors too many in project ${key.split('\n')[0]}`;
  return null;
}
