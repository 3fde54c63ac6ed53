/** Moving what is said of one entity to another, and back. Everything happens inside a transaction of the caller. */
import type { EntityType } from '../../../../contract/graph';
import { tellingWords, wordsOfNames } from '../../../../core/graph/extract/names';
import type { Said, Undo, UndoneRelation } from '../../shared/merges';
import type { Connection } from '../database';
import { createRelationWriter } from './chunk-writer';

interface Gone {
  row: number;
  id: string;
  project_id: string;
  key: string;
  name: string;
  created_at: string;
  updated_at: string;
}

interface Place {
  id: string;
  chunk_row: number;
  char_start: number;
  char_end: number;
}

type RelationRow = Omit<UndoneRelation, 'other' | 'outgoing' | 'evidence'> & { source_row: number; target_row: number };

export function createMoves(sql: Connection) {
  return { move: createMove(sql), restore: createRestore(sql) };
}

const PLACES = 'SELECT c.id, x.chunk_row, x.char_start, x.char_end FROM';

function createMove(sql: Connection): (gone: number, stays: number) => Undo {
  const entity = sql.prepare('SELECT row, id, project_id, key, name, created_at, updated_at FROM entities WHERE row = ?');
  const relations = sql.prepare(`
    SELECT row, id, source_row, target_row, type, label, origin, created_at FROM relations WHERE source_row = :row
    UNION SELECT row, id, source_row, target_row, type, label, origin, created_at FROM relations WHERE target_row = :row ORDER BY row`);
  const evidenceOf = sql.prepare(
    `${PLACES} relation_evidence x JOIN chunks c ON c.row = x.chunk_row WHERE x.relation_row = ? ORDER BY 2, 3`,
  );
  const mentionsOf = sql.prepare(`${PLACES} mentions x JOIN chunks c ON c.row = x.chunk_row WHERE x.entity_row = ? ORDER BY 2, 3`);
  const say = sql.prepare('INSERT OR IGNORE INTO relation_evidence (relation_row, chunk_row, char_start, char_end) VALUES (?, ?, ?, ?)');
  const mention = sql.prepare('INSERT OR IGNORE INTO mentions (entity_row, chunk_row, char_start, char_end) VALUES (?, ?, ?, ?)');
  const remove = [
    'DELETE FROM relation_evidence WHERE relation_row IN (SELECT row FROM relations WHERE source_row = :row OR target_row = :row)',
    'DELETE FROM mentions WHERE entity_row = :row',
  ].map((statement) => sql.prepare(statement));
  const relationRow = createRelationWriter(sql);
  const give = createGive(sql);

  function moveRelation(
    project_id: string,
    gone: number,
    stays: number,
    { source_row, target_row, ...relation }: RelationRow,
  ): UndoneRelation {
    const outgoing = source_row === gone;
    const end = outgoing ? target_row : source_row;
    const places = evidenceOf.all(relation.row) as Place[];
    const undone = { ...relation, outgoing, other: end === stays ? null : end };
    if (undone.other === null) return { ...undone, evidence: places.map((place) => said(place, false)) };
    const ends = outgoing ? { source: stays, target: end } : { source: end, target: stays };
    const into = relationRow({ project_id, ...ends, type: relation.type, label: relation.label, origin: relation.origin });
    const evidence = places.map((place) => said(place, say.run(into, place.chunk_row, place.char_start, place.char_end).changes === 0));
    return { ...undone, evidence };
  }

  return (row, stays) => {
    const { project_id, key, ...gone } = entity.get(row) as Gone;
    const undo: Undo = {
      ...give(row, stays, { project_id, key, name: gone.name }),
      entity: gone,
      relations: (relations.all({ row }) as RelationRow[]).map((relation) => moveRelation(project_id, row, stays, relation)),
      mentions: (mentionsOf.all(row) as Place[]).map((place) =>
        said(place, mention.run(stays, place.chunk_row, place.char_start, place.char_end).changes === 0),
      ),
    };
    // The last mention takes the entity along.
    for (const statement of remove) statement.run({ row });
    return undo;
  };
}

const said = ({ id, char_start, char_end }: Place, shared: boolean): Said => [id, char_start, char_end, shared];

/** The names of what goes become writings of what stays, which is found by its words. */
function createGive(sql: Connection) {
  const aliasesOf = sql.prepare('SELECT name FROM entity_aliases WHERE entity_row = ? ORDER BY name').pluck();
  const alias = sql.prepare(`
    INSERT OR IGNORE INTO entity_aliases (entity_row, name) SELECT row, :name FROM entities WHERE row = :row AND name <> :name`);
  const word = sql.prepare('INSERT OR IGNORE INTO entity_words (project_id, word, entity_row) VALUES (?, ?, ?)');
  return (row: number, stays: number, { project_id, key, name }: { project_id: string; key: string; name: string }) => {
    const aliases = aliasesOf.all(row) as string[];
    return {
      aliases,
      given: {
        aliases: [name, ...aliases].filter((one) => alias.run({ row: stays, name: one }).changes > 0),
        words: [...new Set([...tellingWords(key), ...wordsOfNames(aliases)])].filter((one) => word.run(project_id, one, stays).changes > 0),
      },
    };
  };
}

interface Decision {
  project_id: string;
  from_key: string;
  from_type: EntityType;
}

