/** What the chat model has read and found: kept by the text, so that no text is read twice. */
import type { DeepChunk, DeepFinding, DeepScope, GraphStore } from '../../../../core/ports/graph';
import { now } from '../../shared/paging';
import type { Database, Query } from '../database';
import { writeChunks } from './chunk-writer';

const CHUNKS = `
  FROM documents d JOIN chunks c ON c.document_id = d.id LEFT JOIN deep_reads r ON r.chunk_row = c.row AND r.reader = $2
  WHERE d.project_id = $1 AND d.indexed AND ($3::text IS NULL OR d.id = $3)`;
const PENDING = `
  SELECT d.id AS document_id, c.id AS chunk_id, c.text, c.char_start, coalesce((
    SELECT json_agg(json_build_object('key', e.key, 'name', e.name, 'type', e.type, 'char_start', m.char_start, 'char_end', m.char_end)
      ORDER BY m.char_start)
    FROM mentions m JOIN entities e ON e.row = m.entity_row WHERE m.chunk_row = c.row), '[]') AS known
  ${CHUNKS} AND r.reader IS NULL ORDER BY d.id, c.ordinal LIMIT $4`;
const COUNTS = `
  SELECT count(*) AS chunks, count(r.reader) AS chunks_done,
    coalesce(sum(char_length(c.text)) FILTER (WHERE r.reader IS NULL), 0)::bigint AS characters_left ${CHUNKS}`;
const TARGET = `
  SELECT c.row, d.project_id FROM chunks c JOIN documents d ON d.id = c.document_id WHERE c.id = $1 AND d.id = $2 AND d.indexed
  FOR KEY SHARE OF c`;
/** Servers add to one project in turn. */
const TURN = "SELECT pg_advisory_xact_lock(hashtextextended('graph ' || project_id, 0)) FROM documents WHERE id = $1";

type Deep = Pick<GraphStore, 'deepPending' | 'deepCounts' | 'deepFindings' | 'addDeep'>;

export function createDeepReading(database: Database): Deep {
  const values = ({ project_id, document_id, reader }: DeepScope) => [project_id, reader, document_id ?? null];
  return {
    deepPending: (scope, limit) => database.rows<DeepChunk>(PENDING, [...values(scope), limit]),
    deepCounts: async (scope) => (await database.row(COUNTS, values(scope))) ?? { chunks: 0, chunks_done: 0, characters_left: 0 },
    deepFindings: (hashes) =>
      database.rows<DeepFinding>('SELECT hash, reader, found FROM deep_findings WHERE hash = ANY($1::text[])', [hashes]),
    addDeep: (input) => database.transaction((query) => addDeep(query, input)),
  };
}

async function addDeep(query: Query, { document_id, graph, finding }: Parameters<GraphStore['addDeep']>[0]): Promise<boolean> {
  await query.rows(TURN, [document_id]);
  const chunk = await query.row<{ row: number; project_id: string }>(TARGET, [graph.chunk_id, document_id]);
  if (!chunk) return false;
  await writeChunks(query, { project_id: chunk.project_id, document_id }, [{ graph, row: chunk.row }], 'deep');
  await query.run('INSERT INTO deep_reads (chunk_row, reader) VALUES ($1, $2) ON CONFLICT DO NOTHING', [chunk.row, finding.reader]);
  await query.run('INSERT INTO deep_findings (hash, reader, found, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', [
    ...[finding.hash, finding.reader, finding.found, now()],
  ]);
  return true;
}
