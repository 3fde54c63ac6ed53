/** A GGUF model that only reads: it gives texts their vectors, or passages their rank. Loads on first use, one text after the other. */
import type { LlamaModel } from 'node-llama-cpp';
import type { Log } from '../../../core/ports/runtime';
import { createResident, type Resident } from '../resident';
import { createLoadMeter, freeThreads, inferenceThreads } from './cores';
import { startEngine } from './engine';
import { checkGgufHeader } from './gguf-header';

/** Passages are shorter; a longer window costs memory for nothing. */
export const WINDOW = 2_048;

export interface ReaderOptions {
  id: string;
  path: string;
  /** Makes sure that there is room in memory. */
  admit(): Promise<void>;
  log: Log;
  idleMs?: number | undefined;
}

export interface Loaded<C> {
  model: LlamaModel;
  context: C;
  /** Before each text: no more threads than other programs leave. */
  pace(): void;
}

/** @param open the context that the model is used with */
export function createReader<C>(
  kind: string,
  { id, path, admit, log, idleMs }: ReaderOptions,
  open: (model: LlamaModel, threads: number) => Promise<C>,
): Resident<Loaded<C>> {
  return createResident<Loaded<C>>({
    name: `${kind} ${id}`,
    async load() {
      await checkGgufHeader(path);
      await admit();
      const threads = inferenceThreads();
      const { llama } = await startEngine(log, threads);
      try {
        const model = await llama.loadModel({ modelPath: path });
        const busy = createLoadMeter();
        const pace = () => {
          llama.maxThreads = freeThreads(threads, busy());
        };
        return { model, context: await open(model, threads), pace };
      } catch (error) {
        await llama.dispose();
        throw error;
      }
    },
    unload: ({ model }) => model.llama.dispose(),
    alive: () => true,
    log,
    idleMs,
  });
}
