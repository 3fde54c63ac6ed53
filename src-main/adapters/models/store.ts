/** The models folder: what is in it, and how models get into and out of it. */
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { JobError } from '../../core/errors';
import { LIMITS } from '../../core/limits';
import type { FetchContext, ModelFacts, ModelOrder, ModelStore, StoredModel } from '../../core/ports/model-store';
import { CATALOGUE, fromCatalogue } from './catalogue';
import { fetchCatalogue, fetchImport, INCOMING, type Place } from './fetch';
import { outsideModel, ownModels } from './own';

export interface ModelStoreOptions {
  modelsDir: string;
  /** A GGUF file elsewhere that the configuration names as chat model. */
  outside?: { path: string; id: string } | null;
  examine: Place['examine'];
  silenceMs?: number;
}

const KNOWN = new Set(CATALOGUE.map(({ id }) => id));
/** What an unfinished fetch left stays this long for a retry. */
const KEPT_MS = 7 * 24 * 3_600_000;

/** A chat model that is named by its path instead of an id, with the id that it gets; null when the text is no path. */
export function outsideFile(choice: string | undefined): { path: string; id: string } | null {
  if (choice === undefined || !(isAbsolute(choice) || choice.endsWith('.gguf'))) return null;
  const id = basename(choice, '.gguf');
  return { path: choice, id: KNOWN.has(id) ? `${id}-file` : id };
}

export function createModelStore({ modelsDir, outside, examine, silenceMs = LIMITS.modelSilenceMs }: ModelStoreOptions): ModelStore {
  const facts = createFacts(examine);
  let mirror: string | null = null;
  const incomingOf = (id: string) => join(modelsDir, INCOMING, id);

  function list(): StoredModel[] {
    const outsider = outside ? [outsideModel(outside.path, outside.id)] : [];
    const taken = new Set([...KNOWN, ...outsider.map(({ id }) => id)]);
    return [...outsider, ...ownModels(modelsDir, taken), ...CATALOGUE.map((model) => fromCatalogue(model, modelsDir))];
  }

  async function fetch(order: ModelOrder, context: FetchContext): Promise<void> {
    const place: Place = { modelsDir, incoming: incomingOf(order.id), examine, mirror, silenceMs };
    if (list().some(({ id, installed }) => id === order.id && installed)) return;
    try {
      await (order.from === 'catalogue' ? fetchCatalogue(order.id, place, context) : fetchImport(order, place, context));
    } catch (error) {
      context.signal.throwIfAborted();
      throw ofTheDisk(error) ?? error;
    } finally {
      await dropIfEmpty(place.incoming);
    }
  }

  return {
    list,
    fetch,
    facts,
    setMirror(base) {
      mirror = base;
    },
    discard: (id) => rm(incomingOf(id), { recursive: true, force: true }),
    async sweep(wanted) {
      for (const id of await readdir(join(modelsDir, INCOMING)).catch(() => [])) {
        const changed = await stat(incomingOf(id)).catch(() => null);
        const old = changed === null || Date.now() - changed.mtimeMs > KEPT_MS;
        if (old && !wanted.includes(id)) await rm(incomingOf(id), { recursive: true, force: true });
      }
    },
    remove: (id) => rm(join(modelsDir, id), { recursive: true, force: true }),
    async fileSize(path) {
      const found = await stat(path).catch(() => null);
      return found?.isFile() ? found.size : null;
    },
  };
}

/** Looks into a file once, and again when it has changed. */
function createFacts(examine: Place['examine']): ModelStore['facts'] {
  const known = new Map<string, { version: string; facts: Promise<ModelFacts | null> }>();
  return async ({ engine, installed, paths: [path] }) => {
    if (engine !== 'llama-cpp' || !installed || path === undefined) return null;
    const found = await stat(path).catch(() => null);
    if (!found) return null;
    const version = `${found.size} ${found.mtimeMs}`;
    const present = known.get(path);
    if (present?.version === version) return present.facts;
    const facts = examine(path).catch(() => null);
    known.set(path, { version, facts });
    return facts;
  };
}

/** What the person can do something about; null for anything else. */
function ofTheDisk(error: unknown): JobError | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOSPC') return new JobError('DISK_FULL', 'The disk is full.', 'Free some space, then retry the job.');
  if (code !== 'EACCES' && code !== 'EROFS' && code !== 'EPERM') return null;
  return new JobError('NOT_WRITABLE', 'The models folder cannot be written.', 'Allow Pressmark to write there, or choose another folder.');
}

/** A refused file leaves nothing behind, not even its folder. */
async function dropIfEmpty(folder: string): Promise<void> {
  const left = await readdir(folder).catch(() => null);
  if (left?.length === 0) await rm(folder, { recursive: true, force: true });
}
