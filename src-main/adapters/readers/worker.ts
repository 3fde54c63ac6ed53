/** One parse worker thread seen from outside: reads one document at a time, and ends when it is silent, aborted or broken. */
import { Worker } from 'node:worker_threads';
import { DocumentError } from '../../core/errors';
import type { ReadBatch, ReadInput, ReadResult } from '../../core/ports/document-reader';
import type { FromWorker, Said, ToWorker } from './protocol';

export interface ParseWorker {
  /**
   * Calls `onBatch` in order and waits for it, `onBeat` while text is recognised. Call `read` again only after it has settled.
   * @throws DocumentError of the document, TIMED_OUT or WORKER_CRASHED; the signal's reason; whatever `onBatch` throws
   */
  read(input: ReadInput, onBatch: (batch: ReadBatch) => Promise<void>, signal: AbortSignal, onBeat: () => void): Promise<ReadResult>;
  /** False once it was ended, by whatever. */
  alive(): boolean;
  end(): Promise<void>;
}

interface ParseWorkerOptions {
  workerPath: string;
  heapMiB: number;
  silenceMs: number;
}

interface Waiting {
  resolve(message: Said): void;
  reject(reason: unknown): void;
}

/** Starts the thread; `silenceMs` is how long it may take from one message to the next. */
export function startParseWorker({ workerPath, heapMiB, silenceMs }: ParseWorkerOptions): ParseWorker {
  const worker = spawn(workerPath, heapMiB);
  let waiting: Waiting | null = null;
  /** The thread reads on while a batch is stored, and may fail meanwhile. */
  let early: Said | null = null;
  let silence: NodeJS.Timeout | undefined;
  let alive = true;
  let beat = beating(() => undefined);

  const die = (reason: unknown) => {
    alive = false;
    waiting?.reject(reason);
    waiting = null;
  };
  worker.on('message', (message: FromWorker) => {
    if (message.type === 'alive') return beat(silence);
    if (waiting) waiting.resolve(message);
    else early = message;
    waiting = null;
  });
  worker.on('error', (error) => die(crashed(error))).on('exit', () => die(crashed(null)));
  /** The next message. The thread keeps the program alive only while it is waited for. */
  async function next(message: ToWorker): Promise<Said> {
    if (!alive) throw crashed(null);
    if (early) return early;
    worker.ref();
    silence = setTimeout(() => void fail(timedOut(silenceMs)), silenceMs);
    try {
      return await new Promise<Said>((resolve, reject) => {
        waiting = { resolve, reject };
        worker.postMessage(message);
      });
    } finally {
      clearTimeout(silence);
      worker.unref();
    }
  }

  const fail = async (reason: unknown): Promise<void> => {
    die(reason);
    await worker.terminate();
  };
  async function read(...[input, onBatch, signal, onBeat]: Parameters<ParseWorker['read']>): Promise<ReadResult> {
    signal.throwIfAborted();
    beat = beating(onBeat);
    const abort = () => void fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    let message: Said | null = null;
    early = null;
    try {
      message = await next({ type: 'read', input });
      while (message.type === 'batch') {
        await onBatch(message.batch);
        signal.throwIfAborted();
        message = await next({ type: 'more' });
      }
      return resultOf(message);
    } catch (error) {
      // A document given up half-way leaves its thread in the middle of it.
      if (message?.type !== 'failed') void fail(error);
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
  return { read, end: () => fail(crashed(null)), alive: () => alive };
}

/** A sign of life puts off the end of a silent worker. */
const beating = (pass: () => void) => (silence: NodeJS.Timeout | undefined) => {
  silence?.refresh();
  pass();
};

function resultOf(message: Exclude<Said, { type: 'batch' }>): ReadResult {
  if (message.type === 'done') return message.result;
  throw new DocumentError(message.error.code, message.error.message, message.error.action, message.error.retryable);
}

/** Of the heap, what is new: left to itself it grows to 48 MiB and more of garbage, and reading is no faster. */
const YOUNG_MIB = 12;

function spawn(workerPath: string, heapMiB: number): Worker {
  // What a library prints is no output of this program.
  const resourceLimits = { maxOldGenerationSizeMb: heapMiB, maxYoungGenerationSizeMb: YOUNG_MIB };
  const worker = new Worker(workerPath, { resourceLimits, stdout: true, stderr: true });
  worker.stdout.resume();
  worker.stderr.resume();
  worker.unref();
  return worker;
}

const timedOut = (silenceMs: number) =>
  new DocumentError(
    'TIMED_OUT',
    `Reading this file stopped: no page was finished for ${Math.round(silenceMs / 1000)} seconds.`,
    'The file may be damaged or very complex. Export it again or split it, then upload the result.',
  );

function crashed(error: unknown): DocumentError {
  const memory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const message = memory ? 'Reading this file took more memory than is allowed.' : 'The reader stopped while it read this file.';
  return new DocumentError('WORKER_CRASHED', message, 'Try again; if it fails again, split the file or export it anew.', true);
}
