/** Writing the graph: what chunks say is added in their order, and taken back with them by triggers. */
import { v7 as uuid } from 'uuid';
import { tellingWords } from '../../../../core/graph/extract/names';
import type { ChunkGraph, GraphStore, UnreadChunk } from '../../../../core/ports/graph';
import { now } from '../../shared/paging';
import type { Database, Query } from '../database';

/** Rows in one transaction when a document is read anew. */
const FORGET = 2_000;

const incompleteOf = (among: string) => `
  SELECT d.id FROM documents d LEFT JOIN graph_progress g ON g.document_id = d.id AND g.rules = $1
  WHERE d.indexed AND d.chunks > coalesce(g.chunks, 0) ${among}
  AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.document_id = d.id AND j.state IN ('queued', 'running'))
  ORDER BY d.id LIMIT $2`;
const INCOMPLETE = incompleteOf('');
const INCOMPLETE_AMONG = incompleteOf('AND d.id = ANY($3::text[])');
const forget = (table: 'mentions' | 'relation_evidence') => `
  DELETE FROM ${table} WHERE ctid IN (
    SELECT t.ctid FROM chunks c JOIN ${table} t ON t.chunk_row = c.row WHERE c.document_id = $1 LIMIT ${FORGET})`;

export type GraphWriting = Pick<GraphStore, 'pending' | 'incomplete' | 'add'>;

export function createGraphWriting(database: Database): GraphWriting {
  const { rows, row } = database;

  /** What other rules found goes before these read again. */
  async function forgetAll(document_id: string): Promise<void> {
    for (const table of ['relation_evidence', 'mentions'] as const) {
      while ((await database.run(forget(table), [document_id])) > 0);
    }
    await database.run('DELETE FROM graph_progress WHERE document_id = $1', [document_id]);
  }

  return {
    async incomplete(rules, limit, among) {
      const found = among
        ? rows<{ id: string }>(INCOMPLETE_AMONG, [rules, limit, among])
        : rows<{ id: string }>(INCOMPLETE, [rules, limit]);
      return (await found).map(({ id }) => id);
    },
    async pending(document_id, rules, limit) {
      const progress = await row<{ chunks: number; rules: number }>('SELECT chunks, rules FROM graph_progress WHERE document_id = $1', [
        document_id,
      ]);
      if (progress && progress.rules !== rules) await forgetAll(document_id);
      const after = progress?.rules === rules ? progress.chunks : 0;
      const chunks = await rows<UnreadChunk>(
        'SELECT id AS chunk_id, text, char_start FROM chunks WHERE document_id = $1 ORDER BY ordinal LIMIT $2 OFFSET $3',
        [document_id, limit, after],
      );
      return { after, chunks };
    },
    add: (input) => database.transaction((query) => add(query, input)),
  };
}

/** Servers add to one project in turn: two that name the same entities in another order would wait for each other. */
const TURN = "SELECT pg_advisory_xact_lock(hashtextextended('graph ' || project_id, 0)) FROM documents WHERE id = $1";
const TARGET = `
  SELECT d.project_id FROM documents d LEFT JOIN graph_progress g ON g.document_id = d.id
  WHERE d.id = $1 AND d.indexed AND coalesce(g.chunks, 0) = $2 AND coalesce(g.rules, $3) = $3`;
const CHUNKS = 'SELECT id, row FROM chunks WHERE document_id = $1 AND id = ANY($2::text[]) FOR KEY SHARE';
const ADVANCE = `
  INSERT INTO graph_progress (document_id, chunks, rules) VALUES ($1, $2, $3)
  ON CONFLICT (document_id) DO UPDATE SET chunks = excluded.chunks, rules = excluded.rules`;

async function add(query: Query, { document_id, rules, after, read }: Parameters<GraphStore['add']>[0]): Promise<boolean> {
  await query.rows(TURN, [document_id]);
  const target = await query.row<{ project_id: string }>(TARGET, [document_id, after, rules]);
  if (!target) return false;
  const ids = read.map(({ chunk_id }) => chunk_id);
  const chunks = await query.rows<{ id: string; row: number }>(CHUNKS, [document_id, ids]);
  // The document was read again meanwhile: nothing of this is true any more.
  if (chunks.length < new Set(ids).size) return false;
  const rowOf = new Map(chunks.map(({ id, row }) => [id, row]));
  await writeChunks(
    query,
    target.project_id,
    read.map((graph) => ({ graph, row: rowOf.get(graph.chunk_id) ?? 0 })),
  );
  await query.run(ADVANCE, [document_id, after + read.length, rules]);
  return true;
}

interface Said {
  graph: ChunkGraph;
  row: number;
}

