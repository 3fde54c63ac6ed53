/** Moving what is said of one entity to another, and back. Everything happens inside a transaction of the caller. */
import type { EntityType } from '../../../../contract/graph';
import { tellingWords, wordsOfNames } from '../../../../core/graph/extract/names';
import { NOTHING, type Said, type Undo, type UndoneRelation } from '../../shared/merges';
import type { Query } from '../database';
import { directed, writeRelations } from './chunk-writer';

/** Where something is said: which table, the column of its owner, and the owner. */
interface Holder {
  table: 'mentions' | 'relation_evidence';
  of: 'entity_row' | 'relation_row';
  row: number;
}

const mentionsOf = (row: number): Holder => ({ table: 'mentions', of: 'entity_row', row });
const evidenceOf = (row: number): Holder => ({ table: 'relation_evidence', of: 'relation_row', row });

/** Says the same of the other one; what was said stays until its owner goes. @returns what it was */
async function copyPlaces(query: Query, { table, of, row }: Holder, to: number | null): Promise<Said[]> {
  const places = await query.rows<{ id: string; chunk_row: number; char_start: number; char_end: number }>(
    `SELECT c.id, x.chunk_row, x.char_start, x.char_end FROM ${table} x JOIN chunks c ON c.row = x.chunk_row WHERE x.${of} = $1 ORDER BY 2, 3`,
    [row],
  );
  if (to === null) return places.map(({ id, char_start, char_end }) => [id, char_start, char_end, false]);
  const added = await query.rows<{ chunk_row: number; char_start: number }>(
    `INSERT INTO ${table} (${of}, chunk_row, char_start, char_end) SELECT $2, chunk_row, char_start, char_end FROM ${table} WHERE ${of} = $1
     ON CONFLICT DO NOTHING RETURNING chunk_row, char_start`,
    [row, to],
  );
  const fresh = new Set(added.map(({ chunk_row, char_start }) => `${chunk_row} ${char_start}`));
  return places.map(({ id, chunk_row, char_start, char_end }) => [id, char_start, char_end, !fresh.has(`${chunk_row} ${char_start}`)]);
}

/** Gives back what the holder still has; with no holder, what lies in chunks that are still there. */
async function returnPlaces(query: Query, { table, of, row }: Holder, holder: number | null, said: Said[]): Promise<void> {
  if (said.length === 0) return;
  const columns = [0, 1, 2, 3].map((at) => said.map((one) => one[at]));
  const given = `
    SELECT c.row AS chunk_row, g.char_start, g.char_end, g.shared
    FROM unnest($2::text[], $3::integer[], $4::integer[], $5::boolean[]) AS g(id, char_start, char_end, shared) JOIN chunks c ON c.id = g.id`;
  const held = `
    ${given} WHERE $1::bigint IS NULL OR EXISTS
      (SELECT 1 FROM ${table} x WHERE x.${of} = $1::bigint AND x.chunk_row = c.row AND x.char_start = g.char_start)`;
  const back = await query.rows<{ chunk_row: number; char_start: number; char_end: number; shared: boolean }>(held, [holder, ...columns]);
  const arrays = [back.map((one) => one.chunk_row), back.map((one) => one.char_start)];
  await query.run(
    `INSERT INTO ${table} (${of}, chunk_row, char_start, char_end) SELECT $1, * FROM unnest($2::bigint[], $3::integer[], $4::integer[])
     ON CONFLICT DO NOTHING`,
    [row, ...arrays, back.map((one) => one.char_end)],
  );
  if (holder === null) return;
  await query.run(
    `DELETE FROM ${table} x USING unnest($2::bigint[], $3::integer[], $4::boolean[]) AS g(chunk_row, char_start, shared)
     WHERE x.${of} = $1 AND x.chunk_row = g.chunk_row AND x.char_start = g.char_start AND NOT g.shared`,
    [holder, ...arrays, back.map((one) => one.shared)],
  );
}

interface Gone {
  row: number;
  id: string;
  project_id: string;
  key: string;
  name: string;
  created_at: string;
  updated_at: string;
}

type RelationRow = Omit<UndoneRelation, 'other' | 'outgoing' | 'evidence'> & { source_row: number; target_row: number };

const ENTITY = 'SELECT row, id, project_id, key, name, created_at, updated_at FROM entities WHERE row = $1';
const RELATIONS = `
  SELECT row, id, source_row, target_row, type, label, origin, created_at FROM relations WHERE source_row = $1 OR target_row = $1 ORDER BY row`;
/** The last mention takes the entity along. */
const REMOVE = [
  'DELETE FROM relation_evidence WHERE relation_row IN (SELECT row FROM relations WHERE source_row = $1 OR target_row = $1)',
  'DELETE FROM mentions WHERE entity_row = $1',
];

export async function move(query: Query, row: number, stays: number): Promise<Undo> {
  const found = await query.row<Gone>(ENTITY, [row]);
  if (!found) return NOTHING;
  const { project_id, key, ...entity } = found;
  const names = await giveNames(query, row, stays, { project_id, key, name: entity.name });
  const relations: UndoneRelation[] = [];
  for (const one of await query.rows<RelationRow>(RELATIONS, [row]))
    relations.push(await moveRelation(query, project_id, { row, stays, one }));
  const mentions = await copyPlaces(query, mentionsOf(row), stays);
  for (const statement of REMOVE) await query.run(statement, [row]);
  return { ...names, entity, relations, mentions };
}

