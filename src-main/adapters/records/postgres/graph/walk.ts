/** Walks through the graph: what is near, and the shortest way between two. One query a level, or a slice of one. */
import type { Database } from '../database';

/** Of one entity, strongest first: an entity named everywhere is not followed to all it was ever named with. */
const MOST_FOLLOWED = 300;
/** Entities that a search for a way looks at from each side. */
const MOST_VISITED = 20_000;
/** Of each entity, also where few are wanted: the strongest of a level may not be the strongest of one. */
const LEAST_FOLLOWED = 50;
/** Entities whose neighbours one query of a search for a way fetches. */
const SLICE = 100;

export interface Walks {
  /** Rows with how far and how strongly they are connected; those of the start are not among them. */
  around(from: number[], depth: number, limit: number): Promise<{ reached: Map<number, number>; truncated: boolean }>;
  /** Rows from the first to the last; null when there is no way. */
  path(from: number, to: number, maxDepth: number): Promise<number[] | null>;
}

/** The strongest $2 neighbours of each row of $1, as `came` and `row`. */
const NEIGHBOURS = `
  SELECT f.row AS came, n.row, n.weight FROM unnest($1::bigint[]) WITH ORDINALITY f(row, nth) CROSS JOIN LATERAL (
    SELECT e.row, sum(e.weight) AS weight FROM (
      (SELECT target_row AS row, weight FROM relations WHERE source_row = f.row ORDER BY weight DESC, target_row LIMIT $2)
      UNION ALL
      (SELECT source_row AS row, weight FROM relations WHERE target_row = f.row ORDER BY weight DESC, source_row LIMIT $2)
    ) e GROUP BY e.row ORDER BY sum(e.weight) DESC, e.row LIMIT $2) n`;
const LEVEL = `
  SELECT l.row FROM (${NEIGHBOURS}) l WHERE l.row <> ALL($3::bigint[]) GROUP BY l.row ORDER BY sum(l.weight) DESC, l.row LIMIT $4`;
const STEPS = `SELECT s.came, s.row FROM (${NEIGHBOURS} ORDER BY f.nth, n.weight DESC, n.row) s`;

export function createWalks(database: Database): Walks {
  return { around: createAround(database), path: createPath(database) };
}

/** Level by level; of a level that does not fit, the strongest stay. */
function createAround({ rows }: Database): Walks['around'] {
  return async (from, depth, limit) => {
    const seen = new Set(from);
    const reached = new Map<number, number>();
    let frontier = from;
    for (let level = 1; level <= depth && frontier.length > 0; level += 1) {
      const room = limit - reached.size;
      const strongest = await rows<{ row: number }>(LEVEL, [frontier, Math.max(limit, LEAST_FOLLOWED), [...seen], room + 1]);
      frontier = strongest.slice(0, room).map(({ row }) => row);
      for (const row of frontier) {
        reached.set(row, level);
        seen.add(row);
      }
      if (strongest.length > room) return { reached, truncated: true };
    }
    return { reached, truncated: false };
  };
}

/** From both sides, the smaller frontier first. */
function createPath(database: Database): Walks['path'] {
  return async (from, to, maxDepth) => {
    if (from === to) return [from];
    const sides = [createSide(from), createSide(to)] as const;
    for (let depth = 1; depth <= maxDepth; depth += 1) {
      const [near, far] = sides[0].frontier.length <= sides[1].frontier.length ? sides : [sides[1], sides[0]];
      const meeting = await expand(near, far, database);
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

async function expand(near: Side, far: Side, { rows }: Database): Promise<number | null> {
  const next: number[] = [];
  for (let at = 0; at < near.frontier.length && near.came.size <= MOST_VISITED; at += SLICE) {
    const steps = await rows<{ came: number; row: number }>(STEPS, [near.frontier.slice(at, at + SLICE), MOST_FOLLOWED]);
    for (const { came, row } of steps) {
      if (near.came.has(row)) continue;
      near.came.set(row, came);
      if (far.came.has(row)) return row;
      next.push(row);
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
