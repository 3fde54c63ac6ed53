/** Walks through the graph in Neo4j, which give ids in the same order as the records do. Null where Neo4j does not know the start. */
import { createWalks } from '../../core/graph/walk';
import type { GraphStore } from '../../core/ports/graph';
import { type Ask, type Connection, whole } from './connection';
import { ENTITY, RELATION } from './schema';

/** Longer than any walk takes; whoever asked is answered by the records then. */
const READ_MS = 3_000;
/** Relations shown of one part. */
const MOST_RELATIONS = 1_000;

const PRESENT = `
  UNWIND range(0, size($ids) - 1) AS at MATCH (e:${ENTITY} {id: $ids[at]}) WHERE e.project_id = $project_id RETURN e.id AS id ORDER BY at`;
/**
 * The `$each` strongest neighbours of the entity `id` as `to` and `weight`: each direction for itself, then both together. Ids stand in the
 * relationships, too, so that an entity in the middle of everything is not looked at whole.
 */
const NEIGHBOURS = `
  CALL (id) {
    CALL (id) {
      MATCH ()-[r:${RELATION}]->() WHERE r.source = id AND r.weight > 0
      RETURN r.target AS to, r.weight AS one ORDER BY one DESC, to LIMIT $each
      UNION ALL
      MATCH ()-[r:${RELATION}]->() WHERE r.target = id AND r.weight > 0
      RETURN r.source AS to, r.weight AS one ORDER BY one DESC, to LIMIT $each
    }
    WITH to, sum(one) AS weight ORDER BY weight DESC, to LIMIT $each
    RETURN to, weight
  }`;
const LEVEL = `
  UNWIND $frontier AS id ${NEIGHBOURS}
  WITH to, sum(weight) AS weight WHERE NOT to IN $seen
  RETURN to AS id ORDER BY weight DESC, id LIMIT $limit`;
const STEPS = `
  UNWIND range(0, size($from) - 1) AS at WITH at, $from[at] AS id ${NEIGHBOURS}
  RETURN id AS from, to ORDER BY at, weight DESC, to`;
const BETWEEN = `
  UNWIND $ids AS id MATCH (e:${ENTITY} {id: id})-[r:${RELATION}]->(n) WHERE n.id IN $ids
  RETURN r.id AS id ORDER BY r.weight DESC, id LIMIT $limit`;
const OF_STEPS = `
  UNWIND range(0, size($ids) - 2) AS at MATCH (a:${ENTITY} {id: $ids[at]}), (b:${ENTITY} {id: $ids[at + 1]})
  CALL (a, b) { MATCH (a)-[r:${RELATION}]-(b) RETURN r ORDER BY r.weight DESC, r.id LIMIT 1 }
  RETURN r.id AS id ORDER BY at`;
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

export function createNeo4jWalks(connection: Connection): Neo4jWalks {
  const reading = <T>(work: (ask: Ask) => Promise<T>) => connection.read(READ_MS, work);
  return {
    around: ({ project_id, from, depth, limit }) =>
      reading(async (ask) => {
        const start = await present(ask, project_id, from);
        if (start.length < from.length) return null;
        const first = start.slice(0, limit);
        const { reached, truncated } = await walksOver(ask).around(first, depth, limit - first.length);
        const entities = [...first, ...reached.keys()];
        const relations = await idsOf(ask, BETWEEN, { ids: entities, limit: whole(MOST_RELATIONS) });
        return { entities, relations, depths: reached, truncated };
      }),
    path: ({ project_id, from, to, max_depth }) =>
      reading(async (ask) => {
        if ((await present(ask, project_id, [from, to])).length < 2) return null;
        const entities = await walksOver(ask).path(from, to, max_depth);
        if (entities === null) return { found: null };
        const relations = entities.length > 1 ? await idsOf(ask, OF_STEPS, { ids: entities }) : [];
        return { found: { entities, relations } };
      }),
  };
}

async function idsOf(ask: Ask, query: string, parameters: Record<string, unknown>): Promise<string[]> {
  const found = await ask<{ id: string }>(query, parameters);
  return found.map(({ id }) => id);
}

const present = (ask: Ask, project_id: string, ids: string[]) => idsOf(ask, PRESENT, { project_id, ids });

const walksOver = (ask: Ask) =>
  createWalks<string>({
    level: ({ frontier, seen, each, limit }) => idsOf(ask, LEVEL, { frontier, seen: [...seen], each: whole(each), limit: whole(limit) }),
    steps: (from, each) => ask(STEPS, { from, each: whole(each) }),
  });