interface Moved {
  row: number;
  stays: number;
  one: RelationRow;
}

async function moveRelation(query: Query, project_id: string, { row, stays, one }: Moved): Promise<UndoneRelation> {
  const { source_row, target_row, ...relation } = one;
  const outgoing = source_row === row;
  const end = outgoing ? target_row : source_row;
  const undone = { ...relation, outgoing, other: end === stays ? null : end };
  if (undone.other === null) return { ...undone, evidence: await copyPlaces(query, evidenceOf(relation.row), null) };
  const [source, target] = outgoing ? [stays, end] : [end, stays];
  const related = { ...directed(relation.type, source, target), type: relation.type, label: relation.label, origin: relation.origin };
  const into = (await writeRelations(query, project_id, [related]))(related);
  return { ...undone, evidence: await copyPlaces(query, evidenceOf(relation.row), into) };
}

/** The names of what goes become writings of what stays, which is found by its words. */
async function giveNames(query: Query, row: number, stays: number, gone: { project_id: string; key: string; name: string }) {
  const had = await query.rows<{ name: string }>('SELECT name FROM entity_aliases WHERE entity_row = $1 ORDER BY name', [row]);
  const aliases = had.map(({ name }) => name);
  const given = await query.rows<{ name: string }>(
    `INSERT INTO entity_aliases (entity_row, name) SELECT e.row, n.name FROM entities e CROSS JOIN unnest($2::text[]) AS n(name)
     WHERE e.row = $1 AND n.name <> e.name ON CONFLICT DO NOTHING RETURNING name`,
    [stays, [...new Set([gone.name, ...aliases])]],
  );
  const words = await query.rows<{ word: string }>(
    `INSERT INTO entity_words (project_id, word, entity_row) SELECT $1, word, $2 FROM unnest($3::text[]) AS n(word)
     ON CONFLICT DO NOTHING RETURNING word`,
    [gone.project_id, stays, [...new Set([...tellingWords(gone.key), ...wordsOfNames(aliases)])]],
  );
  return { aliases, given: { aliases: given.map(({ name }) => name), words: words.map(({ word }) => word) } };
}

interface Decision {
  project_id: string;
  from_key: string;
  from_type: EntityType;
}

const CREATE = `
  INSERT INTO entities (row, id, project_id, type, key, name, created_at, updated_at) OVERRIDING SYSTEM VALUE
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;

/** @param stays the row of the entity that has what was moved; undefined when it has gone, and all of this with it */
export async function restore(query: Query, undo: Undo, decision: Decision, stays: number | undefined): Promise<void> {
  const { entity, aliases, mentions, relations, given } = undo;
  const { project_id, from_key, from_type } = decision;
  if (entity === null || stays === undefined) return;
  const { row, id, name, created_at, updated_at } = entity;
  await query.run(CREATE, [row, id, project_id, from_type, from_key, name, created_at, updated_at]);
  await query.run('INSERT INTO entity_words (project_id, word, entity_row) SELECT $1, word, $2 FROM unnest($3::text[]) AS n(word)', [
    project_id,
    row,
    [...new Set([...tellingWords(from_key), ...wordsOfNames(aliases)])],
  ]);
  await query.run('INSERT INTO entity_aliases (entity_row, name) SELECT $1, name FROM unnest($2::text[]) AS n(name)', [row, aliases]);
  await query.run('DELETE FROM entity_aliases WHERE entity_row = $1 AND name = ANY($2::text[])', [stays, given.aliases]);
  await query.run('DELETE FROM entity_words WHERE entity_row = $1 AND word = ANY($2::text[])', [stays, given.words]);
  // The last mention that goes would take the relations along.
  for (const one of relations) await restoreRelation(query, project_id, { row, stays }, one);
  await returnPlaces(query, mentionsOf(row), stays, mentions);
  await query.run('DELETE FROM entities WHERE row = $1 AND mentions = 0', [row]);
}

const CREATE_RELATION = `
  INSERT INTO relations (row, id, project_id, source_row, target_row, type, label, origin, created_at) OVERRIDING SYSTEM VALUE
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

async function restoreRelation(
  query: Query,
  project_id: string,
  { row: gone, stays }: { row: number; stays: number },
  { row, id, other, outgoing, type, label, origin, created_at, evidence }: UndoneRelation,
): Promise<void> {
  const end = other ?? stays;
  if (!(await query.row('SELECT 1 FROM entities WHERE row = $1', [end]))) return;
  const [source, target] = outgoing ? [gone, end] : [end, gone];
  await query.run(CREATE_RELATION, [row, id, project_id, source, target, type, label, origin, created_at]);
  // What related the two was not moved anywhere.
  if (other === null) await returnPlaces(query, evidenceOf(row), null, evidence);
  else {
    const held = outgoing ? directed(type, stays, end) : directed(type, end, stays);
    const holder = await query.row<{ row: number }>('SELECT row FROM relations WHERE source_row = $1 AND target_row = $2 AND type = $3', [
      held.source,
      held.target,
      type,
    ]);
    if (holder) await returnPlaces(query, evidenceOf(row), holder.row, evidence);
  }
  await query.run('DELETE FROM relations WHERE row = $1 AND weight = 0', [row]);
}
