/** Opens a library: one SQLite file with rows, full text and vectors. */
import type { GraphStore } from '../../../core/ports/graph';
import type { Records } from '../../../core/ports/records';
import type { Log } from '../../../core/ports/runtime';
import { createCare } from './care/care';
import { requireFullText } from './care/full-text';
import { createPurge } from './care/purge';
import { takeTally, writeTally } from './care/tally';
import { connect, type SqliteDatabase } from './database';
import { createSqliteGraph } from './graph/store';
import { migrate, refuseNewer } from './migrate';
import { createAuditTables } from './tables/audit';
import { ChunkTables } from './tables/chunks';
import { ConversationTables } from './tables/conversations';
import { DocumentTables } from './tables/documents';
import { FolderTables } from './tables/folders';
import { createIdempotencyTables } from './tables/idempotency';
import { JobTables } from './tables/jobs';
import { createOutboxTables } from './tables/outbox';
import { createProjectTables } from './tables/projects';
import { createSettingTables } from './tables/settings';
import { createTokenTables } from './tables/tokens';

export interface SqliteLibrary {
  records: Records;
  graph: GraphStore;
  /** For the vector store, which shares the connection so that a deletion is one transaction. */
  database: SqliteDatabase;
}

interface Place {
  path: string;
  migrationsDir: string;
  /** The bundled `care-worker.cjs`; left out: what it does is done in this thread. */
  careWorker?: string;
  /** Looks words up in large libraries, in a thread of its own; left out: this one does. */
  keyword?: Records['index']['keyword'];
  log: Log;
}

/** @throws AppError CONFLICT, naming both versions, when the library is newer than the program */
export function openSqliteLibrary(options: Place): SqliteLibrary {
  const { log } = options;
  refuseNewer(options.path, options.migrationsDir);
  const database = connect(options.path);
  try {
    migrate(database, options.path, options.migrationsDir, options.log);
    const anew = requireFullText(database.sql);
    if (anew.length > 0) log.warn('full-text tables could not be opened and are made anew', { tables: anew });
  } catch (error) {
    database.sql.close();
    throw error;
  }
  const count = (table: string, where = '') => database.sql.prepare(`SELECT count(*) AS n FROM ${table} ${where}`).pluck();
  const counted = {
    projects: count('projects'),
    documents: count('documents'),
    chunks: count('chunks'),
    embeddings: count('embeddings'),
    jobs_open: count('jobs', "WHERE state IN ('queued', 'running')"),
  };
  const tally = takeTally(database.sql);
  const purge = createPurge(database.sql, log);
  const records: Records = {
    engine: 'sqlite',
    projects: createProjectTables(database),
    documents: new DocumentTables(database, purge),
    index: new ChunkTables(database, options.keyword),
    jobs: new JobTables(database),
    conversations: new ConversationTables(database),
    settings: createSettingTables(database),
    tokens: createTokenTables(database),
    audit: createAuditTables(database),
    idempotency: createIdempotencyTables(database),
    folders: new FolderTables(database),
    outbox: createOutboxTables(database),
    care: createCare({ sql: database.sql, path: options.path, workerPath: options.careWorker ?? null, known: tally }),
    async counts() {
      const of = (name: keyof typeof counted) => Number(counted[name].get());
      return {
        projects: of('projects'),
        documents: of('documents'),
        chunks: of('chunks'),
        embeddings: of('embeddings'),
        jobs_open: of('jobs_open'),
      };
    },
    async close() {
      purge.close();
      writeTally(database.sql);
      database.sql.pragma('optimize');
      database.sql.close();
    },
  };
  return { records, database, graph: createSqliteGraph(database) };
}