/** An update of what is there changes nothing, but answers with its row and holds on to it until the mentions are in. */
const ENTITIES = `
  INSERT INTO entities (id, project_id, type, key, name, created_at, updated_at)
  SELECT id, $2, type, key, name, $1, $1 FROM unnest($3::text[], $4::text[], $5::text[], $6::text[]) AS n(id, type, key, name)
  ON CONFLICT (project_id, key, type) DO UPDATE SET key = excluded.key RETURNING row, key, type, id`;
const WORDS = `
  INSERT INTO entity_words (project_id, word, entity_row) SELECT $1, word, entity_row FROM unnest($2::text[], $3::bigint[]) AS n(word, entity_row)
  ON CONFLICT DO NOTHING`;
const MENTIONS = `
  INSERT INTO mentions (entity_row, chunk_row, char_start, char_end)
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::integer[]) ON CONFLICT DO NOTHING`;
const RELATIONS = `
  INSERT INTO relations (id, project_id, source_row, target_row, type, created_at)
  SELECT id, $2, source_row, target_row, type, $1 FROM unnest($3::text[], $4::bigint[], $5::bigint[], $6::text[]) AS n(id, source_row, target_row, type)
  ON CONFLICT (source_row, target_row, type) DO UPDATE SET type = excluded.type RETURNING row, source_row, target_row, type`;
const EVIDENCE = `
  INSERT INTO relation_evidence (relation_row, chunk_row, char_start, char_end)
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::integer[]) ON CONFLICT DO NOTHING`;

/** Columns of the given rows, as the arrays that `unnest` takes. */
const columns = (rows: unknown[][], width: number): unknown[][] => Array.from({ length: width }, (_, at) => rows.map((row) => row[at]));

const keyOf = (...parts: (string | number)[]): string => parts.join('\n');

async function writeChunks(query: Query, project_id: string, said: Said[]): Promise<void> {
  const rowOf = await writeEntities(query, project_id, said);
  const rowsIn = ({ graph }: Said) => graph.entities.map(({ type, key }) => rowOf.get(keyOf(type, key)) ?? 0);
  const mentions = said.flatMap((one) => {
    const rows = rowsIn(one);
    return one.graph.entities.flatMap((entity, at) => entity.mentions.map((span) => [rows[at], one.row, span.char_start, span.char_end]));
  });
  if (mentions.length > 0) await query.run(MENTIONS, columns(mentions, 4));
  const relations = said.flatMap((one) => {
    const rows = rowsIn(one);
    return one.graph.relations.flatMap(({ source, target, type, char_start, char_end }) => {
      const [a, b] = [rows[source], rows[target]];
      if (a === undefined || b === undefined) return [];
      // Without a direction the smaller row is the source.
      const [from, to] = type === 'mentioned_with' && a > b ? [b, a] : [a, b];
      return [{ from, to, type, place: [one.row, char_start, char_end] }];
    });
  });
  if (relations.length === 0) return;
  const distinct = [...new Map(relations.map((one) => [keyOf(one.from, one.to, one.type), one])).values()];
  const values = distinct.map(({ from, to, type }) => [uuid(), from, to, type]);
  const written = await query.rows<{ row: number; source_row: number; target_row: number; type: string }>(RELATIONS, [
    now(),
    project_id,
    ...columns(values, 4),
  ]);
  const relationOf = new Map(written.map(({ row, source_row, target_row, type }) => [keyOf(source_row, target_row, type), row]));
  const evidence = relations.map(({ from, to, type, place }) => [relationOf.get(keyOf(from, to, type)), ...place]);
  await query.run(EVIDENCE, columns(evidence, 4));
}

/** @returns the row of each, by type and key */
async function writeEntities(query: Query, project_id: string, said: Said[]): Promise<Map<string, number>> {
  const distinct = new Map<string, { id: string; type: string; key: string; name: string }>();
  for (const { graph } of said) {
    for (const { type, key, name } of graph.entities) {
      if (!distinct.has(keyOf(type, key))) distinct.set(keyOf(type, key), { id: uuid(), type, key, name });
    }
  }
  if (distinct.size === 0) return new Map();
  const values = [...distinct.values()].map(({ id, type, key, name }) => [id, type, key, name]);
  const written = await query.rows<{ row: number; key: string; type: string; id: string }>(ENTITIES, [
    now(),
    project_id,
    ...columns(values, 4),
  ]);
  const fresh = written.filter(({ id, type, key }) => distinct.get(keyOf(type, key))?.id === id);
  const words = fresh.flatMap(({ key, row }) => tellingWords(key).map((word) => [word, row]));
  if (words.length > 0) await query.run(WORDS, [project_id, ...columns(words, 2)]);
  return new Map(written.map(({ row, type, key }) => [keyOf(type, key), row]));
}
