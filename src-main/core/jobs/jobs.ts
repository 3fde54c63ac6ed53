/** Jobs: looking at the queue, cancelling and retrying. */
import type { Job } from '../../contract/jobs';
import { AppError, notFound } from '../errors';
import type { Ports } from '../ports';
import type { Runner } from './runner';

type ListQuery = Parameters<Ports['records']['jobs']['list']>[0];

/** The queue as callers see it. */
export function createJobs({ records }: Ports, runner: Runner) {
  async function get(id: string): Promise<Job> {
    const job = await records.jobs.get(id);
    if (!job) throw notFound('job', id);
    return job;
  }

  return {
    get,
    list: (query: ListQuery) => records.jobs.list(query),
    /** Ends an open job; text that is already searchable stays searchable. */
    async cancel(id: string): Promise<Job> {
      const job = await get(id);
      if (await runner.interruptAnywhere(job)) return get(id);
      if (job.state !== 'queued') throw new AppError('CONFLICT', `This job is already ${job.state}.`, { state: job.state });
      return runner.cancelQueued(job);
    },
    /** Stops an open job until it is resumed. */
    async pause(id: string): Promise<Job> {
      const job = await get(id);
      if (!runner.pauses(job))
        throw new AppError('CONFLICT', 'This job would begin anew afterwards; cancel it instead.', { stage: job.stage });
      if (job.state !== 'queued' && job.state !== 'running') {
        throw new AppError('CONFLICT', `This job is already ${job.state}.`, { state: job.state });
      }
      if (!job.paused) await runner.pause(job);
      return get(id);
    },
    async resume(id: string): Promise<Job> {
      const job = await get(id);
      if (job.paused) return runner.resume(job);
      throw new AppError('CONFLICT', `This job is not paused; it is ${job.state}.`, { state: job.state });
    },
    /** Queues the same work again, as a new job. */
    async retry(id: string): Promise<Job> {
      const job = await get(id);
      if (job.state !== 'failed' && job.state !== 'cancelled') {
        throw new AppError('CONFLICT', `Only a failed or cancelled job can be retried; this one is ${job.state}.`, { state: job.state });
      }
      return runner.again(job);
    },
  };
}
