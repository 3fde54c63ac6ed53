/** The care worker thread: does one piece of work on the whole library file, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { compactLibrary } from '../adapters/records/sqlite/care/compact';
import type { CareTask, FromCareWorker } from '../adapters/records/sqlite/care/thread';
import { stepBack } from './step-back';

stepBack();
const port = parentPort;
if (!port) throw new Error('care-worker runs as a worker thread only');

function answer({ library }: CareTask): FromCareWorker {
  try {
    compactLibrary(library);
    return { done: null };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    return { failed: { message: error instanceof Error ? error.message : String(error), code } };
  }
}

port.postMessage(answer(workerData as CareTask));
