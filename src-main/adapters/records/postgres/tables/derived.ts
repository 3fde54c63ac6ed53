/** Deleting what was derived from a document: chunks, full text, vectors, what the graph read, pages. */
import { AppError } from '../../../../core/errors';
import type { Query } from '../database';
import { dropStaleNames, namedIn } from '../graph/stale-names';
import { TURN } from '../graph/write';
import type { Shared } from './rows';

/** Chunks in one transaction: what else is said of their entities waits for its end. */
const BATCH = 200;

const HIDE = 'UPDATE documents SET indexed = false, content = NULL, chunks = 0, embedded_chunks = 0 WHERE id = $1';
const SOME = 'SELECT row FROM chunks WHERE document_id = $1 ORDER BY row LIMIT $2';

/**
 * Deletes in small transactions, after one that hides the document from search; a crash in between leaves rows that nothing shows and
 * that the next parse or deletion removes.
 */
export async function deleteDerived({ database }: Shared, document_id: string): Promise<void> {
  await database.run(HIDE, [document_id]);
  await database.run('DELETE FROM graph_progress WHERE document_id = $1', [document_id]);
  while (await database.transaction((query) => deleteSome(query, document_id)));
  await database.run('DELETE FROM pages WHERE document_id = $1', [document_id]);
}

/** @returns whether there were any */
async function deleteSome(query: Query, document_id: string): Promise<boolean> {
  // Nobody adds to the graph of the project meanwhile: names that are coming would be missed.
  await query.rows(TURN, [document_id]);
  const rows = (await query.rows<{ row: number }>(SOME, [document_id, BATCH])).map(({ row }) => row);
  const entities = await namedIn(query, rows);
  await query.run('DELETE FROM chunks WHERE row = ANY($1::bigint[])', [rows]);
  await dropStaleNames(query, entities);
  return rows.length > 0;
}

/**
 * A server that was taken for dead (stopped for a while, cut off) must not go on writing where another has taken over.
 * @throws AppError CONFLICT when another server reads this document
 */
export async function requireMine(query: Query, server: string, document_id: string): Promise<void> {
  const held = "SELECT 1 FROM jobs WHERE document_id = $1 AND state = 'running' AND server <> $2";
  if (await query.row(held, [document_id, server]))
    throw new AppError('CONFLICT', 'Another server works on this document now.', { document: document_id });
}
