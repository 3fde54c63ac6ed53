/** What chunks say, written into the tables of the graph: everything of a batch in a few statements. */
import { v7 as uuid } from 'uuid';
import type { Relation, RelationType } from '../../../../contract/graph';
import { tellingWords, wordsOfNames } from '../../../../core/graph/extract/names';
import type { ChunkGraph } from '../../../../core/ports/graph';
import { now } from '../../shared/paging';
import type { Query } from '../database';
import { createMeanings, type Named, nameOf } from './decisions';

/** Other writings kept of one entity. */
const MOST_ALIASES = 50;

/** An update of what is there changes nothing, but answers with its row and holds on to it until the mentions are in. */
const ENTITIES = `
  INSERT INTO entities (id, project_id, type, key, name, created_at, updated_at)
  SELECT id, $2, type, key, name, $1, $1 FROM unnest($3::text[], $4::text[], $5::text[], $6::text[]) AS n(id, type, key, name)
  ON CONFLICT (project_id, key, type) DO UPDATE SET key = excluded.key RETURNING row, key, type, name, id`;
const WORDS = `
  INSERT INTO entity_words (project_id, word, entity_row) SELECT $1, word, entity_row FROM unnest($2::text[], $3::bigint[]) AS n(word, entity_row)
  ON CONFLICT DO NOTHING`;
const ALIASES = `
  INSERT INTO entity_aliases (entity_row, name) SELECT n.entity_row, n.name FROM unnest($1::bigint[], $2::text[]) AS n(entity_row, name)
  WHERE (SELECT count(*) FROM entity_aliases a WHERE a.entity_row = n.entity_row) < ${MOST_ALIASES} ON CONFLICT DO NOTHING`;
const MENTIONS = `
  INSERT INTO mentions (entity_row, chunk_row, char_start, char_end)
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::integer[]) ON CONFLICT DO NOTHING`;
/** What rules find was not found by the model alone. */
const RELATIONS = `
  INSERT INTO relations (id, project_id, source_row, target_row, type, label, origin, created_at)
  SELECT id, $2, source_row, target_row, type, label, origin, $1
  FROM unnest($3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[]) AS n(id, source_row, target_row, type, label, origin)
  ON CONFLICT (source_row, target_row, type) DO UPDATE
  SET origin = CASE WHEN excluded.origin = 'instant' THEN 'instant' ELSE relations.origin END RETURNING row, source_row, target_row, type`;
const EVIDENCE = `
  INSERT INTO relation_evidence (relation_row, chunk_row, char_start, char_end)
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::integer[]) ON CONFLICT DO NOTHING`;

/** Columns of the given rows, as the arrays that `unnest` takes. */
const columns = (rows: (readonly unknown[])[], width: number): unknown[][] =>
  Array.from({ length: width }, (_, at) => rows.map((row) => row[at]));

export interface Said {
  graph: ChunkGraph;
  /** Of the chunk. */
  row: number;
}

interface Place {
  project_id: string;
  document_id: string;
}

/** Inside a transaction of the caller. */
export async function writeChunks(query: Query, place: Place, said: Said[], origin: Relation['origin'] = 'instant'): Promise<void> {
  const rowOf = await writeEntities(query, place, said);
  const rowsIn = ({ graph }: Said) => graph.entities.map((entity) => rowOf(entity));
  const mentions = said.flatMap((one) => {
    const rows = rowsIn(one);
    return one.graph.entities.flatMap((entity, at) => entity.mentions.map((span) => [rows[at], one.row, span.char_start, span.char_end]));
  });
  if (mentions.length > 0) await query.run(MENTIONS, columns(mentions, 4));
  const relations = said.flatMap((one) => {
    const rows = rowsIn(one);
    return one.graph.relations.flatMap(({ source, target, type, label = null, char_start, char_end }) => {
      const [a, b] = [rows[source], rows[target]];
      // Two that are one by a decision are not related to each other.
      if (a === undefined || b === undefined || a === b) return [];
      return [{ ...directed(type, a, b), type, label, origin, place: [one.row, char_start, char_end] }];
    });
  });
  if (relations.length === 0) return;
  const written = await writeRelations(query, place.project_id, relations);
  await query.run(
    EVIDENCE,
    columns(
      relations.map((one) => [written(one), ...one.place]),
      4,
    ),
  );
}

/** Without a direction the smaller row is the source. */
export function directed(type: RelationType, source: number, target: number): { source: number; target: number } {
  return type === 'mentioned_with' && source > target ? { source: target, target: source } : { source, target };
}

export interface Related {
  source: number;
  target: number;
  type: RelationType;
  label: string | null;
  origin: Relation['origin'];
}

/** @returns the row of each, made where it was not there yet */
export async function writeRelations(query: Query, project_id: string, relations: Related[]): Promise<(relation: Related) => number> {
  const name = ({ source, target, type }: Related) => `${source} ${target} ${type}`;
  const distinct = [...firstOf(relations, name).values()];
  const values = distinct.map(({ source, target, type, label, origin }) => [uuid(), source, target, type, label, origin]);
  const written = await query.rows<{ row: number; source_row: number; target_row: number; type: string }>(RELATIONS, [
    now(),
    project_id,
    ...columns(values, 6),
  ]);
  const rows = new Map(written.map(({ row, source_row, target_row, type }) => [`${source_row} ${target_row} ${type}`, row]));
  return (relation) => rows.get(name(relation)) ?? 0;
}

/** In the order in which they come. */
function firstOf<One>(all: One[], name: (one: One) => string): Map<string, One> {
  const first = new Map<string, One>();
  for (const one of all) if (!first.has(name(one))) first.set(name(one), one);
  return first;
}

type Entity = ChunkGraph['entities'][number];

interface Written extends Named {
  row: number;
  id: string;
}

/** @returns the row of each entity */
async function writeEntities(query: Query, { project_id, document_id }: Place, said: Said[]): Promise<(entity: Entity) => number> {
  const entities = said.flatMap(({ graph }) => graph.entities);
  if (entities.length === 0) return () => 0;
  const meaning = await createMeanings(query, { project_id, document_id }, entities);
  const fresh = new Map<string, string>();
  const distinct = firstOf(entities.map(meaning), nameOf);
  const values = [...distinct].map(([name, { type, key, name: written }]) => {
    fresh.set(name, uuid());
    return [fresh.get(name), type, key, written];
  });
  const rows = await query.rows<Written>(ENTITIES, [now(), project_id, ...columns(values, 4)]);
  const written = new Map(rows.map((one) => [nameOf(one), one]));
  const of = (entity: Entity) => written.get(nameOf(meaning(entity)));
  const words = rows
    .filter((one) => fresh.get(nameOf(one)) === one.id)
    .flatMap(({ key, row }) => tellingWords(key).map((word) => [word, row]));
  // What was merged into another is still found by its own words.
  const merged = entities.filter((entity) => meaning(entity).key !== entity.key);
  words.push(...merged.flatMap((entity) => tellingWords(entity.key).map((word) => [word, of(entity)?.row ?? 0])));
  const aliases = entities.flatMap((entity) => {
    const known = of(entity);
    return [entity.name, ...(entity.writings ?? [])].filter((name) => name !== known?.name).map((name) => [known?.row ?? 0, name] as const);
  });
  // Who asks may know any of the names.
  words.push(...aliases.flatMap(([row, name]) => wordsOfNames([name]).map((word) => [word, row])));
  if (words.length > 0) await query.run(WORDS, [project_id, ...columns(words, 2)]);
  if (aliases.length > 0) await query.run(ALIASES, columns(aliases, 2));
  return (entity) => of(entity)?.row ?? 0;
}
