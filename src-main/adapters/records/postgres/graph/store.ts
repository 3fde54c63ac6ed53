/** The knowledge graph in PostgreSQL, beside the records: a deleted chunk takes what it said with it. */
import type { Entity, RelationType } from '../../../../contract/graph';
import type { Walks } from '../../../../core/graph/walk';
import type { GraphCounts, GraphPart, GraphStore, Place, ReachedEntity, StoredRelation } from '../../../../core/ports/graph';
import { pageOf } from '../../shared/paging';
import type { Database } from '../database';
import { createDeepReading } from './deep';
import { createGraphLists, ENTITY, RELATION } from './lists';
import { createMerging } from './merge';
import { createMirrored } from './mirrored';
import { createPostgresWalks } from './walk';
import { createGraphWriting } from './write';

const ENTITIES = `
  SELECT e.row, ${ENTITY} FROM unnest($1::bigint[]) WITH ORDINALITY r(row, nth) JOIN entities e ON e.row = r.row ORDER BY r.nth`;
const BETWEEN = `
  SELECT ${RELATION}
  FROM relations r JOIN entities s ON s.row = r.source_row JOIN entities t ON t.row = r.target_row
  WHERE r.source_row = ANY($1::bigint[]) AND r.target_row = ANY($1::bigint[]) ORDER BY r.weight DESC, r.row LIMIT $2`;
const EVIDENCE = `
  SELECT r.id, c.id AS chunk_id, e.char_start, e.char_end FROM relations r CROSS JOIN LATERAL (
    SELECT * FROM relation_evidence WHERE relation_row = r.row ORDER BY chunk_row, char_start LIMIT $2) e
  JOIN chunks c ON c.row = e.chunk_row WHERE r.id = ANY($1::text[]) ORDER BY r.row, e.chunk_row, e.char_start`;
const MENTIONS = `
  SELECT c.id AS chunk_id, m.char_start, m.char_end FROM entities e JOIN mentions m ON m.entity_row = e.row
  JOIN chunks c ON c.row = m.chunk_row WHERE e.id = $1 ORDER BY m.chunk_row, m.char_start LIMIT $2 OFFSET $3`;
const DOCUMENTS = `
  SELECT count(DISTINCT c.document_id) AS documents FROM entities e JOIN mentions m ON m.entity_row = e.row
  JOIN chunks c ON c.row = m.chunk_row WHERE e.id = $1`;
const COUNTS = `
  SELECT (SELECT count(*) FROM entities WHERE project_id = $1) AS entities,
    (SELECT count(*) FROM relations WHERE project_id = $1) AS relations,
    coalesce(sum(d.chunks), 0) AS chunks, coalesce(sum(least(coalesce(g.chunks, 0), d.chunks)), 0) AS chunks_done
  FROM documents d LEFT JOIN graph_progress g ON g.document_id = d.id AND g.rules = $2 WHERE d.project_id = $1 AND d.indexed`;
const BY_KEYS = `
  SELECT ${ENTITY} FROM entities e WHERE e.project_id = $1 AND e.key = ANY($2::text[]) ORDER BY e.mentions DESC, e.row LIMIT $3`;
const BY_WORDS = `
  SELECT ${ENTITY} FROM (
    SELECT entity_row, count(*) AS found FROM entity_words WHERE project_id = $1 AND word = ANY($2::text[]) GROUP BY entity_row) x
  JOIN entities e ON e.row = x.entity_row ORDER BY x.found DESC, e.mentions DESC, e.row LIMIT $3`;
/** Rare entities weigh more; of each, the first 2,000 chunks that name it. */
const CHUNKS = `
  SELECT c.id AS chunk_id, s.score FROM (
    SELECT m.chunk_row, sum(w.weight / log(2 + e.mentions) * (log(2) + log(m.named)))::float8 AS score
    FROM unnest($2::text[], $3::float8[]) w(id, weight) JOIN entities e ON e.id = w.id AND e.project_id = $1 CROSS JOIN LATERAL (
      SELECT chunk_row, count(*) AS named FROM mentions WHERE entity_row = e.row
      AND ($4::text[] IS NULL OR EXISTS (SELECT 1 FROM chunks k WHERE k.row = chunk_row AND k.document_id = ANY($4::text[]))) GROUP BY chunk_row ORDER BY chunk_row LIMIT 2000) m
    GROUP BY m.chunk_row) s
  JOIN chunks c ON c.row = s.chunk_row JOIN documents d ON d.id = c.document_id AND d.indexed
  WHERE $4::text[] IS NULL OR d.id = ANY($4::text[]) ORDER BY s.score DESC, c.row LIMIT $5`;
const EDGES = `
  SELECT r.source_row AS source, r.target_row AS target, r.weight, r.type FROM relations r WHERE r.project_id = $1 ORDER BY r.weight DESC, r.row LIMIT $2`;
/** Relations shown of one part. */
const MOST_RELATIONS = 1_000;

