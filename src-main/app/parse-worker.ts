/** The parse worker thread: reads one document after the other and hands it over in batches, waiting for each to be taken. */
import { parentPort } from 'node:worker_threads';
import { readInBatches } from '../adapters/readers/batches';
import { onBeat } from '../adapters/readers/heartbeat';
import { openFile } from '../adapters/readers/open';
import type { FromWorker, ToWorker } from '../adapters/readers/protocol';
import { DocumentError, storageFault } from '../core/errors';
import type { ReadInput } from '../core/ports/document-reader';
import { stepBack } from './step-back';

stepBack();
const port = parentPort;
if (!port) throw new Error('parse-worker runs as a worker thread only');
const reply = (message: FromWorker, handed: ArrayBuffer[] = []) => port.postMessage(message, handed);
onBeat(() => reply({ type: 'alive' }));
/** The batch being stored; the next one is read meanwhile, and no further. */
let stored: Promise<void> = Promise.resolve();
let more: (() => void) | null = null;

async function read(input: ReadInput): Promise<void> {
  stored = Promise.resolve();
  const result = await readInBatches(await openFile(input), async (batch) => {
    await stored;
    stored = new Promise<void>((resolve) => {
      more = resolve;
    });
    // Handed over rather than copied.
    reply(
      { type: 'batch', batch },
      batch.pages.map(({ words }) => words.buffer as ArrayBuffer),
    );
  });
  await stored;
  reply({ type: 'done', result });
}

/** What cannot be known to be the document's fault is tried again. */
function failureOf(error: unknown): Extract<FromWorker, { type: 'failed' }> {
  if (error instanceof DocumentError) {
    const { code, message, action, retryable } = error;
    return { type: 'failed', error: { code, message, action, retryable } };
  }
  const fault = storageFault(error);
  if (fault) return { type: 'failed', error: { code: fault.code, message: fault.message, action: null, retryable: true } };
  const reason = error instanceof Error ? error.message : String(error);
  return {
    type: 'failed',
    error: { code: 'READ_FAILED', message: `The file could not be read: ${reason}`, action: null, retryable: true },
  };
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'more') more?.();
  else read(message.input).catch((error) => reply(failureOf(error)));
});
