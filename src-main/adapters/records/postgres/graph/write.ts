/** Writing the graph: what chunks say is added in their order, and taken back with them by triggers. */
import type { GraphStore, UnreadChunk } from '../../../../core/ports/graph';
import type { Database, Query } from '../database';
import { writeChunks } from './chunk-writer';

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
    await database.run('DELETE FROM deep_reads WHERE chunk_row IN (SELECT row FROM chunks WHERE document_id = $1)', [document_id]);
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

/** Servers change the graph of one project in turn: two that name the same entities in another order would wait for each other. */
export const TURN = "SELECT pg_advisory_xact_lock(hashtextextended('graph ' || project_id, 0)) FROM documents WHERE id = $1";
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
  const said = read.map((graph) => ({ graph, row: rowOf.get(graph.chunk_id) ?? 0 }));
  await writeChunks(query, { project_id: target.project_id, document_id }, said);
  await query.run(ADVANCE, [document_id, after + read.length, rules]);
  return true;
}
