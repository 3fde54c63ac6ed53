/** Walks through the graph in Neo4j; the same answers in the same order as the records give. Null where Neo4j does not know the start. */
import type { Entity } from '../../contract/graph';
import { createWalks } from '../../core/graph/walk';
import type { GraphPart, GraphStore, StoredRelation } from '../../core/ports/graph';
import { type Ask, type Connection, whole } from './connection';
import { ENTITY, RELATION } from './schema';

/** Longer than any walk takes; whoever asked is answered by the records then. */
const READ_MS = 3_000;
/** Relations shown of one part. */
const MOST_RELATIONS = 1_000;

const PRESENT = `
  UNWIND range(0, size($ids) - 1) AS at MATCH (e:${ENTITY} {id: $ids[at]}) WHERE e.project_id = $project_id RETURN e.id AS id ORDER BY at`;
/** The `$each` strongest neighbours of `e` as `n` and `weight`: each direction for itself, then both together. */
const NEIGHBOURS = `
  CALL (e) {
    CALL (e) {
      MATCH (e)-[r:${RELATION}]->(n) RETURN n, r.weight AS one ORDER BY one DESC, n.id LIMIT $each
      UNION ALL
      MATCH (e)<-[r:${RELATION}]-(n) RETURN n, r.weight AS one ORDER BY one DESC, n.id LIMIT $each
    }
    WITH n, sum(one) AS weight ORDER BY weight DESC, n.id LIMIT $each
    RETURN n, weight
  }`;
const LEVEL = `
  UNWIND $frontier AS id MATCH (e:${ENTITY} {id: id}) ${NEIGHBOURS}
  WITH n.id AS id, sum(weight) AS weight WHERE NOT id IN $seen
  RETURN id ORDER BY weight DESC, id LIMIT $limit`;
const STEPS = `
  UNWIND range(0, size($from) - 1) AS at MATCH (e:${ENTITY} {id: $from[at]}) ${NEIGHBOURS}
  RETURN e.id AS from, n.id AS to ORDER BY at, weight DESC, to`;
const ENTITIES = `
  UNWIND range(0, size($ids) - 1) AS at MATCH (e:${ENTITY} {id: $ids[at]})
  RETURN e.id AS id, e.project_id AS project_id, e.name AS name, e.type AS type, e.mentions AS mentions, e.created_at AS created_at,
    e.updated_at AS updated_at ORDER BY at`;
const SHOWN = `
  r.id AS id, r.project_id AS project_id, startNode(r).id AS source, startNode(r).name AS source_name, endNode(r).id AS target,
  endNode(r).name AS target_name, r.type AS type, r.weight AS weight`;
const BETWEEN = `
  UNWIND $ids AS id MATCH (e:${ENTITY} {id: id})-[r:${RELATION}]->(n) WHERE n.id IN $ids
  WITH r ORDER BY r.weight DESC, r.id LIMIT $limit RETURN ${SHOWN} ORDER BY weight DESC, id`;
const OF_STEPS = `
  UNWIND range(0, size($ids) - 2) AS at MATCH (a:${ENTITY} {id: $ids[at]}), (b:${ENTITY} {id: $ids[at + 1]})
  CALL (a, b) { MATCH (a)-[r:${RELATION}]-(b) RETURN r ORDER BY r.weight DESC, r.id LIMIT 1 }
  RETURN ${SHOWN} ORDER BY at`;
const EDGES = `
  MATCH (s)-[r:${RELATION}]->(t) WHERE r.project_id = $project_id AND r.weight > 0
  WITH s, r, t ORDER BY r.weight DESC, r.id LIMIT $limit
  RETURN s.id AS source, t.id AS target, r.weight AS weight ORDER BY weight DESC, r.id`;

type Answer<Name extends 'around' | 'path' | 'edges'> = Awaited<ReturnType<GraphStore[Name]>>;

export interface Neo4jWalks {
  around(query: Parameters<GraphStore['around']>[0]): Promise<GraphPart | null>;
  path(query: Parameters<GraphStore['path']>[0]): Promise<{ found: Answer<'path'> } | null>;
  edges(project_id: string, limit: number): Promise<Answer<'edges'> | null>;
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
        const ids = [...first, ...reached.keys()];
        const entities = await ask<Entity>(ENTITIES, { ids });
        const relations = await ask<StoredRelation>(BETWEEN, { ids, limit: whole(MOST_RELATIONS) });
        return { entities: entities.map((entity) => ({ ...entity, depth: reached.get(entity.id) ?? 0 })), relations, truncated };
      }),
    path: ({ project_id, from, to, max_depth }) =>
      reading(async (ask) => {
        if ((await present(ask, project_id, [from, to])).length < 2) return null;
        const ids = await walksOver(ask).path(from, to, max_depth);
        if (ids === null) return { found: null };
        const relations = ids.length > 1 ? await ask<StoredRelation>(OF_STEPS, { ids }) : [];
        return { found: { entities: await ask<Entity>(ENTITIES, { ids }), relations } };
      }),
    edges: (project_id, limit) =>
      reading(async (ask) => {
        const found = await ask<{ source: string; target: string; weight: number }>(EDGES, { project_id, limit: whole(limit) });
        return found.length === 0 ? null : numbered(found);
      }),
  };
}

async function present(ask: Ask, project_id: string, ids: string[]): Promise<string[]> {
  const found = await ask<{ id: string }>(PRESENT, { project_id, ids });
  return found.map(({ id }) => id);
}

const walksOver = (ask: Ask) =>
  createWalks<string>({
    async level({ frontier, seen, each, limit }) {
      const found = await ask<{ id: string }>(LEVEL, { frontier, seen: [...seen], each: whole(each), limit: whole(limit) });
      return found.map(({ id }) => id);
    },
    steps: (from, each) => ask(STEPS, { from, each: whole(each) }),
  });

/** Ids sort by creation, as rows do. */
function numbered(found: { source: string; target: string; weight: number }[]): Answer<'edges'> {
  const ids = [...new Set(found.flatMap(({ source, target }) => [source, target]))].sort();
  const numbers = new Map(ids.map((id, at) => [id, at]));
  const ends = (of: (edge: (typeof found)[number]) => string) => Int32Array.from(found, (edge) => numbers.get(of(edge)) ?? 0);
  return {
    nodes: ids.length,
    sources: ends(({ source }) => source),
    targets: ends(({ target }) => target),
    weights: Float64Array.from(found, ({ weight }) => weight),
    ids,
  };
}
