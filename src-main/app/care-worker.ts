/** The care worker thread: does one piece of work on the whole library file, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { compactLibrary } from '../adapters/records/sqlite/care/compact';
import { checkLibrary } from '../adapters/records/sqlite/care/examine';
import type { CareTask, FromCareWorker } from '../adapters/records/sqlite/care/thread';
import { stepBack } from './step-back';

stepBack();
const port = parentPort;
if (!port) throw new Error('care-worker runs as a worker thread only');

function answer({ type, library }: CareTask): FromCareWorker {
  try {
    if (type === 'check') return { done: checkLibrary(library) };
    compactLibrary(library);
    return { done: [] };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    return { failed: { message: error instanceof Error ? error.message : String(error), code } };
  }
}

port.postMessage(answer(workerData as CareTask));
