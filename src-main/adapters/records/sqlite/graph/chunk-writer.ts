/** What one chunk says, written into the tables of the graph. */
import { v7 as uuid } from 'uuid';
import type { EntityType, Relation, RelationType } from '../../../../contract/graph';
import { tellingWords, wordsOfNames } from '../../../../core/graph/extract/names';
import type { ChunkGraph } from '../../../../core/ports/graph';
import { now } from '../../shared/paging';
import type { Connection } from '../database';
import { createDecisions } from './decisions';

/** Other writings kept of one entity. */
const MOST_ALIASES = 50;

export interface ChunkPlace {
  project_id: string;
  document_id: string;
  row: number;
}

interface Known {
  row: number;
  name: string;
}

export type ChunkWriter = (chunk: ChunkPlace, graph: ChunkGraph, origin?: Relation['origin']) => void;

/** Inside a transaction of the caller. */
export function createChunkWriter(sql: Connection): ChunkWriter {
  const entityRow = createEntityWriter(sql);
  const relationRow = createRelationWriter(sql);
  const mention = sql.prepare('INSERT OR IGNORE INTO mentions (entity_row, chunk_row, char_start, char_end) VALUES (?, ?, ?, ?)');
  const evidence = sql.prepare(
    'INSERT OR IGNORE INTO relation_evidence (relation_row, chunk_row, char_start, char_end) VALUES (?, ?, ?, ?)',
  );

  return (chunk, { entities, relations }, origin = 'instant') => {
    const rows = entities.map((entity) => {
      const row = entityRow(chunk, entity);
      for (const { char_start, char_end } of entity.mentions) mention.run(row, chunk.row, char_start, char_end);
      return row;
    });
    for (const { source, target, char_start, char_end, ...relation } of relations) {
      const [a, b] = [rows[source], rows[target]];
      // Two that are one by a decision are not related to each other.
      if (a === undefined || b === undefined || a === b) continue;
      const row = relationRow({
        project_id: chunk.project_id,
        source: a,
        target: b,
        origin,
        label: relation.label ?? null,
        type: relation.type,
      });
      evidence.run(row, chunk.row, char_start, char_end);
    }
  };
}

function createEntityWriter(sql: Connection): (chunk: ChunkPlace, entity: ChunkGraph['entities'][number]) => number {
  const decided = createDecisions(sql);
  const known = sql.prepare('SELECT row, name FROM entities WHERE project_id = ? AND key = ? AND type = ?');
  const create = sql.prepare(`
    INSERT INTO entities (id, project_id, type, key, name, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const word = sql.prepare('INSERT OR IGNORE INTO entity_words (project_id, word, entity_row) VALUES (?, ?, ?)');
  const alias = sql.prepare(`
    INSERT OR IGNORE INTO entity_aliases (entity_row, name)
    SELECT :row, :name WHERE (SELECT count(*) FROM entity_aliases WHERE entity_row = :row) < ${MOST_ALIASES}`);

  function add(project_id: string, { key, type, name }: { key: string; type: EntityType; name: string }): Known {
    const at = now();
    const row = Number(create.run(uuid(), project_id, type, key, name, at, at).lastInsertRowid);
    for (const one of tellingWords(key)) word.run(project_id, one, row);
    return { row, name };
  }

  return (chunk, entity) => {
    const { project_id } = chunk;
    const meant = decided(chunk, entity);
    const present = known.get(project_id, meant.key, meant.type) as Known | undefined;
    const { row, name } = present ?? add(project_id, meant);
    // Who asks may know any of the names.
    const others = [entity.name, ...(entity.writings ?? [])].filter((written) => written !== name);
    for (const written of others)
      if (alias.run({ row, name: written }).changes > 0) for (const one of wordsOfNames([written])) word.run(project_id, one, row);
    // What was merged into another is still found by its own words.
    if (meant.key !== entity.key) for (const one of tellingWords(entity.key)) word.run(project_id, one, row);
    return row;
  };
}

interface Related {
  project_id: string;
  source: number;
  target: number;
  type: RelationType;
  label: string | null;
  origin: Relation['origin'];
}

/** The row of a relation, made where it is not there yet. What rules find was not found by the model alone. */
export function createRelationWriter(sql: Connection): (relation: Related) => number {
  const related = sql.prepare('SELECT row, origin FROM relations WHERE source_row = ? AND target_row = ? AND type = ?');
  const relate = sql.prepare(`
    INSERT INTO relations (id, project_id, source_row, target_row, type, label, origin, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const found = sql.prepare("UPDATE relations SET origin = 'instant' WHERE row = ?");
  return ({ project_id, source, target, type, label, origin }) => {
    // Without a direction the smaller row is the source.
    const [from, to] = type === 'mentioned_with' && source > target ? [target, source] : [source, target];
    const present = related.get(from, to, type) as { row: number; origin: Relation['origin'] } | undefined;
    if (present && present.origin === 'deep' && origin === 'instant') found.run(present.row);
    return present?.row ?? Number(relate.run(uuid(), project_id, from, to, type, label, origin, now()).lastInsertRowid);
  };
}
