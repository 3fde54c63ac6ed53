/** Deleting what was derived from a document (chunks, full text, vectors, pages) without holding the event loop. */
import { setImmediate as breathe } from 'node:timers/promises';
import { MARK_UNCLEAN } from '../care/purge';
import type { SqliteDatabase } from '../database';
import { createStaleNames } from '../graph/stale-names';

/** Rows in one transaction: about 8 ms, most of it in the full-text and vector tables. */
const BATCH = 25;

/**
 * Deletes in small transactions, after one that hides the document from search; a crash in between leaves rows that nothing shows and
 * that the next parse or deletion removes.
 */
export async function deleteDerived({ sql }: SqliteDatabase, document_id: string): Promise<void> {
  sql.prepare('UPDATE documents SET indexed = 0, content = NULL, chunks = 0, embedded_chunks = 0 WHERE id = ?').run(document_id);
  sql.prepare('DELETE FROM graph_progress WHERE document_id = ?').run(document_id);
  const some = sql.prepare('SELECT row FROM chunks WHERE document_id = ? LIMIT ?').pluck();
  const models = sql
    .prepare("SELECT name FROM sqlite_master WHERE name LIKE 'vectors\\_%' ESCAPE '\\' AND sql LIKE 'CREATE VIRTUAL%'")
    .pluck()
    .all() as string[];
  const statements = [
    'DELETE FROM chunk_words WHERE rowid = ?',
    'DELETE FROM chunk_trigrams WHERE rowid = ?',
    ...models.map((table) => `DELETE FROM ${table} WHERE row = ?`),
    'DELETE FROM chunks WHERE row = ?',
  ].map((statement) => sql.prepare(statement));
  const names = createStaleNames(sql);
  const removeRows = sql.transaction((rows: number[]) => {
    const entities = names.namedIn(rows);
    for (const row of rows) for (const statement of statements) statement.run(BigInt(row));
    names.drop(entities);
    sql.exec(MARK_UNCLEAN);
  });
  for (;;) {
    const rows = some.all(document_id, BATCH) as number[];
    if (rows.length === 0) break;
    removeRows(rows);
    await breathe();
  }
  const removePages = sql.prepare('DELETE FROM pages WHERE rowid IN (SELECT rowid FROM pages WHERE document_id = ? LIMIT ?)');
  while (removePages.run(document_id, BATCH).changes > 0) await breathe();
}
