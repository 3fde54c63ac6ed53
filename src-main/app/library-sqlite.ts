/** A library in one SQLite file of the data folder, with its originals beside it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createBackupStore } from '../adapters/backup/store';
import { createDiskFiles } from '../adapters/files/disk';
import { isDamage } from '../adapters/records/sqlite/care/probe';
import { openSqliteLibrary } from '../adapters/records/sqlite/open';
import { createSqliteRows } from '../adapters/records/sqlite/rows';
import { createTokenSigner } from '../adapters/tokens/jwt';
import { openKeyRing } from '../adapters/tokens/key-ring';
import { createVectorRows } from '../adapters/vectors/rows';
import { createSqliteVecStore } from '../adapters/vectors/sqlite-vec';
import type { Rescue } from '../core/system/care';
import type { Library, Surroundings } from './library';
import { rescueLibrary } from './rescue';
import { finishRestore } from './restore';
import { createSearchThreads } from './search-thread';

const LIBRARY = 'library.sqlite';

/** Whether a library was ever made in this data folder. */
export const hasLibrary = (dataDir: string) => existsSync(join(dataDir, LIBRARY));

/** A damaged library is rescued first; that of a big one may only show itself when it is opened. */
export async function openFileLibrary(around: Surroundings): Promise<Library> {
  const { config, program, log } = around;
  const inData = (name: string) => join(config.dataDir, name);
  finishRestore(config.dataDir, log);
  const places = { library: inData(LIBRARY), files: inData('files'), backups: inData('backups'), migrations: program.migrations };
  const rescue = await rescueLibrary(places, log);
  try {
    return openFile(around, rescue);
  } catch (error) {
    if (rescue || !isDamage(error)) throw error;
    const again = await rescueLibrary(places, log, error instanceof Error ? error.message : String(error));
    return openFile(around, again);
  }
}

function openFile({ config: { dataDir }, program, keychain, log }: Surroundings, rescue: Rescue | null): Library {
  const { migrations, workers } = program;
  const [library, files] = [join(dataDir, LIBRARY), join(dataDir, 'files')];
  const threads = createSearchThreads({ path: library, workerPath: join(workers, 'search-worker.cjs') });
  const { records, database, graph } = openSqliteLibrary({
    path: library,
    migrationsDir: migrations,
    careWorker: join(workers, 'care-worker.cjs'),
    keyword: threads.keyword,
    log,
  });
  const ports = {
    records,
    vectors: createSqliteVecStore(database.sql, threads),
    graph,
    files: createDiskFiles(files),
    backups: createBackupStore({ dataDir, library, files, migrations, workerPath: join(workers, 'backup-worker.cjs') }),
    signer: createTokenSigner(openKeyRing(dataDir, keychain, log)),
    peers: null,
  };
  const rows = createSqliteRows(database, createVectorRows(database.sql));
  return { ports, rows, rescue, close: () => records.close() };
}
