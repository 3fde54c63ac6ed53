/** The records of a library in PostgreSQL, which several servers may use at the same time. */
import type { Counts, Records } from '../../../core/ports/records';
import type { Log } from '../../../core/ports/runtime';
import { createCare } from './care/care';
import type { Database } from './database';
import type { Locks } from './locks';
import { migrate } from './migrate';
import { createOutbox } from './outbox/outbox';
import { createAuditTables } from './tables/audit';
import { createChunkTables } from './tables/chunks';
import { createConversationTables } from './tables/conversations';
import { createDocumentTables } from './tables/documents';
import { createFolderTables } from './tables/folders';
import { createIdempotencyTables } from './tables/idempotency';
import { createJobTables } from './tables/jobs';
import { createProjectTables } from './tables/projects';
import { createSettingTables } from './tables/settings';
import { createTokenTables } from './tables/tokens';

interface Options {
  /** Stays open when the records are closed: others use it too. */
  database: Database;
  /** The name of this server, the same after every restart: what it left running when it was killed is known by that. */
  server: string;
  migrationsDir: string;
  log: Log;
  /** Tells which server works off the outbox; left out: this one. */
  locks?: Pick<Locks, 'hold'>;
}

const COUNTS = `
  SELECT (SELECT count(*) FROM projects) AS projects, (SELECT count(*) FROM documents) AS documents, (SELECT count(*) FROM chunks) AS chunks,
    (SELECT count(*) FROM embeddings) AS embeddings, (SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')) AS jobs_open`;

const ALONE: Pick<Locks, 'hold'> = { hold: async () => true };

/** @throws AppError CONFLICT when the database is newer than the program, or cannot be used; UNAVAILABLE when it cannot be reached */
export async function openPostgresRecords({ database, server, migrationsDir, log, locks = ALONE }: Options): Promise<Records> {
  await migrate(database, migrationsDir, log);
  const shared = { database, server };
  return {
    engine: 'postgres',
    projects: createProjectTables(shared),
    documents: createDocumentTables(shared),
    index: createChunkTables(shared),
    jobs: createJobTables(shared),
    conversations: createConversationTables(shared),
    settings: createSettingTables(shared),
    tokens: createTokenTables(shared),
    audit: createAuditTables(shared),
    idempotency: createIdempotencyTables(shared),
    folders: createFolderTables(shared),
    outbox: createOutbox(database, locks),
    care: createCare(database, log),
    counts: async () => (await database.row<Counts>(COUNTS)) ?? { projects: 0, documents: 0, chunks: 0, embeddings: 0, jobs_open: 0 },
    close: async () => undefined,
  };
}
