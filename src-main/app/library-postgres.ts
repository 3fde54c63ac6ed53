/** A library in PostgreSQL: records, full text, graph, vectors and originals lie there; this machine keeps copies of originals it read. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createBackupsElsewhere } from '../adapters/backup/elsewhere';
import { createDiskFiles } from '../adapters/files/disk';
import { createSharedFiles } from '../adapters/files/shared';
import { connect, type Database } from '../adapters/records/postgres/database';
import { createPostgresGraph } from '../adapters/records/postgres/graph/store';
import { createSharedKeys } from '../adapters/records/postgres/keys';
import { createLocks, type Locks } from '../adapters/records/postgres/locks';
import { openPostgresRecords } from '../adapters/records/postgres/open';
import { createOriginals } from '../adapters/records/postgres/originals';
import { createPeers } from '../adapters/records/postgres/peers';
import { createPostgresRows } from '../adapters/records/postgres/rows';
import { createPostgresVectors } from '../adapters/records/postgres/vectors/store';
import { createTokenSigner } from '../adapters/tokens/jwt';
import { AppError } from '../core/errors';
import type { Log } from '../core/ports/runtime';
import { ConfigError } from './config';
import type { Library, Surroundings } from './library';
import { createSearchThreads } from './search-thread';

/** A database that starts at the same time as Pressmark is waited for. */
const WAIT_MS = 30_000;
const RETRY_MS = 500;

/** @throws ConfigError when the server cannot be reached */
export async function openSharedLibrary({ config: { dataDir }, program, log }: Surroundings, url: string): Promise<Library> {
  const place = { url, server: serverId(dataDir) };
  const database = connect(place);
  const locks = createLocks(place);
  try {
    await reached(database, log);
    await requireOwnId(locks, place.server, dataDir, log);
    const records = await openPostgresRecords({
      database,
      server: place.server,
      migrationsDir: join(dirname(program.migrations), 'postgres'),
      log,
      locks,
    });
    const peers = createPeers(place, database, log);
    const threads = createSearchThreads({ path: url, workerPath: join(program.workers, 'postgres-search-worker.cjs') });
    const ports = {
      records,
      vectors: createPostgresVectors(database, threads),
      graph: createPostgresGraph(database),
      files: createSharedFiles({ disk: createDiskFiles(join(dataDir, 'originals')), originals: createOriginals(database, locks), log }),
      backups: createBackupsElsewhere(dataDir),
      signer: createTokenSigner(createSharedKeys(database)),
      peers,
    };
    const close = async () => {
      await peers.close();
      await locks.close();
      await records.close();
      await database.pool.end();
    };
    return { ports, rows: createPostgresRows({ database, server: place.server }, records.care), rescue: null, close };
  } catch (error) {
    await locks.close();
    await database.pool.end();
    throw error;
  }
}

/** By which this server is known among those on the same database; it stays the same over restarts. */
function serverId(dataDir: string): string {
  const path = join(dataDir, 'server-id');
  if (existsSync(path)) {
    const known = readFileSync(path, 'utf8').trim();
    if (/^[0-9a-f]{16}$/.test(known)) return known;
  }
  const id = randomBytes(8).toString('hex');
  writeFileSync(path, `${id}\n`);
  return id;
}

/**
 * Two servers of one name would take each other's jobs for their own and not hear each other. That of a machine that went down is
 * missed by the database only after a while.
 * @throws ConfigError when another server still has the name
 */
async function requireOwnId(locks: Locks, server: string, dataDir: string, log: Log): Promise<void> {
  const until = Date.now() + WAIT_MS;
  for (let first = true; !(await locks.hold(`server ${server}`)); first = false) {
    if (first) log.warn('waiting for a Pressmark of the same data folder to leave the database');
    if (Date.now() >= until)
      throw new ConfigError(
        `Another Pressmark works on this database with a copy of this data folder. Delete ${join(dataDir, 'server-id')} here, then start again: this one gets a name of its own.`,
      );
    await pause(RETRY_MS);
  }
}

async function reached(database: Database, log: Log): Promise<void> {
  const until = Date.now() + WAIT_MS;
  for (let first = true; ; first = false) {
    try {
      await database.rows('SELECT 1');
      return;
    } catch (error) {
      if (!(error instanceof AppError))
        throw new ConfigError(`PRESSMARK_DATABASE_URL: ${error instanceof Error ? error.message : String(error)}`);
      if (Date.now() >= until) throw new ConfigError(`PRESSMARK_DATABASE_URL: ${error.message}`);
      if (first) log.warn('waiting for PostgreSQL', { message: error.message });
      await pause(RETRY_MS);
    }
  }
}
