/** The graph's thread seen from outside: it starts when there is something to read, and ends when it was idle for a while. */
import { Worker } from 'node:worker_threads';
import { RULES } from '../../core/graph/extract/read-chunks';
import { LIMITS } from '../../core/limits';
import type { GraphReader } from '../../core/ports/graph';
import type { FromGraphWorker, ToGraphWorker } from './protocol';

const IDLE_MS = 10_000;
const HEAP_MIB = 512;

type Answer<Type extends FromGraphWorker['type']> = Extract<FromGraphWorker, { type: Type }>;

/** @param workerPath the bundled `graph-worker.cjs` */
export function createGraphReader({ workerPath }: { workerPath: string }): GraphReader {
  let worker: Worker | null = null;
  let idle: NodeJS.Timeout | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let closed = false;

  async function end(): Promise<void> {
    clearTimeout(idle);
    const ending = worker;
    worker = null;
    await ending?.terminate();
  }

  function request(question: ToGraphWorker): Promise<FromGraphWorker> {
    clearTimeout(idle);
    const asked = worker ?? startWorker(workerPath, () => (worker = worker === asked ? null : worker));
    worker = asked;
    return new Promise<FromGraphWorker>((resolve, reject) => {
      const late = setTimeout(() => stop(new Error('the text could not be read in time')), LIMITS.graphReadMs);
      const settle = () => {
        clearTimeout(late);
        asked.removeAllListeners('message').off('error', stop).off('exit', died);
        idle = setTimeout(() => void end(), IDLE_MS).unref();
      };
      const stop = (error: Error) => {
        settle();
        void end();
        reject(error);
      };
      const died = () => stop(new Error('the thread that reads for the graph stopped'));
      asked.once('message', (answer: FromGraphWorker) => {
        settle();
        resolve(answer);
      });
      asked.once('error', stop);
      asked.once('exit', died);
      asked.postMessage(question);
    });
  }

  /** One after the other. */
  function ask<Type extends ToGraphWorker['type']>(type: Type, question: ToGraphWorker): Promise<Answer<Type>> {
    const asked = turn.then(async () => {
      if (closed) throw new Error('the graph is closing');
      const answer = await request(question);
      if (answer.type === type) return answer as Answer<Type>;
      throw new Error(answer.type === 'failed' ? answer.message : `the graph answered ${answer.type}`);
    });
    turn = asked.catch(() => undefined);
    return asked;
  }

  return {
    rules: RULES,
    read: async (document_id, chunks, whole) => (await ask('read', { type: 'read', document_id, chunks, whole })).read,
    async learn(document_id, chunks, at) {
      await ask('learn', { type: 'learn', document_id, chunks, ...at });
    },
    communities: async (edges) => (await ask('communities', { type: 'communities', edges })).groups,
    pairs: async (names) => (await ask('pairs', { type: 'pairs', names })).pairs,
    themeWords: async (classes) => (await ask('theme_words', { type: 'theme_words', classes })).words,
    async close() {
      closed = true;
      await end();
    },
  };
}

function startWorker(path: string, gone: () => void): Worker {
  const started = new Worker(path, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB } });
  return started.once('exit', gone);
}
