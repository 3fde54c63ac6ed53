/** One embedding worker thread seen from outside: starts, answers one batch at a time, ends. */
import { Worker } from 'node:worker_threads';
import type { Embedded } from '../../../core/ports/llm';
import type { EmbedderOptions, WorkerReply, WorkerRequest } from './protocol';

const CLOSE_MS = 1_000;
/** Tensors are soon garbage: more room for them is memory for nothing. */
const YOUNG_MIB = 12;

export interface WorkerClient {
  /** Rejects when the worker dies or the model refuses. Call it again only after it has settled. */
  embed(texts: string[]): Promise<Embedded[]>;
  alive(): boolean;
  close(): Promise<void>;
}

/** Starts the thread and waits for the model. Rejects when the model cannot be loaded. */
export async function startWorker(workerPath: string, options: EmbedderOptions): Promise<WorkerClient> {
  const worker = new Worker(workerPath, { workerData: options, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB } });
  let alive = true;
  let settle: { resolve(reply: WorkerReply): void; reject(error: Error): void } | null = null;
  const die = (error: Error) => {
    alive = false;
    settle?.reject(error);
    settle = null;
  };
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      die(new Error(`the embedding engine stopped (status ${code})`));
      resolve();
    });
  });
  worker.on('error', (error) => die(error instanceof Error ? error : new Error(String(error))));
  worker.on('message', (reply: WorkerReply) => {
    // Idle, the thread does not keep the program alive.
    worker.unref();
    settle?.resolve(reply);
    settle = null;
  });

  function wait(request: WorkerRequest | null): Promise<WorkerReply> {
    return new Promise((resolve, reject) => {
      if (!alive) return reject(new Error('the embedding engine stopped'));
      settle = { resolve, reject };
      worker.ref();
      if (request) worker.postMessage(request);
    });
  }

  async function close(): Promise<void> {
    if (alive) worker.postMessage({ type: 'close' } satisfies WorkerRequest);
    const timer = setTimeout(() => void worker.terminate(), CLOSE_MS);
    await exited;
    clearTimeout(timer);
  }

  const first = await wait(null);
  if (first.type !== 'ready') {
    await worker.terminate();
    throw new Error(first.type === 'failed' ? first.message : 'the embedding engine did not start');
  }
  return {
    alive: () => alive,
    close,
    async embed(texts) {
      const reply = await wait({ type: 'embed', texts });
      if (reply.type === 'vectors') return reply.vectors;
      throw new Error(reply.type === 'error' ? reply.message : 'the embedding engine gave no vectors');
    },
  };
}
