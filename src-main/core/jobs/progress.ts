/** Progress of one running job: written and announced a few times a second at most, with an estimate of the time left. */
import type { Job } from '../../contract/jobs';
import type { JobRecords } from '../ports/records';
import type { Runtime } from '../ports/runtime';

const EVERY_MS = 250;
/** The speed is that of so long. */
const PACE_MS = 5_000;
const PACE_LEAST_MS = 500;

/** `report` is cheap and never throws; `flush` writes what is still unwritten. */
export function createProgress(job: Job, jobs: JobRecords, emit: (job: Job) => void, runtime: Runtime) {
  const started = runtime.now().getTime();
  let first: number | null = null;
  const pace: { done: number; at: number }[] = [];
  let latest: Job['progress'] | null = null;
  let writtenAt = 0;
  let writing: Promise<void> = Promise.resolve();

  /** Over the last seconds, so that a pause of the other side shows; null before there is a pace. */
  function perSecond({ done }: Job['progress']): number | null {
    const at = runtime.now().getTime();
    pace.push({ done, at });
    while (pace.length > 2 && at - (pace[0]?.at ?? at) > PACE_MS) pace.shift();
    const [since] = pace;
    const passed = since ? at - since.at : 0;
    return since && passed >= PACE_LEAST_MS ? Math.max(0, ((done - since.done) * 1000) / passed) : null;
  }

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
    const speed = perSecond(progress);
    const known = speed === null ? progress : { ...progress, per_second: Math.round(speed * 10) / 10 };
    try {
      emit(await jobs.progress(job.id, known, eta(progress)));
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
