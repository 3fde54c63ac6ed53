/** The backup worker thread: writes one backup, or unpacks one and makes its library ready, and ends. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { LIBRARY } from '../adapters/backup/manifest';
import { type BackupTask, type FromBackupWorker, packError, type UnpackTask } from '../adapters/backup/protocol';
import { refused, unpack } from '../adapters/backup/read';
import { writeBackup } from '../adapters/backup/write';
import { adoptLibrary } from '../adapters/records/sqlite/adopt';
import { copyLibrary } from '../adapters/records/sqlite/snapshot';
import type { BackupFacts } from '../core/ports/backup';
import { stepBack } from './step-back';

stepBack();
const port = parentPort;
if (!port) throw new Error('backup-worker runs as a worker thread only');
const reply = (message: FromBackupWorker) => port.postMessage(message);
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const PROGRESS_EVERY_MS = 100;

/** Bytes go by by the thousands of pieces; the other thread need not hear of each. */
function createReport() {
  let last = 0;
  return (done: number, total: number) => {
    if (done < total && Date.now() - last < PROGRESS_EVERY_MS) return;
    last = Date.now();
    reply({ type: 'progress', done, total });
  };
}

async function prepare({ archive, folder }: UnpackTask, migrations: string): Promise<BackupFacts> {
  const { id, version, created_at, counts, schema_version } = await unpack(archive, folder);
  const found = adoptLibrary(join(folder, LIBRARY), migrations, quiet);
  if (found !== schema_version) throw refused('its library is not of the version that its list of contents says.');
  return { id, version, created_at, counts };
}

async function run(task: BackupTask): Promise<BackupFacts | null> {
  if (task.type === 'unpack') return prepare(task.unpack, task.migrations);
  await writeBackup(task.write, (path, progress) => copyLibrary(task.library, path, progress), createReport());
  return null;
}

run(workerData as BackupTask)
  .then(
    (facts) => reply({ type: 'done', facts }),
    (error) => reply({ type: 'failed', error: packError(error) }),
  )
  .finally(() => port.close());
