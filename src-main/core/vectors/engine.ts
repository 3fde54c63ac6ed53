/**
 * Finds the nearest vectors of large projects in memory: codes pick candidates, the stored vectors decide, so scores are exact. What it
 * holds follows the store by its versions, and is given back when nobody asks for it. Small projects are compared in the store.
 */
import { setImmediate } from 'node:timers/promises';
import type { VectorQuery, VectorScope, VectorSource } from '../ports/vector-source';
import type { VectorHit } from '../ports/vector-store';
import { bytesFor, type Candidate, type Codes, createCodes } from './codes';

export interface VectorEngine {
  search(query: VectorQuery): Promise<VectorHit[]>;
  /** Bytes that codes take now. */
  bytes(): number;
  close(): void;
}

/** Fewer vectors are compared in the store faster than this thread would be worth. */
const WORTH_HOLDING = 8_192;
/** For all projects together: 1.2 million vectors of 384 dimensions. */
const MOST_BYTES = 512 * 2 ** 20;
const IDLE_MS = 300_000;
/** So many times as long where reading it again would take many seconds. */
const MANY_IDLE = 6;
/** Of more, comparing each in the store takes seconds and keeps the reading waiting: the first search waits for the reading instead. */
const SCANNED_MEANWHILE = 100_000;
/** Vectors read from the store at once. */
const SLICE = 512;
/** Candidates compared exactly at once: the nearest are mostly among the first. */
const COMPARED = 128;
/** A search begins again where rows it found have gone; after so many times the store compares. */
const ROUNDS = 4;

interface Held {
  scope: VectorScope;
  codes: Codes;
  version: number;
  whole: boolean;
  /** So many that comparing all of them in the store would take longer than reading them. */
  many: boolean;
  /** Reading what is new; those who come meanwhile wait for the same. */
  following: Promise<void> | null;
  used_at: number;
}

export interface EngineOptions {
  worthHolding?: number;
  scannedMeanwhile?: number;
  idleMs?: number;
}

export function createVectorEngine(
  source: VectorSource,
  { worthHolding = WORTH_HOLDING, scannedMeanwhile = SCANNED_MEANWHILE, idleMs = IDLE_MS }: EngineOptions = {},
): VectorEngine {
  const all = new Map<string, Held>();
  const bytes = () => [...all.values()].reduce((sum, { codes }) => sum + codes.bytes(), 0);
  const sweep = setInterval(() => {
    for (const [key, { used_at, many }] of all) if (Date.now() - used_at >= idleMs * (many ? MANY_IDLE : 1)) all.delete(key);
  }, idleMs / 5);
  sweep.unref();

  /** Null where the store has to compare; what is not in memory yet is read while it does, or first where it is much. */
  async function held(scope: VectorScope): Promise<Held | null> {
    const key = JSON.stringify([scope.project_id, scope.model, scope.dimensions]);
    const known = all.get(key) ?? (await begin(key, scope));
    if (!known) return null;
    known.used_at = Date.now();
    if (known.whole || known.many) await follow(source, known, () => all.get(key) === known).catch(() => all.delete(key));
    return known.whole && all.get(key) === known ? known : null;
  }

  async function begin(key: string, scope: VectorScope): Promise<Held | null> {
    const count = await source.count(scope);
    const needed = bytesFor(scope.dimensions, count);
    const meanwhile = all.get(key);
    if (meanwhile || count < worthHolding || needed > MOST_BYTES) return meanwhile ?? null;
    makeRoom(needed);
    const many = count > scannedMeanwhile;
    const codes = createCodes(scope.dimensions);
    const begun: Held = { scope, codes, version: 0, whole: false, many, following: null, used_at: Date.now() };
    all.set(key, begun);
    follow(source, begun, () => all.get(key) === begun).catch(() => all.delete(key));
    return begun;
  }

  /** What was not asked for the longest goes first. */
  function makeRoom(needed: number): void {
    for (const [key] of [...all].sort(([, a], [, b]) => a.used_at - b.used_at)) if (bytes() + needed > MOST_BYTES) all.delete(key);
  }

  async function search(query: VectorQuery): Promise<VectorHit[]> {
    const scope = { project_id: query.project_id, model: query.model, dimensions: query.vector.length };
    const found = query.among ? null : await held(scope);
    if (!found) return source.scan(query);
    for (let round = 0; round < ROUNDS; round++) {
      const hits = await look(source, found, query);
      if (hits) return hits;
    }
    return source.scan(query);
  }

  return {
    search,
    bytes,
    close() {
      clearInterval(sweep);
      all.clear();
    },
  };
}

/** Reads what the store has more, unless nobody wants it any more. */
function follow(source: VectorSource, held: Held, goOn: () => boolean = () => true): Promise<void> {
  held.following ??= (async () => {
    for (let more = true; more; ) {
      const next = await source.since(held.scope, held.version, SLICE);
      for (const stored of next.vectors) held.codes.put(stored);
      held.version = next.version;
      more = next.more;
      if (!goOn()) return;
      // A store may answer without ever letting go of the thread: searches of other projects come in between.
      if (more) await setImmediate();
    }
    held.whole = true;
  })().finally(() => {
    held.following = null;
  });
  return held.following;
}

/** Null when rows that were found are not there any more, so that others come in their place. */
async function look(source: VectorSource, { scope, codes }: Held, query: VectorQuery): Promise<VectorHit[] | null> {
  const hidden = new Set(await source.hidden(query.project_id));
  const asked = query.document_ids ? new Set(query.document_ids) : null;
  const candidates = codes.nearest(query.vector, query.limit, (id) => !hidden.has(id) && (asked === null || asked.has(id)));
  const { nearest, gone } = await compare(source, scope, candidates, query);
  for (const row of gone) codes.drop(row);
  const shown = await source.shown(nearest.map(({ row }) => row));
  if (gone.length > 0 || shown.size < nearest.length) return null;
  return nearest.map(({ row, score }) => ({ chunk_id: shown.get(row) ?? '', score }));
}

interface Near {
  row: number;
  score: number;
}

/** Stops where no candidate that is left can be nearer than what was found. */
async function compare(source: VectorSource, scope: VectorScope, candidates: Candidate[], { vector, limit }: VectorQuery) {
  let nearest: Near[] = [];
  const gone: number[] = [];
  for (let from = 0; from < candidates.length; from += COMPARED) {
    const last = nearest[limit - 1];
    if (last && last.score >= (candidates[from]?.most ?? 0)) break;
    const rows = candidates.slice(from, from + COMPARED).map(({ row }) => row);
    const stored = await source.vectors(scope, rows);
    const compared = rows.flatMap((row) => {
      const one = stored.get(row);
      if (!one) gone.push(row);
      return one ? [{ row, score: cosine(one, vector) }] : [];
    });
    nearest = [...nearest, ...compared].sort((a, b) => b.score - a.score).slice(0, limit);
  }
  return { nearest, gone };
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [product, ofA, ofB] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at] ?? 0, b[at] ?? 0];
    product += x * y;
    ofA += x * x;
    ofB += y * y;
  }
  return product / (Math.sqrt(ofA * ofB) || 1);
}
