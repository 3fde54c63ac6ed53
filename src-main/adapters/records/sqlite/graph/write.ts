/** Writing the graph: what chunks say is added in their order, and taken back with them by triggers. */
import { setImmediate as breathe } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import { tellingWords } from '../../../../core/graph/extract/names';
import type { ChunkGraph, GraphStore, UnreadChunk } from '../../../../core/ports/graph';
import { now } from '../../shared/paging';
import type { Connection } from '../database';

/** Mentions in one transaction when a document is read anew: about 5 ms. */
const FORGET = 400;

const incompleteOf = (from: string) => `
  SELECT d.id FROM ${from} LEFT JOIN graph_progress g ON g.document_id = d.id AND g.rules = :rules
  WHERE d.indexed = 1 AND d.chunks > coalesce(g.chunks, 0)
  AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.document_id = d.id AND j.state IN ('queued', 'running'))
  ORDER BY d.id LIMIT :limit`;
const MENTIONS_OF = `
  DELETE FROM mentions WHERE rowid IN (SELECT m.rowid FROM chunks c JOIN mentions m ON m.chunk_row = c.row WHERE c.document_id = ? LIMIT ${FORGET})`;
const EVIDENCE_OF = `
  DELETE FROM relation_evidence
  WHERE rowid IN (SELECT e.rowid FROM chunks c JOIN relation_evidence e ON e.chunk_row = c.row WHERE c.document_id = ? LIMIT ${FORGET})`;

interface Progress {
  chunks: number;
  rules: number;
}

export type GraphWriting = Pick<GraphStore, 'pending' | 'incomplete' | 'add'>;

export function createGraphWriting(sql: Connection): GraphWriting {
  const progressOf = sql.prepare('SELECT chunks, rules FROM graph_progress WHERE document_id = ?');
  const incomplete = sql.prepare(incompleteOf('documents d')).pluck();
  const incompleteAmong = sql.prepare(incompleteOf('json_each(:among) a CROSS JOIN documents d ON d.id = a.value')).pluck();
  const unread = sql.prepare('SELECT id AS chunk_id, text, char_start FROM chunks WHERE document_id = ? ORDER BY ordinal LIMIT ? OFFSET ?');
  const remove = [EVIDENCE_OF, MENTIONS_OF].map((statement) => sql.prepare(statement));
  const reset = sql.prepare('DELETE FROM graph_progress WHERE document_id = ?');

  /** What other rules found goes before these read again. */
  async function forget(document_id: string): Promise<void> {
    for (const statement of remove) while (statement.run(document_id).changes > 0) await breathe();
    reset.run(document_id);
  }

  return {
    async incomplete(rules, limit, among) {
      if (!among) return incomplete.all({ rules, limit }) as string[];
      return incompleteAmong.all({ rules, limit, among: JSON.stringify(among) }) as string[];
    },
    async pending(document_id, rules, limit) {
      const progress = progressOf.get(document_id) as Progress | undefined;
      if (progress && progress.rules !== rules) await forget(document_id);
      const after = progress?.rules === rules ? progress.chunks : 0;
      return { after, chunks: unread.all(document_id, limit, after) as UnreadChunk[] };
    },
    add: createAdd(sql),
  };
}

interface Target {
  project_id: string;
}

function createAdd(sql: Connection): GraphStore['add'] {
  const target = sql.prepare(`
    SELECT d.project_id FROM documents d LEFT JOIN graph_progress g ON g.document_id = d.id
    WHERE d.id = :document_id AND d.indexed = 1 AND coalesce(g.chunks, 0) = :after AND coalesce(g.rules, :rules) = :rules`);
  const chunkRow = sql.prepare('SELECT row FROM chunks WHERE id = ? AND document_id = ?').pluck();
  const advance = sql.prepare(`
    INSERT INTO graph_progress (document_id, chunks, rules) VALUES (:document_id, :chunks, :rules)
    ON CONFLICT (document_id) DO UPDATE SET chunks = excluded.chunks, rules = excluded.rules`);
  const write = createChunkWriter(sql);

  const add = sql.transaction(({ document_id, rules, after, read }: Parameters<GraphStore['add']>[0]): boolean => {
    const found = target.get({ document_id, after, rules }) as Target | undefined;
    if (!found) return false;
    for (const graph of read) {
      const row = chunkRow.get(graph.chunk_id, document_id) as number | undefined;
      // The document was read again meanwhile: nothing of this is true any more.
      if (row === undefined) return false;
    }
    for (const graph of read) write(found.project_id, Number(chunkRow.get(graph.chunk_id, document_id)), graph);
    advance.run({ document_id, rules, chunks: after + read.length });
    return true;
  });
  return async (input) => add(input);
}

function createChunkWriter(sql: Connection): (project_id: string, chunk_row: number, graph: ChunkGraph) => void {
  const known = sql.prepare('SELECT row FROM entities WHERE project_id = ? AND key = ? AND type = ?').pluck();
  const create = sql.prepare(`
    INSERT INTO entities (id, project_id, type, key, name, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const word = sql.prepare('INSERT OR IGNORE INTO entity_words (project_id, word, entity_row) VALUES (?, ?, ?)');
  const mention = sql.prepare('INSERT OR IGNORE INTO mentions (entity_row, chunk_row, char_start, char_end) VALUES (?, ?, ?, ?)');
  const related = sql.prepare('SELECT row FROM relations WHERE source_row = ? AND target_row = ? AND type = ?').pluck();
  const relate = sql.prepare(`
    INSERT INTO relations (id, project_id, source_row, target_row, type, created_at) VALUES (?, ?, ?, ?, ?, ?)`);
  const evidence = sql.prepare(
    'INSERT OR IGNORE INTO relation_evidence (relation_row, chunk_row, char_start, char_end) VALUES (?, ?, ?, ?)',
  );

  function entityRow(project_id: string, { key, type, name }: ChunkGraph['entities'][number]): number {
    const present = known.get(project_id, key, type) as number | undefined;
    if (present !== undefined) return present;
    const at = now();
    const row = Number(create.run(uuid(), project_id, type, key, name, at, at).lastInsertRowid);
    for (const one of tellingWords(key)) word.run(project_id, one, row);
    return row;
  }

  return (project_id, chunk_row, { entities, relations }) => {
    const rows = entities.map((entity) => {
      const row = entityRow(project_id, entity);
      for (const { char_start, char_end } of entity.mentions) mention.run(row, chunk_row, char_start, char_end);
      return row;
    });
    for (const { source, target, type, char_start, char_end } of relations) {
      const [a, b] = [rows[source], rows[target]];
      if (a === undefined || b === undefined) continue;
      // Without a direction the smaller row is the source.
      const [from, to] = type === 'mentioned_with' && a > b ? [b, a] : [a, b];
      const present = related.get(from, to, type) as number | undefined;
      const row = present ?? Number(relate.run(uuid(), project_id, from, to, type, now()).lastInsertRowid);
      evidence.run(row, chunk_row, char_start, char_end);
    }
  };
}
