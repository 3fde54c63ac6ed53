/** Walks through the graph in Neo4j, which give ids in the same order as the records do. Null where Neo4j does not know the start. */
import type { RelationType } from '../../contract/graph';
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
const BETWEEN = `
  UNWIND $ids AS id MATCH (e:${ENTITY} {id: id})-[r:${RELATION}]->(n) WHERE n.id IN $ids
  RETURN r.id AS id ORDER BY r.weight DESC, id LIMIT $limit`;
const OF_STEPS = `
  UNWIND range(0, size($ids) - 2) AS at MATCH (a:${ENTITY} {id: $ids[at]}), (b:${ENTITY} {id: $ids[at + 1]})
  CALL (a, b) { MATCH (a)-[r:${RELATION}]-(b) RETURN r ORDER BY r.weight DESC, r.id LIMIT 1 }
  RETURN r.id AS id ORDER BY at`;
const EDGES = `
  MATCH (s)-[r:${RELATION}]->(t) WHERE r.project_id = $project_id AND r.weight > 0
  WITH s, r, t ORDER BY r.weight DESC, r.id LIMIT $limit
  RETURN s.id AS source, t.id AS target, r.weight AS weight, r.type AS type ORDER BY weight DESC, r.id`;

/** Ids, in the order in which they are shown. */
export interface Found {
  entities: string[];
  relations: string[];
}
type Edges = Awaited<ReturnType<GraphStore['edges']>>;

export interface Neo4jWalks {
  around(query: Parameters<GraphStore['around']>[0]): Promise<(Found & { depths: Map<string, number>; truncated: boolean }) | null>;
  /** `found` is null where there is no way. */
  path(query: Parameters<GraphStore['path']>[0]): Promise<{ found: Found | null } | null>;
  edges(project_id: string, limit: number): Promise<Edges | null>;
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
    edges: (project_id, limit) =>
      reading(async (ask) => {
        const found = await ask<Edge>(EDGES, { project_id, limit: whole(limit) });
        return found.length === 0 ? null : numbered(found);
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

interface Edge {
  source: string;
  target: string;
  weight: number;
  type: RelationType;
}

/** Ids sort by creation, as rows do. */
function numbered(found: Edge[]): Edges {
  const ids = [...new Set(found.flatMap(({ source, target }) => [source, target]))].sort();
  const numbers = new Map(ids.map((id, at) => [id, at]));
  const ends = (of: (edge: Edge) => string) => Int32Array.from(found, (edge) => numbers.get(of(edge)) ?? 0);
  return {
    nodes: ids.length,
    sources: ends(({ source }) => source),
    targets: ends(({ target }) => target),
    weights: Float64Array.from(found, ({ weight }) => weight),
    types: found.map(({ type }) => type),
    ids,
  };
}
