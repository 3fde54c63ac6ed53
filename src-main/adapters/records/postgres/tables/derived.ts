/** Deleting what was derived from a document: chunks, full text, vectors, what the graph read, pages. */
import { AppError } from '../../../../core/errors';
import type { Query } from '../database';
import type { Shared } from './rows';

/** Chunks in one transaction: what else is said of their entities waits for its end. */
const BATCH = 200;

const HIDE = 'UPDATE documents SET indexed = false, content = NULL, chunks = 0, embedded_chunks = 0 WHERE id = $1';
const SOME = 'DELETE FROM chunks WHERE row IN (SELECT row FROM chunks WHERE document_id = $1 ORDER BY row LIMIT $2)';

/**
 * Deletes in small transactions, after one that hides the document from search; a crash in between leaves rows that nothing shows and
 * that the next parse or deletion removes.
 */
export async function deleteDerived({ database }: Shared, document_id: string): Promise<void> {
  await database.run(HIDE, [document_id]);
  await database.run('DELETE FROM graph_progress WHERE document_id = $1', [document_id]);
  while ((await database.transaction((query) => query.run(SOME, [document_id, BATCH]))) > 0);
  await database.run('DELETE FROM pages WHERE document_id = $1', [document_id]);
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
