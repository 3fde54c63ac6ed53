/** Progress of one running job: written and announced a few times a second at most, with an estimate of the time left. */
import type { Job } from '../../contract/jobs';
import type { JobRecords } from '../ports/records';
import type { Runtime } from '../ports/runtime';

const EVERY_MS = 250;

/** `report` is cheap and never throws; `flush` writes what is still unwritten. */
export function createProgress(job: Job, jobs: JobRecords, emit: (job: Job) => void, runtime: Runtime) {
  const started = runtime.now().getTime();
  let first: number | null = null;
  let latest: Job['progress'] | null = null;
  let writtenAt = 0;
  let writing: Promise<void> = Promise.resolve();

  /** Seconds left at the pace so far; what was known before as long as there is no pace. */
  function eta(progress: Job['progress']): number | null {
    const passed = (runtime.now().getTime() - started) / 1000;
    const made = progress.done - (first ?? 0);
    if (progress.total === null || made <= 0 || passed < 1) return progress.total === null ? null : job.eta_s;
    return Math.round(((progress.total - progress.done) * passed) / made);
  }

  async function write(): Promise<void> {
    const progress = latest;
    if (!progress) return;
    latest = null;
    try {
      emit(await jobs.progress(job.id, progress, eta(progress)));
    } catch (error) {
      runtime.log.warn('progress could not be written', { job_id: job.id, message: String(error) });
    }
  }

  return {
    report(progress: Job['progress']): void {
      first ??= progress.done;
      latest = progress;
      const now = runtime.now().getTime();
      if (now - writtenAt < EVERY_MS) return;
      writtenAt = now;
      writing = writing.then(write);
    },
    async flush(): Promise<void> {
      writing = writing.then(write);
      await writing;
    },
  };
}
