/** Walks through the graph in Neo4j, which give ids in the same order as the records do. Null where Neo4j does not know the start. */
import { createWalks } from '../../core/graph/walk';
import type { GraphStore } from '../../core/ports/graph';
import { type Ask, type Connection, whole } from './connection';
import { ENTITY, prefixOf, RELATION } from './schema';

/** Longer than any walk takes; whoever asked is answered by the records then. */
const READ_MS = 3_000;
/** Relations shown of one part. */
const MOST_RELATIONS = 1_000;

const PRESENT = `
  UNWIND range(0, size($keys) - 1) AS at MATCH (e:${ENTITY} {key: $keys[at]}) WHERE e.project_id = $project_id RETURN e.key AS key ORDER BY at`;
/**
 * The `$each` strongest neighbours of the entity `key` as `to` and `weight`: each direction for itself, then both together. Keys stand in the
 * relationships, too: ordered just as the index is, only the strongest are read of an entity in the middle of everything.
 */
const NEIGHBOURS = `
  CALL (key) {
    CALL (key) {
      MATCH ()-[r:${RELATION}]->() WHERE r.source = key AND r.weight > 0
      WITH r ORDER BY r.source DESC, r.weight DESC, r.target LIMIT $each RETURN r.target AS to, r.weight AS one
      UNION ALL
      MATCH ()-[r:${RELATION}]->() WHERE r.target = key AND r.weight > 0
      WITH r ORDER BY r.target DESC, r.weight DESC, r.source LIMIT $each RETURN r.source AS to, r.weight AS one
    }
    WITH to, sum(one) AS weight ORDER BY weight DESC, to LIMIT $each
    RETURN to, weight
  }`;
const LEVEL = `
  UNWIND $frontier AS key ${NEIGHBOURS}
  WITH to, sum(weight) AS weight WHERE NOT to IN $seen
  RETURN to AS key ORDER BY weight DESC, key LIMIT $limit`;
const STEPS = `
  UNWIND range(0, size($from) - 1) AS at WITH at, $from[at] AS key ${NEIGHBOURS}
  RETURN key AS from, to ORDER BY at, weight DESC, to`;
const BETWEEN = `
  UNWIND $keys AS key MATCH (e:${ENTITY} {key: key})-[r:${RELATION}]->() WHERE r.target IN $keys
  RETURN r.key AS key ORDER BY r.weight DESC, key LIMIT $limit`;
const OF_STEPS = `
  UNWIND range(0, size($keys) - 2) AS at MATCH (a:${ENTITY} {key: $keys[at]}), (b:${ENTITY} {key: $keys[at + 1]})
  CALL (a, b) { MATCH (a)-[r:${RELATION}]-(b) RETURN r ORDER BY r.weight DESC, r.key LIMIT 1 }
  RETURN r.key AS key ORDER BY at`;

/** Ids, in the order in which they are shown. */
export interface Found {
  entities: string[];
  relations: string[];
}

export interface Neo4jWalks {
  around(query: Parameters<GraphStore['around']>[0]): Promise<(Found & { depths: Map<string, number>; truncated: boolean }) | null>;
  /** `found` is null where there is no way. */
  path(query: Parameters<GraphStore['path']>[0]): Promise<{ found: Found | null } | null>;
}

export function createNeo4jWalks(connection: Connection, library: () => Promise<string>): Neo4jWalks {
  /** Ids become keys on the way in, and ids again on the way out. */
  async function reading<T>(work: (ask: Ask, keyOf: (id: string) => string, idOf: (key: string) => string) => Promise<T>): Promise<T> {
    const prefix = prefixOf(await library());
    return connection.read(READ_MS, (ask) =>
      work(
        ask,
        (id) => prefix + id,
        (key) => key.slice(prefix.length),
      ),
    );
  }
  return {
    around: ({ project_id, from, depth, limit }) =>
      reading(async (ask, keyOf, idOf) => {
        const start = await present(ask, project_id, from.map(keyOf));
        if (start.length < from.length) return null;
        const first = start.slice(0, limit);
        const { reached, truncated } = await walksOver(ask).around(first, depth, limit - first.length);
        const entities = [...first, ...reached.keys()];
        const relations = await keysOf(ask, BETWEEN, { keys: entities, limit: whole(MOST_RELATIONS) });
        const depths = new Map([...reached].map(([key, far]) => [idOf(key), far]));
        return { entities: entities.map(idOf), relations: relations.map(idOf), depths, truncated };
      }),
    path: ({ project_id, from, to, max_depth }) =>
      reading(async (ask, keyOf, idOf) => {
        const [a, b] = await present(ask, project_id, [keyOf(from), keyOf(to)]);
        if (a === undefined || b === undefined) return null;
        const entities = await walksOver(ask).path(a, b, max_depth);
        if (entities === null) return { found: null };
        const relations = entities.length > 1 ? await keysOf(ask, OF_STEPS, { keys: entities }) : [];
        return { found: { entities: entities.map(idOf), relations: relations.map(idOf) } };
      }),
  };
}

async function keysOf(ask: Ask, query: string, parameters: Record<string, unknown>): Promise<string[]> {
  const found = await ask<{ key: string }>(query, parameters);
  return found.map(({ key }) => key);
}

const present = (ask: Ask, project_id: string, keys: string[]) => keysOf(ask, PRESENT, { project_id, keys });

const walksOver = (ask: Ask) =>
  createWalks<string>({
    level: ({ frontier, seen, each, limit }) => keysOf(ask, LEVEL, { frontier, seen: [...seen], each: whole(each), limit: whole(limit) }),
    steps: (from, each) => ask(STEPS, { from, each: whole(each) }),
  });
