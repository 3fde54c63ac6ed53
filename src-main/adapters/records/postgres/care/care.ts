/** Taking care of a library in PostgreSQL, while several servers use it. */
import { getTableName, is, Table } from 'drizzle-orm';
import { AppError } from '../../../../core/errors';
import type { LibraryCare } from '../../../../core/ports/records';
import type { Log } from '../../../../core/ports/runtime';
import type { Database } from '../database';
import * as schema from '../schema';
import { addWords, type Chunk, createStemming } from '../tables/full-text';
import { checkDatabase } from './examine';

/** Chunks whose words are made anew in one transaction. */
const BATCH = 200;
/** A large table is written anew for minutes. */
const COMPACTING_MS = 3_600_000;
const NO_ROOM = '53100';

const TABLES = Object.values(schema).flatMap((one) => (is(one, Table) ? [getTableName(one)] : []));
const SIZE = 'SELECT coalesce(sum(pg_total_relation_size(name::regclass)), 0)::bigint AS bytes FROM unnest($1::text[]) AS t(name)';
const LACKING = `
  SELECT c.row, c.text, c.heading_path FROM chunks c WHERE c.row > $1 AND NOT EXISTS (SELECT 1 FROM chunk_words w WHERE w.chunk_row = c.row)
  ORDER BY c.row LIMIT ${BATCH}`;

export function createCare(database: Database, log: Log): LibraryCare {
  return {
    size: async () => (await database.row<{ bytes: number }>(SIZE, [TABLES]))?.bytes ?? 0,
    compact: () => compact(database),
    check: (signal) => checkDatabase(database, signal),
    rebuildFullText: () => rebuildFullText(database),
    reindex: async (table) => void (await database.run(`REINDEX TABLE "${table.replaceAll('"', '')}"`)),
    async resetGraph() {
      await database.transaction(async (query) => {
        // The counts follow by triggers, so what is counted goes first.
        for (const table of ['graph_progress', 'relations', 'entities', 'deep_reads']) await query.run(`DELETE FROM ${table}`);
      });
    },
    /** Its files are not Pressmark's. */
    async repairAtStart(reason) {
      log.error('the database is damaged; whoever keeps it has to restore it', { reason });
    },
  };
}

/**
 * Writes every table anew, indexes and samples of its values for the planner included. What the server keeps besides (its log of changes
 * until that is used again, its backups) is its own.
 */
async function compact({ pool }: Database): Promise<void> {
  for (const table of TABLES) {
    const vacuum = { text: `VACUUM (FULL, ANALYZE) "${table}"`, query_timeout: COMPACTING_MS };
    await pool.query(vacuum).catch((error: unknown) => {
      const full = error instanceof Error && 'code' in error && error.code === NO_ROOM;
      throw full ? new AppError('CONFLICT', 'There is not enough room on the disk of the database to write it anew.') : error;
    });
  }
}

/** Chunks that come in meanwhile are written by whoever brings them. */
async function rebuildFullText(database: Database): Promise<number> {
  await database.run('TRUNCATE chunk_words');
  const stemming = createStemming();
  let filled = 0;
  for (let after = -1; ; ) {
    const chunks = await database.rows<Chunk>(LACKING, [after]);
    const last = chunks.at(-1);
    if (!last) return filled;
    await database.transaction((query) => addWords(query, stemming, chunks));
    filled += chunks.length;
    after = last.row;
  }
}
