/** The knowledge graph in SQLite, in the library's own file: a deleted chunk takes what it said with it. */
import type { Entity } from '../../../../contract/graph';
import type { Page } from '../../../../contract/shared';
import type { Walks } from '../../../../core/graph/walk';
import type { GraphPart, GraphStore, Place, ReachedEntity, StoredRelation } from '../../../../core/ports/graph';
import { pageOf } from '../../shared/paging';
import type { SqliteDatabase } from '../database';
import { createDeepReading } from './deep';
import { createEdges } from './edges';
import { ALIASES, aliasesOf, createGraphLists, type EntityRow, toEntity } from './lists';
import { createMerging } from './merge';
import { createMirrored } from './mirrored';
import { createSqliteWalks } from './walk';
import { createGraphWriting } from './write';

const ENTITY = `e.id, e.project_id, e.name, e.type, ${aliasesOf('e.row')} AS aliases, e.mentions, e.created_at, e.updated_at`;
const ENTITIES = `
  SELECT e.row, e.id, e.project_id, e.name, e.type, e.mentions, e.created_at, e.updated_at
  FROM json_each(?) r CROSS JOIN entities e ON e.row = r.value`;
/** One lookup for all entities of a part; as `aliasesOf` orders them. */
const ALIASES_OF_MANY = `
  SELECT a.entity_row AS row, a.name FROM json_each(?) r CROSS JOIN entity_aliases a ON a.entity_row = r.value
  ORDER BY length(a.name) DESC, a.name`;
const RELATION = `
  r.id, r.project_id, s.id AS source, s.name AS source_name, t.id AS target, t.name AS target_name, r.type, r.label, r.origin, r.weight
  FROM relations r CROSS JOIN entities s ON s.row = r.source_row CROSS JOIN entities t ON t.row = r.target_row`;
/** Pairs are looked up one by one: an entity in the middle of everything has too many relations to read. */
const BETWEEN = `
  SELECT ${RELATION.replace('FROM relations r', 'FROM json_each(:rows) a CROSS JOIN json_each(:rows) b CROSS JOIN relations r ON r.source_row = a.value AND r.target_row = b.value')}
  ORDER BY r.weight DESC, r.row LIMIT :limit`;
const EVIDENCE = `
  SELECT id, chunk_id, char_start, char_end FROM (
    SELECT r.id, c.id AS chunk_id, e.char_start, e.char_end, row_number() OVER (PARTITION BY r.row ORDER BY e.chunk_row, e.char_start) AS nth
    FROM json_each(:ids) i CROSS JOIN relations r ON r.id = i.value CROSS JOIN relation_evidence e ON e.relation_row = r.row
    CROSS JOIN chunks c ON c.row = e.chunk_row) WHERE nth <= :each`;
const MENTIONS = `
  SELECT c.id AS chunk_id, m.char_start, m.char_end FROM entities e CROSS JOIN mentions m ON m.entity_row = e.row
  CROSS JOIN chunks c ON c.row = m.chunk_row WHERE e.id = :id ORDER BY m.chunk_row, m.char_start LIMIT :limit + 0 OFFSET :after`;
const DOCUMENTS = `
  SELECT count(DISTINCT c.document_id) FROM entities e JOIN mentions m ON m.entity_row = e.row JOIN chunks c ON c.row = m.chunk_row WHERE e.id = ?`;
const COUNTS = `
  SELECT (SELECT count(*) FROM entities WHERE project_id = :project) AS entities,
    (SELECT count(*) FROM relations WHERE project_id = :project) AS relations,
    coalesce(sum(d.chunks), 0) AS chunks, coalesce(sum(min(g.chunks, d.chunks)), 0) AS chunks_done
  FROM documents d LEFT JOIN graph_progress g ON g.document_id = d.id AND g.rules = :rules WHERE d.project_id = :project AND d.indexed = 1`;
const BY_KEYS = `
  SELECT ${ENTITY} FROM json_each(:keys) k CROSS JOIN entities e ON e.project_id = :project AND e.key = k.value
  ORDER BY e.mentions DESC, e.row LIMIT :limit`;
