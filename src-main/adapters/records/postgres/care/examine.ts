/** Does everything in the database agree? That its files are whole is the database server's own business. */
import type { Damage } from '../../../../core/ports/records';
import type { Database } from '../database';

/** An index that was not finished, or was found damaged. */
const INDEXES = `
  SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
  WHERE NOT (i.indisvalid AND i.indisready) AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'projects'::regclass)
  AND c.relname = ANY(ARRAY['projects', 'documents', 'pages', 'chunks', 'chunk_words', 'embeddings', 'jobs', 'entities', 'relations'])`;
/** Chunks that the full text lacks. */
const FULL_TEXT = `
  SELECT count(*) AS astray FROM chunks c LEFT JOIN chunk_words w ON w.chunk_row = c.row WHERE w.chunk_row IS NULL`;
/** Documents of which the graph has read more chunks than there are; entities and relations that do not know how often they are named. */
const GRAPH = `
  SELECT (SELECT count(*) FROM graph_progress g JOIN documents d ON d.id = g.document_id WHERE d.indexed AND g.chunks > d.chunks)
    + (SELECT count(*) FROM entities e LEFT JOIN (SELECT entity_row, count(*) AS n FROM mentions GROUP BY entity_row) m
      ON m.entity_row = e.row WHERE e.mentions <> coalesce(m.n, 0))
    + (SELECT count(*) FROM relations r LEFT JOIN (SELECT relation_row, count(*) AS n FROM relation_evidence GROUP BY relation_row) v
      ON v.relation_row = r.row WHERE r.weight <> coalesce(v.n, 0)) AS astray`;

/** PostgreSQL found a page, or an index, that is not as it was written. */
const DAMAGED: Record<string, Damage['kind']> = { XX001: 'structure', XX002: 'index' };

export async function checkDatabase(database: Database, signal: AbortSignal): Promise<Damage[]> {
  const indexes = await database.rows<{ name: string }>(INDEXES);
  const findings = indexes.map(({ name }): Damage => ({ kind: 'index', table: name, message: 'an index cannot be used' }));
  for (const [kind, table, query] of [
    ['full_text', 'chunk_words', FULL_TEXT],
    ['graph', 'entities', GRAPH],
  ] as const) {
    if (signal.aborted) return findings;
    findings.push(...(await agree(database, kind, table, query)));
  }
  return findings;
}

async function agree(database: Database, kind: 'full_text' | 'graph', table: string, query: string): Promise<Damage[]> {
  try {
    const astray = (await database.row<{ astray: number }>(query))?.astray ?? 0;
    return astray === 0 ? [] : [{ kind, table, message: `${astray} rows do not agree with the chunks` }];
  } catch (error) {
    const found = error instanceof Error && 'code' in error ? DAMAGED[String(error.code)] : undefined;
    if (!found) throw error;
    return [{ kind: found, table, message: String(error).slice(0, 300) }];
  }
}
