/** Jobs: looking at the queue, cancelling and retrying. */
import type { Job } from '../../contract/jobs';
import { AppError, notFound } from '../errors';
import type { Ports } from '../ports';
import type { Events } from '../system/events';
import type { Runner } from './runner';

type ListQuery = Parameters<Ports['records']['jobs']['list']>[0];

/** The queue as callers see it. */
export function createJobs({ records, runtime }: Ports, events: Events, runner: Runner) {
  async function get(id: string): Promise<Job> {
    const job = await records.jobs.get(id);
    if (!job) throw notFound('job', id);
    return job;
  }

  async function cancelQueued(job: Job): Promise<Job> {
    const ended = await records.jobs.end(job.id, 'cancelled', null);
    if (job.document_id) {
      const state = job.stage === 'parse' ? 'cancelled' : 'searchable';
      events.emit({ type: 'document', document: await records.documents.update(job.document_id, { state }) });
    }
    events.emit({ type: 'job', job: ended });
    return ended;
  }

  return {
    get,
    list: (query: ListQuery) => records.jobs.list(query),
    /** Ends an open job; text that is already searchable stays searchable. */
    async cancel(id: string): Promise<Job> {
      const job = await get(id);
      if (await runner.interrupt(id)) return get(id);
      if (job.state !== 'queued') throw new AppError('CONFLICT', `This job is already ${job.state}.`, { state: job.state });
      return cancelQueued(job);
    },
    /** Queues the same work again, as a new job of the same document. */
    async retry(id: string): Promise<Job> {
      const job = await get(id);
      const ended = job.state === 'failed' || job.state === 'cancelled';
      if (!ended || !job.document_id) {
        throw new AppError('CONFLICT', `Only a failed or cancelled job can be retried; this one is ${job.state}.`, { state: job.state });
      }
      const state = job.stage === 'parse' ? 'queued' : 'searchable';
      const document = await records.documents.update(job.document_id, { state, error: null });
      const fresh = await records.jobs.enqueue({ id: runtime.id(), document_id: job.document_id, stage: job.stage });
      events.emit({ type: 'document', document });
      events.emit({ type: 'job', job: fresh });
      runner.wake();
      return fresh;
    },
  };
}