const BY_WORDS = `
  SELECT ${ENTITY} FROM (
    SELECT e.row, count(*) AS words FROM json_each(:words) w CROSS JOIN entity_words x ON x.project_id = :project AND x.word = w.value
    CROSS JOIN entities e ON e.row = x.entity_row GROUP BY e.row ORDER BY count(*) DESC, e.mentions DESC, e.row LIMIT :limit) f
  CROSS JOIN entities e ON e.row = f.row ORDER BY f.words DESC, e.mentions DESC, e.row`;
/** Of what is named everywhere, so many passages are weighed. */
const MOST_PASSAGES = 2_000;
const CHUNKS_OF = `
  SELECT m.chunk_row AS row, count(*) AS named FROM mentions m WHERE m.entity_row = :row GROUP BY m.chunk_row ORDER BY m.chunk_row LIMIT ${MOST_PASSAGES}`;
const CHUNKS_OF_DOCUMENTS = `
  SELECT m.chunk_row AS row, count(*) AS named FROM mentions m CROSS JOIN chunks c ON c.row = m.chunk_row
  WHERE m.entity_row = :row AND c.document_id IN (SELECT value FROM json_each(:documents)) GROUP BY m.chunk_row ORDER BY m.chunk_row LIMIT ${MOST_PASSAGES}`;
const SHOWN = `
  SELECT c.row, c.id FROM json_each(:rows) r CROSS JOIN chunks c ON c.row = r.value CROSS JOIN documents d ON d.id = c.document_id AND d.indexed = 1
  WHERE :documents IS NULL OR d.id IN (SELECT value FROM json_each(:documents))`;
/** Relations shown of one part. */
const MOST_RELATIONS = 1_000;

type Row = Entity & { row: number };

/** Shares the connection of the records. */
export function createSqliteGraph(database: SqliteDatabase): GraphStore {
  const { sql } = database;
  const lists = createGraphLists(database);
  const walks = createSqliteWalks(sql);
  const rowOf = sql.prepare('SELECT row FROM entities WHERE id = ? AND project_id = ?').pluck();
  const mentions = sql.prepare(MENTIONS);
  const documents = sql.prepare(DOCUMENTS).pluck();
  const counts = sql.prepare(COUNTS);
  const evidence = sql.prepare(EVIDENCE);
  const rows = (project_id: string, ids: string[]) =>
    ids.flatMap((id) => {
      const row = rowOf.get(id, project_id) as number | undefined;
      return row === undefined ? [] : [row];
    });
  return {
    engine: 'sqlite',
    ...createGraphWriting(sql),
    ...createMirrored(sql, { entity: ENTITY, relation: RELATION }),
    ...createFinding(database),
    entities: async (query) => lists.entities({ ...query }),
    relations: async (query) => lists.relations({ ...query }),
    entity: async (project_id, id) => lists.entity(project_id, id),
    counts: async (project_id, rules) => counts.get({ project: project_id, rules }) as Awaited<ReturnType<GraphStore['counts']>>,
    documents: async (id) => Number(documents.get(id)),
    async mentions(id, { limit, cursor }): Promise<Page<Place>> {
      const after = cursor === undefined ? 0 : Number(cursor);
      const found = mentions.all({ id, limit: limit + 1, after }) as Place[];
      return pageOf(
        found,
        limit,
        () => String(after + limit),
        (place) => place,
      );
    },
    async evidence(ids, each) {
      const places = new Map<string, Place[]>();
      for (const { id, ...place } of evidence.all({ ids: JSON.stringify(ids), each }) as (Place & { id: string })[]) {
        places.set(id, [...(places.get(id) ?? []), place]);
      }
      return places;
    },
    ...createWandering(database, walks, rows),
    edges: createEdges(sql),
    ...createMerging(sql),
    ...createDeepReading(sql),
  };
}

