/** The runner of the durable queue: one lane per stage, each claims, runs and settles jobs one after the other. */
import type { Failure } from '../../contract/documents';
import type { Job } from '../../contract/jobs';
import { AppError, DocumentError } from '../errors';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { Events } from '../system/events';
import { createProgress } from './progress';

/** What a stage handler is given. */
export interface JobContext {
  signal: AbortSignal;
  progress(progress: Job['progress']): void;
}

/** The work of each stage; `parse` hands on to `embed`, `embed` ends the job. */
export interface StageHandlers {
  parse(job: Job, context: JobContext): Promise<void>;
  embed(job: Job, context: JobContext): Promise<void>;
  settle(job: Job, outcome: 'failed' | 'cancelled'): Promise<void>;
}

type Stage = Job['stage'];
type Stopped = 'cancelled' | 'shutdown';
interface Running {
  controller: AbortController;
  ended: Promise<void>;
  document_id: string | null;
}

/** Retries wait 1 s, 4 s, 9 s… */
const backoffMs = (attempts: number) => 1000 * attempts ** 2;
/** The queue is looked at this often without a wake-up: for retries whose time has come. */
const POLL_MS = 2_000;
/** A job interrupted this often (the whole program died each time) is given up. */
const MAX_ATTEMPTS_EVER = 10;

export class Runner {
  private readonly running = new Map<string, Running>();
  private readonly wakers = new Map<Stage, () => void>();
  private readonly lanes: Promise<void>[] = [];
  private stopping = false;

  constructor(
    private readonly ports: Ports,
    private readonly events: Events,
    private readonly handlers: StageHandlers,
  ) {}

  /** Takes up what a killed process left, then serves the queue. */
  async start(): Promise<void> {
    const recovered = await this.ports.records.jobs.recover();
    if (recovered > 0) this.ports.runtime.log.info('jobs taken up again after a restart', { jobs: recovered });
    await embedWhatLacksVectors(this.ports);
    this.lanes.push(this.lane('parse'), this.lane('embed'));
  }

  /** Stops claiming and interrupts what runs; interrupted jobs are taken up again at the next start. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    for (const { controller } of this.running.values()) controller.abort('shutdown' satisfies Stopped);
    await Promise.all(this.lanes);
  }

  /** Looks at the queue now. */
  wake(): void {
    for (const waker of this.wakers.values()) waker();
  }

  /** Cancels a running job and waits until it has ended; false when it does not run here. */
  async interrupt(job_id: string): Promise<boolean> {
    const job = this.running.get(job_id);
    if (!job) return false;
    job.controller.abort('cancelled' satisfies Stopped);
    await job.ended;
    return true;
  }

  /** Cancels every open job of a document. */
  async cancelDocument(document_id: string): Promise<void> {
    const { jobs } = this.ports.records;
    for (const [id, job] of this.running) if (job.document_id === document_id) await this.interrupt(id);
    const { items } = await jobs.list({ document_id, state: 'queued', limit: 50 });
    for (const job of items) this.emit(await jobs.end(job.id, 'cancelled', null));
  }

  private emit(job: Job): void {
    this.events.emit({ type: 'job', job });
  }

  private async lane(stage: Stage): Promise<void> {
    while (!this.stopping) {
      const job = await this.claim(stage);
      if (job === null) await this.pause(stage);
      else {
        this.emit(job);
        await this.run(job);
      }
    }
  }

  private async claim(stage: Stage): Promise<Job | null> {
    const { records, runtime } = this.ports;
    try {
      return await records.jobs.claim(stage, runtime.now());
    } catch (error) {
      runtime.log.error('the job queue could not be read', { stage, message: String(error) });
      return null;
    }
  }

  private pause(stage: Stage): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      this.wakers.set(stage, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Never rejects: a queue that cannot be written (disk full, say) must not stop its lane. */
  private run(job: Job): Promise<void> {
    const controller = new AbortController();
    const ended = this.attempt(job, controller)
      .catch((error) => this.ports.runtime.log.error('a job could not be settled', { job_id: job.id, message: String(error) }))
      .finally(() => this.running.delete(job.id));
    this.running.set(job.id, { controller, ended, document_id: job.document_id });
    return ended;
  }

  private async attempt(job: Job, controller: AbortController): Promise<void> {
    const { records, runtime } = this.ports;
    const progress = createProgress(job, records.jobs, (changed) => this.emit(changed), runtime);
    try {
      if (job.attempts > MAX_ATTEMPTS_EVER) throw givenUp(job);
      await this.handlers[job.stage](job, { signal: controller.signal, progress: progress.report });
      await progress.flush();
      await this.finish(job);
    } catch (error) {
      await progress.flush();
      const why = controller.signal.aborted ? (controller.signal.reason as Stopped) : null;
      if (why === 'cancelled') await this.cancelled(job);
      else if (why === null) await this.fail(job, error);
    }
  }

  private async finish(job: Job): Promise<void> {
    const { jobs } = this.ports.records;
    if (job.stage === 'embed') return this.emit(await jobs.end(job.id, 'done', null));
    this.emit(await jobs.advance(job.id, 'embed'));
    this.wake();
  }

  private async fail(job: Job, error: unknown): Promise<void> {
    const { records, runtime } = this.ports;
    const failure = describe(error);
    runtime.log.warn('a job failed', { job_id: job.id, stage: job.stage, code: failure.code, message: String(error) });
    if (isRetryable(error) && job.attempts < LIMITS.jobAttempts) {
      const retryAt = new Date(runtime.now().getTime() + backoffMs(job.attempts));
      return this.emit(await records.jobs.end(job.id, 'failed', failure, retryAt));
    }
    const ended = await records.jobs.end(job.id, 'failed', failure);
    await this.handlers.settle(ended, 'failed');
    this.emit(ended);
  }

  private async cancelled(job: Job): Promise<void> {
    const ended = await this.ports.records.jobs.end(job.id, 'cancelled', null);
    await this.handlers.settle(ended, 'cancelled');
    this.emit(ended);
  }
}

/** A new embedding model, or the first one: documents indexed without it get their vectors now. */
async function embedWhatLacksVectors({ records, vectors, embedding, runtime }: Ports): Promise<void> {
  if (!embedding.available()) return;
  for (const document_id of await vectors.incomplete(embedding.model(), 10_000)) {
    await records.jobs.enqueue({ id: runtime.id(), document_id, stage: 'embed' });
  }
}

const isRetryable = (error: unknown) => !(error instanceof AppError) && (!(error instanceof DocumentError) || error.retryable);

const givenUp = (job: Job) =>
  new DocumentError(
    'GAVE_UP',
    `Pressmark was stopped ${job.attempts} times while it worked on this.`,
    'Retry it when nothing else is running.',
  );

function describe(error: unknown): Failure {
  if (error instanceof DocumentError) return { code: error.code, message: error.message, action: error.action };
  if (error instanceof AppError) return { code: error.code, message: error.message, action: null };
  return { code: 'INTERNAL', message: 'Something went wrong while working on this file.', action: 'Retry it; the log file says more.' };
}
