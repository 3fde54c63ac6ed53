/** The stage `deep`: the chat model reads chunk by chunk, gives way to every chat, and goes on where it stopped. */
import { z } from 'zod';
import type { Job } from '../../../contract/jobs';
import type { Turns } from '../../chat/turns';
import { AppError, JobError } from '../../errors';
import type { JobContext, Stage } from '../../jobs/runner';
import type { Ports } from '../../ports';
import type { DeepScope } from '../../ports/graph';
import { graphOfFinding } from './findings';
import { readerOf } from './instructions';
import { createChunkReading, type ReadChunk } from './read';

const AT_ONCE = 8;
const order = z.object({ project_id: z.string(), document_id: z.string().nullable() });

export function createDeepStage(ports: Ports, turns: Turns): Stage {
  const { records, runtime, chat } = ports;
  const read = createChunkReading(ports, turns);
  return {
    lanes: 1,
    next: null,
    pauses: true,
    givesUp: true,
    async run({ id }: Job, context: JobContext): Promise<void> {
      const { project_id, document_id } = order.parse(await records.jobs.payload(id));
      const model = chat.available() ? chat.info().id : null;
      if (model === null)
        throw new JobError('NO_MODEL', 'No chat model is installed, or it cannot be loaded.', 'Install one, then start again.');
      await readAll(ports, read, { project_id, document_id: document_id ?? undefined, reader: readerOf(model) }, context);
    },
    settle: async () => undefined,
    async again({ id, kind, stage, subject }) {
      if (subject === null) throw new AppError('CONFLICT', 'This job does not say what it reads; start deep extraction again.');
      return records.jobs.add({ id: runtime.id(), kind, stage, subject, payload: await records.jobs.payload(id) });
    },
  };
}

/** Until nothing is left, or the signal stops it. */
async function readAll({ graph }: Ports, read: ReadChunk, scope: DeepScope, { signal, progress, advanced }: JobContext): Promise<void> {
  const { chunks, chunks_done } = await graph.deepCounts(scope);
  let done = chunks_done;
  const report = () => progress({ done, total: Math.max(chunks, done), unit: 'chunks' });
  report();
  for (let pending = await graph.deepPending(scope, AT_ONCE); pending.length > 0; pending = await graph.deepPending(scope, AT_ONCE)) {
    for (const chunk of pending) {
      const finding = await read(chunk, scope.reader, signal);
      if (finding === null || signal.aborted) return;
      // A chunk that has gone is not pending any more.
      await graph.addDeep({ document_id: chunk.document_id, graph: graphOfFinding(chunk, finding), finding });
      done += 1;
      report();
      await advanced();
    }
  }
}