/** @param stays the row of the entity that has what was moved; undefined when it has gone, and all of this with it */
function createRestore(sql: Connection): (undo: Undo, decision: Decision, stays: number | undefined) => void {
  const create = sql.prepare(`
    INSERT INTO entities (row, id, project_id, type, key, name, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const word = sql.prepare('INSERT OR IGNORE INTO entity_words (project_id, word, entity_row) VALUES (?, ?, ?)');
  const alias = sql.prepare('INSERT OR IGNORE INTO entity_aliases (entity_row, name) VALUES (?, ?)');
  const drop = sql.prepare('DELETE FROM entities WHERE row = ? AND mentions = 0');
  const takeAlias = sql.prepare('DELETE FROM entity_aliases WHERE entity_row = ? AND name = ?');
  const takeWord = sql.prepare('DELETE FROM entity_words WHERE entity_row = ? AND word = ?');
  const relation = createRelationRestore(sql);
  const mention = createMentionRestore(sql);
  return ({ entity, aliases, mentions, relations, given }, { project_id, from_key, from_type }, stays) => {
    if (entity === null || stays === undefined) return;
    const { row, id, name, created_at, updated_at } = entity;
    create.run(row, id, project_id, from_type, from_key, name, created_at, updated_at);
    for (const one of [...tellingWords(from_key), ...wordsOfNames(aliases)]) word.run(project_id, one, row);
    for (const one of aliases) alias.run(row, one);
    for (const one of given.aliases) takeAlias.run(stays, one);
    for (const one of given.words) takeWord.run(stays, one);
    // The last mention that goes would take the relations along.
    for (const one of relations) relation(project_id, row, stays, one);
    for (const one of mentions) mention(row, stays, one);
    drop.run(row);
  };
}

function createMentionRestore(sql: Connection): (row: number, stays: number, said: Said) => void {
  const has = sql
    .prepare(`
    SELECT m.chunk_row FROM chunks c JOIN mentions m ON m.chunk_row = c.row WHERE c.id = ? AND m.entity_row = ? AND m.char_start = ?`)
    .pluck();
  const add = sql.prepare('INSERT OR IGNORE INTO mentions (entity_row, chunk_row, char_start, char_end) VALUES (?, ?, ?, ?)');
  const remove = sql.prepare('DELETE FROM mentions WHERE entity_row = ? AND chunk_row = ? AND char_start = ?');
  return (row, stays, [chunk, start, end, shared]) => {
    const chunk_row = has.get(chunk, stays, start) as number | undefined;
    if (chunk_row === undefined) return;
    add.run(row, chunk_row, start, end);
    if (!shared) remove.run(stays, chunk_row, start);
  };
}

function createRelationRestore(sql: Connection): (project_id: string, row: number, stays: number, undone: UndoneRelation) => void {
  const there = sql.prepare('SELECT 1 FROM entities WHERE row = ?').pluck();
  const create = sql.prepare(`
    INSERT INTO relations (row, id, project_id, source_row, target_row, type, label, origin, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const drop = sql.prepare('DELETE FROM relations WHERE row = ? AND weight = 0');
  const moved = sql.prepare('SELECT row FROM relations WHERE source_row = ? AND target_row = ? AND type = ?').pluck();
  const back = createEvidenceRestore(sql);
  const holderOf = (stays: number, end: number, { outgoing, type }: UndoneRelation): number | undefined => {
    const [from, to] = outgoing ? [stays, end] : [end, stays];
    const ordered = type === 'mentioned_with' && from > to ? [to, from] : [from, to];
    return moved.get(...ordered, type) as number | undefined;
  };

  return (project_id, gone, stays, undone) => {
    const { row, id, other, outgoing, type, label, origin, created_at, evidence } = undone;
    const end = other ?? stays;
    if (there.get(end) === undefined) return;
    const [source, target] = outgoing ? [gone, end] : [end, gone];
    create.run(row, id, project_id, source, target, type, label, origin, created_at);
    // What related the two was not moved anywhere.
    const holder = other === null ? null : holderOf(stays, end, undone);
    if (holder !== undefined) for (const one of evidence) back(row, holder, one);
    drop.run(row);
  };
}

/** @param holder the relation that has it now; null when none has */
function createEvidenceRestore(sql: Connection): (row: number, holder: number | null, said: Said) => void {
  const chunkRow = sql.prepare('SELECT row FROM chunks WHERE id = ?').pluck();
  const has = sql.prepare('SELECT 1 FROM relation_evidence WHERE relation_row = ? AND chunk_row = ? AND char_start = ?').pluck();
  const add = sql.prepare('INSERT OR IGNORE INTO relation_evidence (relation_row, chunk_row, char_start, char_end) VALUES (?, ?, ?, ?)');
  const remove = sql.prepare('DELETE FROM relation_evidence WHERE relation_row = ? AND chunk_row = ? AND char_start = ?');
  return (row, holder, [chunk, start, end, shared]) => {
    const chunk_row = chunkRow.get(chunk) as number | undefined;
    if (chunk_row === undefined) return;
    if (holder !== null && has.get(holder, chunk_row, start) === undefined) return;
    add.run(row, chunk_row, start, end);
    if (holder !== null && !shared) remove.run(holder, chunk_row, start);
  };
}
