/** The stage `fetch`: the files of a model come, and the model is there without a restart. */
import type { Job } from '../../contract/jobs';
import { AppError } from '../errors';
import type { JobContext, Stage } from '../jobs/runner';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { ModelView } from './model-view';
import { readOrder } from './orders';

export function createFetchStage({ models, engines, records, runtime }: Ports, view: ModelView): Stage {
  async function run(job: Job, { signal, progress }: JobContext): Promise<void> {
    const order = readOrder(await records.jobs.payload(job.id));
    await models.fetch(order, { signal, progress: (done, total) => progress({ done, total, unit: 'bytes' }) });
    engines.refresh();
  }

  return {
    lanes: LIMITS.modelFetches,
    next: null,
    givesUp: false,
    pauses: true,
    run,
    async settle(job, outcome) {
      if (job.subject === null) return;
      // What a broken connection left is taken up by a retry; what somebody cancelled is not wanted any more.
      if (outcome === 'cancelled') await models.discard(job.subject);
      const order = readOrder(await records.jobs.payload(job.id));
      await view.announce(job.subject, order.from === 'catalogue' ? undefined : order.kind);
    },
    async again({ id, kind, stage, subject }) {
      if (subject === null || models.list().some((model) => model.id === subject && model.installed)) {
        throw new AppError('CONFLICT', `The model ${subject} is installed already.`, { model: subject });
      }
      return records.jobs.add({ id: runtime.id(), kind, stage, subject, payload: await records.jobs.payload(id) });
    },
  };
}
