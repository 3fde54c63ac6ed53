/** The collections of a library in Chroma: one for each project and model, and one that says the others hold everything. */
import { createHash } from 'node:crypto';
import { type ChromaCalls, isMissing, type ListedCollection } from './client';

/** Another one means that what an earlier version put there is filled anew. */
const LAYOUT = 1;
const PAGE = 100;
const SHORT_MS = 5_000;
/** Deleting a large collection takes a while. */
const DELETE_MS = 30_000;
/**
 * Chroma's own values (100, 16, 100) lose one in ten of the nearest; with these it is under one in fifty, for about twice the time to build.
 */
const HNSW = { space: 'cosine', ef_construction: 200, max_neighbors: 32, ef_search: 200 } as const;

export interface KnownCollection {
  id: string;
  name: string;
  project_id: string;
  model: string;
}

export interface Collections {
  /** Null when there is none. */
  find(project_id: string, model: string): Promise<string | null>;
  create(project_id: string, model: string): Promise<string>;
  /** All of this library. */
  list(): Promise<KnownCollection[]>;
  remove(names: string[]): Promise<void>;
  /** The mark, another one after each filling; null without one. Collections of an earlier filling are not known any more. */
  marked(): Promise<string | null>;
  /** @returns the mark */
  mark(): Promise<string>;
  /** Deletes the mark, then everything else. */
  clear(): Promise<void>;
}

const nameOf = (...parts: string[]) => `pressmark-${createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32)}`;

async function listAll({ list }: ChromaCalls, library: string): Promise<ListedCollection[]> {
  const all: ListedCollection[] = [];
  for (;;) {
    const page = await list(SHORT_MS, PAGE, all.length);
    all.push(...page);
    if (page.length < PAGE) return all.filter(({ metadata }) => metadata?.pressmark_library === library);
  }
}

const toKnown = ({ id, name, metadata }: ListedCollection): KnownCollection => ({
  id,
  name,
  project_id: String(metadata?.project_id ?? ''),
  model: String(metadata?.model ?? ''),
});

/** @param library what tells its collections from those of others in the same database */
export function createCollections(calls: ChromaCalls, library: string): Collections {
  const { call } = calls;
  const known = new Map<string, string>();
  let filling: string | null = null;
  const marker = nameOf(library, 'mark', String(LAYOUT));

  async function get(name: string): Promise<string | null> {
    const found = known.get(name);
    if (found !== undefined) return found;
    try {
      const { id } = await call(SHORT_MS, (client) => client.getCollection({ name }));
      known.set(name, id);
      return id;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async function remove(names: string[]): Promise<void> {
    for (const name of names) {
      known.delete(name);
      await call(DELETE_MS, (client) => client.deleteCollection({ name })).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    }
  }

  return {
    find: (project_id, model) => get(nameOf(library, project_id, model)),
    async create(project_id, model) {
      const name = nameOf(library, project_id, model);
      const found = known.get(name);
      if (found !== undefined) return found;
      const metadata = { pressmark_library: library, project_id, model };
      const options = { name, metadata, embeddingFunction: null, configuration: { hnsw: HNSW } };
      const { id } = await call(SHORT_MS, (client) => client.getOrCreateCollection(options));
      known.set(name, id);
      return id;
    },
    list: async () => (await listAll(calls, library)).filter(({ name }) => name !== marker).map(toKnown),
    remove,
    /** Looked for each time, since it is how one learns that the server was emptied. */
    async marked() {
      known.delete(marker);
      const mark = await get(marker);
      if (mark !== filling) known.clear();
      filling = mark;
      return mark;
    },
    async mark() {
      const metadata = { pressmark_library: library, layout: LAYOUT };
      const { id } = await call(SHORT_MS, (client) => client.getOrCreateCollection({ name: marker, metadata, embeddingFunction: null }));
      filling = id;
      return id;
    },
    async clear() {
      known.clear();
      await remove([marker]);
      await remove((await listAll(calls, library)).map(({ name }) => name));
    },
  };
}
