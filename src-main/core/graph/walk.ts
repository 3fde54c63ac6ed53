/** Walks through a graph: what is near, and the shortest way between two. A store answers one small question for each step. */

/** Of one entity, strongest first: an entity named everywhere is not followed to all it was ever named with. */
const MOST_FOLLOWED = 300;
/** Entities that a search for a way looks at from each side. */
const MOST_VISITED = 20_000;
/** Of each entity, also where few are wanted: the strongest of a level may not be the strongest of one. */
const LEAST_FOLLOWED = 50;
/** Entities whose neighbours a search for a way asks for at once. */
const SLICE = 100;

/** What a store is asked. Ties go to the smaller key, here and everywhere: the same walk finds the same. */
export interface Surroundings<Key> {
  /** Up to `limit` that were not seen, strongest first, among the `each` strongest neighbours of each of the frontier. */
  level(query: { frontier: Key[]; seen: ReadonlySet<Key>; each: number; limit: number }): Promise<Key[]>;
  /** The `each` strongest neighbours of each of these, in their order. */
  steps(from: Key[], each: number): Promise<{ from: Key; to: Key }[]>;
}

export interface Walks<Key> {
  /** What is reached with how far it is; the start is not among it. */
  around(from: Key[], depth: number, limit: number): Promise<{ reached: Map<Key, number>; truncated: boolean }>;
  /** From the first to the last; null when there is no way. */
  path(from: Key, to: Key, maxDepth: number): Promise<Key[] | null>;
}

export function createWalks<Key>(surroundings: Surroundings<Key>): Walks<Key> {
  return { around: createAround(surroundings), path: createPath(surroundings) };
}

/** Level by level; of a level that does not fit, the strongest stay. */
function createAround<Key>({ level: levelBehind }: Surroundings<Key>): Walks<Key>['around'] {
  return async (from, depth, limit) => {
    const seen = new Set(from);
    const reached = new Map<Key, number>();
    let frontier = from;
    for (let level = 1; level <= depth && frontier.length > 0; level += 1) {
      const room = limit - reached.size;
      const strongest = await levelBehind({ frontier, seen, each: Math.max(limit, LEAST_FOLLOWED), limit: room + 1 });
      frontier = strongest.slice(0, room);
      for (const key of frontier) {
        reached.set(key, level);
        seen.add(key);
      }
      if (strongest.length > room) return { reached, truncated: true };
    }
    return { reached, truncated: false };
  };
}

/** From both sides, the smaller frontier first. */
function createPath<Key>(surroundings: Surroundings<Key>): Walks<Key>['path'] {
  return async (from, to, maxDepth) => {
    if (from === to) return [from];
    const sides = [createSide(from), createSide(to)] as const;
    for (let depth = 1; depth <= maxDepth; depth += 1) {
      const [near, far] = sides[0].frontier.length <= sides[1].frontier.length ? sides : [sides[1], sides[0]];
      const meeting = await expand(near, far, surroundings);
      if (meeting !== null) return [...wayTo(sides[0], meeting).reverse(), ...wayTo(sides[1], meeting).slice(1)];
      if (near.frontier.length === 0) return null;
    }
    return null;
  };
}

interface Side<Key> {
  /** Each entity with the one before it. */
  came: Map<Key, Key | null>;
  frontier: Key[];
}

const createSide = <Key>(start: Key): Side<Key> => ({ came: new Map([[start, null]]), frontier: [start] });

async function expand<Key>(near: Side<Key>, far: Side<Key>, { steps }: Surroundings<Key>): Promise<Key | null> {
  const next: Key[] = [];
  for (let at = 0; at < near.frontier.length && near.came.size <= MOST_VISITED; at += SLICE) {
    for (const { from, to } of await steps(near.frontier.slice(at, at + SLICE), MOST_FOLLOWED)) {
      if (near.came.has(to)) continue;
      near.came.set(to, from);
      if (far.came.has(to)) return to;
      next.push(to);
    }
  }
  near.frontier = next;
  return null;
}

/** From the meeting back to where the side began. */
function wayTo<Key>({ came }: Side<Key>, meeting: Key): Key[] {
  const way: Key[] = [];
  for (let key: Key | null | undefined = meeting; key !== null && key !== undefined; key = came.get(key)) way.push(key);
  return way;
}