type Row = Entity & { row: number };

/** Shares the pool of the records. */
export function createPostgresGraph(database: Database): GraphStore {
  const { rows, row } = database;
  const lists = createGraphLists(database);
  return {
    engine: 'postgres',
    ...createGraphWriting(database),
    ...createFinding(database),
    ...lists,
    async counts(project_id, rules) {
      return (await row<GraphCounts>(COUNTS, [project_id, rules])) ?? { entities: 0, relations: 0, chunks: 0, chunks_done: 0 };
    },
    documents: async (id) => (await row<{ documents: number }>(DOCUMENTS, [id]))?.documents ?? 0,
    async mentions(id, { limit, cursor }) {
      const after = cursor === undefined ? 0 : Number(cursor);
      const found = await rows<Place>(MENTIONS, [id, limit + 1, after]);
      return pageOf(
        found,
        limit,
        () => String(after + limit),
        (place) => place,
      );
    },
    async evidence(ids, each) {
      const places = new Map<string, Place[]>();
      for (const { id, ...place } of await rows<Place & { id: string }>(EVIDENCE, [ids, each])) {
        places.set(id, [...(places.get(id) ?? []), place]);
      }
      return places;
    },
    ...createWandering(database, createPostgresWalks(database)),
    edges: createEdges(database),
    ...createMerging(database),
    ...createDeepReading(database),
    ...createMirrored(database),
  };
}

function createWandering({ rows }: Database, walks: Walks<number>): Pick<GraphStore, 'around' | 'path'> {
  const inOrder = (wanted: number[]) => rows<Row>(ENTITIES, [wanted]);
  const related = (wanted: number[], limit: number) => rows<StoredRelation>(BETWEEN, [wanted, limit]);
  const shown = ({ row: _row, ...entity }: Row): Entity => entity;
  const rowsOf = async (project_id: string, ids: string[]): Promise<number[]> => {
    const found = await rows<{ row: number }>(
      `SELECT e.row FROM unnest($2::text[]) WITH ORDINALITY i(id, nth) JOIN entities e ON e.id = i.id AND e.project_id = $1 ORDER BY i.nth`,
      [project_id, ids],
    );
    return found.map(({ row }) => row);
  };
  return {
    async around({ project_id, from, depth, limit }): Promise<GraphPart> {
      const start = (await rowsOf(project_id, from)).slice(0, limit);
      const { reached, truncated } = await walks.around(start, depth, limit - start.length);
      const all = [...start, ...reached.keys()];
      const found = (await inOrder(all)).map((row): ReachedEntity => ({ ...shown(row), depth: reached.get(row.row) ?? 0 }));
      return { entities: found, relations: await related(all, MOST_RELATIONS), truncated };
    },
    async path({ project_id, from, to, max_depth }) {
      const [[a], [b]] = [await rowsOf(project_id, [from]), await rowsOf(project_id, [to])];
      const way = a === undefined || b === undefined ? null : await walks.path(a, b, max_depth);
      if (way === null) return null;
      const steps: StoredRelation[] = [];
      for (const [at, row] of way.slice(1).entries()) steps.push(...(await related([way[at] ?? row, row], 1)));
      return { entities: (await inOrder(way)).map(shown), relations: steps };
    },
  };
}

function createFinding({ rows }: Database): Pick<GraphStore, 'named' | 'chunks'> {
  return {
    async named({ project_id, keys, words, limit }) {
      const exact = await rows<Entity>(BY_KEYS, [project_id, keys, limit]);
      return exact.length > 0 ? exact : rows<Entity>(BY_WORDS, [project_id, words, limit]);
    },
    chunks: ({ project_id, entities, limit, document_ids }) =>
      rows(CHUNKS, [project_id, entities.map(({ id }) => id), entities.map(({ weight }) => weight), document_ids ?? null, limit]),
  };
}

interface Edge {
  source: number;
  target: number;
  weight: number;
  type: RelationType;
}

function createEdges({ rows }: Database): GraphStore['edges'] {
  return async (project_id, limit) => {
    const read = await rows<Edge>(EDGES, [project_id, limit]);
    const ends = read.flatMap(({ source, target }) => [source, target]);
    const nodes = await rows<{ row: number; id: string }>('SELECT row, id FROM entities WHERE row = ANY($1::bigint[]) ORDER BY row', [
      ends,
    ]);
    const numbers = new Map(nodes.map(({ row }, at) => [row, at]));
    // Some may have gone between the two queries.
    const edges = read.filter(({ source, target }) => numbers.has(source) && numbers.has(target));
    return {
      nodes: nodes.length,
      ids: nodes.map(({ id }) => id),
      sources: Int32Array.from(edges, ({ source }) => numbers.get(source) ?? 0),
      targets: Int32Array.from(edges, ({ target }) => numbers.get(target) ?? 0),
      types: edges.map(({ type }) => type),
      weights: Float64Array.from(edges, ({ weight }) => weight),
    };
  };
}
