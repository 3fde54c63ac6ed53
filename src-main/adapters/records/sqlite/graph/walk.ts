/** Walks through the graph: what is near, and the shortest way between two. Each step is small, and others run in between. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Connection } from '../database';

/** Of one entity, strongest first: an entity named everywhere is not followed to all it was ever named with. */
const MOST_FOLLOWED = 300;
/** Entities that a search for a way looks at from each side. */
const MOST_VISITED = 20_000;
/** Of each entity, also where few are wanted: the strongest of a level may not be the strongest of one. */
const LEAST_FOLLOWED = 50;
/** Entities between two breaths: about 5 ms. */
const STEP = 100;

interface Neighbour {
  row: number;
  weight: number;
}

export interface Walks {
  /** Rows with how far and how strongly they are connected; those of the start are not among them. */
  around(from: number[], depth: number, limit: number): Promise<{ reached: Map<number, number>; truncated: boolean }>;
  /** Rows from the first to the last; null when there is no way. */
  path(from: number, to: number, maxDepth: number): Promise<number[] | null>;
}

export function createWalks(sql: Connection): Walks {
  const next = sql.prepare(`
    SELECT row, sum(weight) AS weight FROM (
      SELECT * FROM (SELECT target_row AS row, weight FROM relations WHERE source_row = :row ORDER BY weight DESC, target_row LIMIT :limit + 0)
      UNION ALL
      SELECT * FROM (SELECT source_row AS row, weight FROM relations WHERE target_row = :row ORDER BY weight DESC, source_row LIMIT :limit + 0)
    ) GROUP BY row ORDER BY weight DESC, row LIMIT :limit + 0`);
  const neighbours = (row: number, limit: number) => next.all({ row, limit }) as Neighbour[];
  return { around: createAround(neighbours), path: createPath(neighbours) };
}

type Neighbours = (row: number, limit: number) => Neighbour[];

/** Level by level; of a level that does not fit, the strongest stay. */
function createAround(neighbours: Neighbours): Walks['around'] {
  return async (from, depth, limit) => {
    const seen = new Set(from);
    const reached = new Map<number, number>();
    let frontier = from;
    for (let level = 1; level <= depth && frontier.length > 0; level += 1) {
      const strongest = await levelBehind(frontier, seen, (row) => neighbours(row, Math.max(limit, LEAST_FOLLOWED)));
      const room = limit - reached.size;
      frontier = strongest.slice(0, room);
      for (const row of frontier) {
        reached.set(row, level);
        seen.add(row);
      }
      if (strongest.length > room) return { reached, truncated: true };
    }
    return { reached, truncated: false };
  };
}

/** What is connected with the frontier and was not seen, strongest first. */
async function levelBehind(frontier: number[], seen: ReadonlySet<number>, neighbours: (row: number) => Neighbour[]): Promise<number[]> {
  const strength = new Map<number, number>();
  for (const [at, row] of frontier.entries()) {
    if (at % STEP === STEP - 1) await breathe();
    for (const { row: other, weight } of neighbours(row)) if (!seen.has(other)) strength.set(other, (strength.get(other) ?? 0) + weight);
  }
  return [...strength].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([row]) => row);
}

/** From both sides, the smaller frontier first. */
function createPath(neighbours: Neighbours): Walks['path'] {
  return async (from, to, maxDepth) => {
    if (from === to) return [from];
    const sides = [createSide(from), createSide(to)] as const;
    for (let depth = 1; depth <= maxDepth; depth += 1) {
      const [near, far] = sides[0].frontier.length <= sides[1].frontier.length ? sides : [sides[1], sides[0]];
      const meeting = await expand(near, far, neighbours);
      if (meeting !== null) return [...wayTo(sides[0], meeting).reverse(), ...wayTo(sides[1], meeting).slice(1)];
      if (near.frontier.length === 0) return null;
    }
    return null;
  };
}

interface Side {
  /** Each entity with the one before it. */
  came: Map<number, number | null>;
  frontier: number[];
}

const createSide = (start: number): Side => ({ came: new Map([[start, null]]), frontier: [start] });

async function expand(near: Side, far: Side, neighbours: Neighbours): Promise<number | null> {
  const next: number[] = [];
  for (const [at, row] of near.frontier.entries()) {
    if (at % STEP === STEP - 1) await breathe();
    if (near.came.size > MOST_VISITED) break;
    for (const { row: other } of neighbours(row, MOST_FOLLOWED)) {
      if (near.came.has(other)) continue;
      near.came.set(other, row);
      if (far.came.has(other)) return other;
      next.push(other);
    }
  }
  near.frontier = next;
  return null;
}

/** From the meeting back to where the side began. */
function wayTo({ came }: Side, meeting: number): number[] {
  const way: number[] = [];
  for (let row: number | null | undefined = meeting; row !== null && row !== undefined; row = came.get(row)) way.push(row);
  return way;
}
