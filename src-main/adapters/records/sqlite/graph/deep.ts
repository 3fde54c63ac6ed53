/** What the chat model has read and found: kept by the text, so that no text is read twice. */
import type { EntityType } from '../../../../contract/graph';
import type { DeepChunk, DeepFinding, DeepScope, GraphStore } from '../../../../core/ports/graph';
import { now } from '../../shared/paging';
import type { Connection } from '../database';
import { createChunkWriter } from './chunk-writer';

const CHUNKS = `
  FROM documents d JOIN chunks c ON c.document_id = d.id
  LEFT JOIN deep_reads r ON r.chunk_row = c.row AND r.reader = :reader
  WHERE d.project_id = :project_id AND d.indexed = 1 AND (:document_id IS NULL OR d.id = :document_id)`;
const PENDING = `
  SELECT c.row, d.id AS document_id, c.id AS chunk_id, c.text, c.char_start ${CHUNKS} AND r.reader IS NULL
  ORDER BY d.id, c.ordinal LIMIT :limit + 0`;
const COUNTS = `
  SELECT count(*) AS chunks, count(r.reader) AS chunks_done,
    coalesce(sum(CASE WHEN r.reader IS NULL THEN length(c.text) END), 0) AS characters_left ${CHUNKS}`;
const KNOWN = `
  SELECT e.key, e.name, e.type, m.char_start, m.char_end FROM mentions m JOIN entities e ON e.row = m.entity_row
  WHERE m.chunk_row = ? ORDER BY m.char_start`;
const FINDINGS = 'SELECT f.hash, f.reader, f.found FROM json_each(?) h CROSS JOIN deep_findings f ON f.hash = h.value';

type Pending = Omit<DeepChunk, 'known'> & { row: number };
type Deep = Pick<GraphStore, 'deepPending' | 'deepCounts' | 'deepFindings' | 'addDeep'>;

export function createDeepReading(sql: Connection): Deep {
  const pending = sql.prepare(PENDING);
  const counts = sql.prepare(COUNTS);
  const known = sql.prepare(KNOWN);
  const findings = sql.prepare(FINDINGS);
  const values = ({ project_id, document_id, reader }: DeepScope) => ({ project_id, document_id: document_id ?? null, reader });
  return {
    async deepPending(scope, limit) {
      const found = pending.all({ ...values(scope), limit }) as Pending[];
      return found.map(({ row, ...chunk }) => ({
        ...chunk,
        known: known.all(row) as { key: string; name: string; type: EntityType; char_start: number; char_end: number }[],
      }));
    },
    deepCounts: async (scope) => counts.get(values(scope)) as Awaited<ReturnType<GraphStore['deepCounts']>>,
    deepFindings: async (hashes) => findings.all(JSON.stringify(hashes)) as DeepFinding[],
    addDeep: createAddDeep(sql),
  };
}

function createAddDeep(sql: Connection): GraphStore['addDeep'] {
  const target = sql.prepare(`
    SELECT c.row, d.project_id FROM chunks c JOIN documents d ON d.id = c.document_id
    WHERE c.id = ? AND d.id = ? AND d.indexed = 1`);
  const read = sql.prepare('INSERT OR IGNORE INTO deep_reads (chunk_row, reader) VALUES (?, ?)');
  const keep = sql.prepare('INSERT OR IGNORE INTO deep_findings (hash, reader, found, created_at) VALUES (?, ?, ?, ?)');
  const write = createChunkWriter(sql);
  const add = sql.transaction(({ document_id, graph, finding }: Parameters<GraphStore['addDeep']>[0]): boolean => {
    const chunk = target.get(graph.chunk_id, document_id) as { row: number; project_id: string } | undefined;
    if (!chunk) return false;
    write({ ...chunk, document_id }, graph, 'deep');
    read.run(chunk.row, finding.reader);
    keep.run(finding.hash, finding.reader, finding.found, now());
    return true;
  });
  return async (input) => add(input);
}
