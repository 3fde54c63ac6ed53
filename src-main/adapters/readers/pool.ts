/** The document reader: each file is read in a worker thread of a small pool, with limits on time and memory. */
import { DocumentError } from '../../core/errors';
import { LIMITS } from '../../core/limits';
import type { DocumentReader, ReadBatch, ReadInput, ReadResult } from '../../core/ports/document-reader';
import type { Log } from '../../core/ports/runtime';
import { detectKind } from './detect';
import { type ParseWorker, startParseWorker } from './worker';

interface PoolOptions {
  /** The bundled worker, `parse-worker.cjs`. */
  workerPath: string;
  /** Documents read at once; those whose text is being recognised do not count. */
  size: number;
  log: Log;
  /** A worker that sends nothing for this long is ended (milliseconds). */
  silenceMs?: number;
  /** Memory of one worker's JavaScript, in MiB. */
  heapMiB?: number;
  /** An unused worker is ended after this long (milliseconds). */
  idleMs?: number;
}

const IDLE_MS = 10_000;
const MANY_PAGES = 200;

/** Starts no thread before the first file comes. */
export function createReaderPool(options: PoolOptions): DocumentReader {
  const { workerPath, size, log, silenceMs = LIMITS.parseSilenceMs, heapMiB = LIMITS.parseHeapMiB, idleMs = IDLE_MS } = options;
  const idle = new Map<ParseWorker, NodeJS.Timeout>();
  const busy = new Set<ParseWorker>();
  const seats = createSeats(size);
  let closed = false;

  function take(): ParseWorker {
    const worker = [...idle.keys()].pop() ?? startParseWorker({ workerPath, heapMiB, silenceMs });
    clearTimeout(idle.get(worker));
    idle.delete(worker);
    busy.add(worker);
    return worker;
  }

  /** A worker that ended a document well or with its verdict serves the next one. After a long one it is heavy, and a new one soon begun. */
  function giveBack(worker: ParseWorker, pages: number): void {
    busy.delete(worker);
    if (!worker.alive()) return;
    if (closed || pages > MANY_PAGES) return void worker.end();
    const timer = setTimeout(() => {
      idle.delete(worker);
      void worker.end();
    }, idleMs);
    idle.set(worker, timer.unref());
  }

  async function read(input: ReadInput, onBatch: (batch: ReadBatch) => Promise<void>, signal: AbortSignal): Promise<ReadResult> {
    const leave = once(await seats.enter(signal));
    try {
      if (closed) throw new DocumentError('WORKER_CRASHED', 'Pressmark is closing.', null, true);
      const worker = take();
      let pages = 0;
      const counted = (batch: ReadBatch) => {
        pages = batch.done;
        return onBatch(batch);
      };
      try {
        // Recognising text is done in a thread of its own, and takes minutes: the next document need not wait for it.
        return await worker.read(input, counted, signal, leave);
      } catch (error) {
        if (!worker.alive() && !signal.aborted) log.warn('parse worker ended', { mime_type: input.mime_type, reason: codeOf(error) });
        throw error;
      } finally {
        giveBack(worker, pages);
      }
    } finally {
      leave();
    }
  }

  return {
    detect: detectKind,
    read,
    async close() {
      closed = true;
      for (const timer of idle.values()) clearTimeout(timer);
      const workers = [...idle.keys(), ...busy];
      idle.clear();
      await Promise.all(workers.map((worker) => worker.end()));
    },
  };
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}

const codeOf = (error: unknown) => (error instanceof DocumentError ? error.code : 'unknown');

/** A queue for `size` seats, first come, first served. */
function createSeats(size: number) {
  let free = size;
  const queue: (() => void)[] = [];
  const leave = () => {
    const next = queue.shift();
    if (next) next();
    else free += 1;
  };

  async function enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (free > 0) free -= 1;
    else {
      await new Promise<void>((resolve, reject) => {
        const seated = () => {
          signal.removeEventListener('abort', given);
          resolve();
        };
        const given = () => {
          queue.splice(queue.indexOf(seated), 1);
          reject(signal.reason);
        };
        queue.push(seated);
        signal.addEventListener('abort', given, { once: true });
      });
    }
    return leave;
  }
  return { enter };
}