function createWandering(
  { sql }: SqliteDatabase,
  walks: Walks<number>,
  rowsOf: (project_id: string, ids: string[]) => number[],
): Pick<GraphStore, 'around' | 'path'> {
  const entities = sql.prepare(ENTITIES);
  const between = sql.prepare(BETWEEN);
  const aliases = sql.prepare(ALIASES_OF_MANY);
  const inOrder = (rows: number[]): Row[] => {
    const asked = JSON.stringify(rows);
    const names = new Map<number, string[]>();
    for (const { row, name } of aliases.all(asked) as { row: number; name: string }[]) {
      const known = names.get(row);
      if (!known) names.set(row, [name]);
      else if (known.length < ALIASES) known.push(name);
    }
    return (entities.all(asked) as Omit<Row, 'aliases'>[]).map((entity) => ({ ...entity, aliases: names.get(entity.row) ?? [] }));
  };
  const related = (rows: number[], limit: number) => between.all({ rows: JSON.stringify(rows), limit }) as StoredRelation[];
  const shown = ({ row: _row, ...entity }: Row): Entity => entity;
  return {
    async around({ project_id, from, depth, limit }): Promise<GraphPart> {
      const start = rowsOf(project_id, from).slice(0, limit);
      const { reached, truncated } = await walks.around(start, depth, limit - start.length);
      const all = [...start, ...reached.keys()];
      const found = inOrder(all).map((row): ReachedEntity => ({ ...shown(row), depth: reached.get(row.row) ?? 0 }));
      return { entities: found, relations: related(all, MOST_RELATIONS), truncated };
    },
    async path({ project_id, from, to, max_depth }) {
      const [a, b] = [rowsOf(project_id, [from])[0], rowsOf(project_id, [to])[0]];
      const way = a === undefined || b === undefined ? null : await walks.path(a, b, max_depth);
      if (way === null) return null;
      const steps = way.slice(1).flatMap((row, at) => related([way[at] ?? row, row], 1));
      return { entities: inOrder(way).map(shown), relations: steps };
    },
  };
}

function createFinding({ sql }: SqliteDatabase): Pick<GraphStore, 'named' | 'chunks'> {
  const byKeys = sql.prepare(BY_KEYS);
  const byWords = sql.prepare(BY_WORDS);
  const mentions = sql.prepare('SELECT row, mentions FROM entities WHERE id = ? AND project_id = ?');
  const [chunksOf, chunksOfDocuments] = [sql.prepare(CHUNKS_OF), sql.prepare(CHUNKS_OF_DOCUMENTS)];
  const shown = sql.prepare(SHOWN);
  return {
    async named({ project_id, keys, words, limit }) {
      const exact = byKeys.all({ project: project_id, keys: JSON.stringify(keys), limit }) as EntityRow[];
      if (exact.length > 0) return exact.map(toEntity);
      return (byWords.all({ project: project_id, words: JSON.stringify(words), limit }) as EntityRow[]).map(toEntity);
    },
    async chunks({ project_id, entities, limit, document_ids }) {
      const scores = new Map<number, number>();
      const documents = document_ids ? JSON.stringify(document_ids) : null;
      const passagesOf = (row: number) => (documents === null ? chunksOf.all({ row }) : chunksOfDocuments.all({ row, documents }));
      for (const { id, weight } of entities) {
        const entity = mentions.get(id, project_id) as { row: number; mentions: number } | undefined;
        if (!entity) continue;
        const rarity = weight / Math.log2(2 + entity.mentions);
        for (const { row, named } of passagesOf(entity.row) as { row: number; named: number }[]) {
          scores.set(row, (scores.get(row) ?? 0) + rarity * (1 + Math.log2(named)));
        }
      }
      const values = { rows: JSON.stringify([...scores.keys()]), documents };
      const found = shown.all(values) as { row: number; id: string }[];
      const scored = found.map(({ row, id }) => ({ chunk_id: id, score: scores.get(row) ?? 0, row }));
      const best = scored.sort((a, b) => b.score - a.score || a.row - b.row).slice(0, limit);
      return best.map(({ chunk_id, score }) => ({ chunk_id, score }));
    },
  };
}
