/** Writing the graph: what chunks say is added in their order, and taken back with them by triggers. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { GraphStore, UnreadChunk } from '../../../../core/ports/graph';
import type { Connection } from '../database';
import { createChunkWriter } from './chunk-writer';

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
const DEEP_READS_OF = 'DELETE FROM deep_reads WHERE chunk_row IN (SELECT row FROM chunks WHERE document_id = ?)';

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
  const removeReads = sql.prepare(DEEP_READS_OF);
  const reset = sql.prepare('DELETE FROM graph_progress WHERE document_id = ?');

  /** What other rules found goes before these read again. */
  async function forget(document_id: string): Promise<void> {
    for (const statement of remove) while (statement.run(document_id).changes > 0) await breathe();
    removeReads.run(document_id);
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
    for (const graph of read) {
      write({ project_id: found.project_id, document_id, row: Number(chunkRow.get(graph.chunk_id, document_id)) }, graph);
    }
    advance.run({ document_id, rules, chunks: after + read.length });
    return true;
  });
  return async (input) => add(input);
}
