/** The runner of the durable queue: the lanes of each stage claim, run and settle jobs one after the other. */
import type { Failure } from '../../contract/documents';
import type { Job } from '../../contract/jobs';
import { AppError, JobError, storageFault } from '../errors';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { Events } from '../system/events';
import { createProgress } from './progress';

/** What a stage handler is given. */
export interface JobContext {
  signal: AbortSignal;
  progress(progress: Job['progress']): void;
  /** Whether other jobs wait for this stage. */
  waiting(): Promise<boolean>;
  /** Something that a restart keeps was done: the attempts so far do not count against the job any more. */
  advanced(): Promise<void>;
  /** Said before it returns: it is not done yet and goes on where it stopped when it is its turn again. */
  makeRoom(): void;
}

/** One stage: its work and what belongs to its ends. A new kind of job is a new entry of the table of stages. */
export interface Stage {
  /** Jobs of this stage that run at the same time. */
  lanes: number;
  /** The stage that follows; null when this one ends the job. */
  next: StageName | null;
  /** False where a job goes on at the same byte and cannot bring the program down: no restart counts against it. */
  givesUp: boolean;
  /** True where a job that was stopped goes on where it was, so that it can be paused. */
  pauses: boolean;
  run(job: Job, context: JobContext): Promise<void>;
  /** Puts what the job worked on into the state that this end means. */
  settle(job: Job, outcome: 'done' | 'failed' | 'cancelled'): Promise<void>;
  /** Queues the work of an ended job again, as a new job. */
  again(job: Job): Promise<Job>;
}

export type StageName = Job['stage'];
export type Stages = Record<StageName, Stage>;
type Stopped = 'cancelled' | 'paused' | 'shutdown';
interface Running {
  controller: AbortController;
  ended: Promise<void>;
  document_id: string | null;
  stage: StageName;
}

function createGate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Retries wait 1 s, 4 s, 9 s… */
const backoffMs = (attempts: number) => 1000 * attempts ** 2;
/** The queue is looked at this often without a wake-up: for retries whose time has come. */
const POLL_MS = 2_000;
/** A claimed job is this one's for so long; it is renewed three times meanwhile. */
const LEASE_MS = 30_000;
/** For the server that runs a job to end it. */
const ELSEWHERE_MS = 10_000;
const ASK_MS = 100;
/** A job interrupted this often (the whole program died each time) is given up. */
const MAX_ATTEMPTS_EVER = 10;

export class Runner {
  private readonly running = new Map<string, Running>();
  private readonly wakers = new Set<() => void>();
  private readonly lanes: Promise<void>[] = [];
  private stopping = false;
  private held: Promise<void> | null = null;
  private leases: NodeJS.Timeout | undefined;

  constructor(
    private readonly ports: Ports,
    private readonly events: Events,
    private readonly stages: Stages,
  ) {}

  /** Takes up what a killed process left, then serves the queue. */
  async start(): Promise<void> {
    const recovered = await this.ports.records.jobs.recover();
    if (recovered > 0) this.ports.runtime.log.info('jobs taken up again after a restart', { jobs: recovered });
    for (const one of await this.ports.records.jobs.forgotten()) {
      await this.ports.records.jobs.enqueue({ id: this.ports.runtime.id(), ...one });
    }
    await this.embedWhatLacksVectors();
    this.leases = setInterval(() => void this.keepLeases(), LEASE_MS / 3);
    for (const name of Object.keys(this.stages) as StageName[]) {
      for (let lane = 0; lane < this.stages[name].lanes; lane += 1) this.lanes.push(this.lane(name));
    }
  }

  /** Stops claiming and interrupts what runs; interrupted jobs are taken up again at the next start. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    for (const { controller } of this.running.values()) controller.abort('shutdown' satisfies Stopped);
    await Promise.all(this.lanes);
    clearInterval(this.leases);
  }

  /** Looks at the queue now. */
  wake(): void {
    for (const waker of this.wakers) waker();
  }

  /** The same, also of a job that runs on another server; false when it runs nowhere. */
  async interruptAnywhere({ id, state }: Job): Promise<boolean> {
    if (await this.interrupt(id)) return true;
    const { peers, records } = this.ports;
    if (!peers || state !== 'running') return false;
    await peers.cancel(id);
    for (let waited = 0; waited < ELSEWHERE_MS; waited += ASK_MS) {
      if ((await records.jobs.get(id))?.state !== 'running') return true;
      await new Promise((resume) => setTimeout(resume, ASK_MS));
    }
    throw new AppError('CONFLICT', 'The server that works on this does not answer; its work is taken over in half a minute.', { job: id });
  }

  /** Cancels or pauses a running job and waits until it has stopped; false when it does not run here. */
  async interrupt(job_id: string, why: Exclude<Stopped, 'shutdown'> = 'cancelled'): Promise<boolean> {
    const job = this.running.get(job_id);
    if (!job) return false;
    job.controller.abort(why);
    await job.ended;
    return true;
  }

  /** Takes an open job out of the queue until it is resumed. */
  async pause(job: Job): Promise<void> {
    if (await this.interrupt(job.id, 'paused')) return;
    this.emit(await this.ports.records.jobs.pause(job.id));
  }

  /** Puts a paused job back into the queue. */
  async resume({ id }: Job): Promise<Job> {
    const job = await this.ports.records.jobs.resume(id);
    this.queued(job);
    return job;
  }

  /** True when a job of this stage loses nothing by being stopped for a while. */
  pauses({ stage }: Job): boolean {
    return this.stages[stage].pauses;
  }

  /** Ends a job that still waits. */
  cancelQueued(job: Job): Promise<Job> {
    return this.cancelled(job);
  }

  /** Queues the work of an ended job again. */
  async again(job: Job): Promise<Job> {
    const fresh = await this.stages[job.stage].again(job);
    this.queued(fresh);
    return fresh;
  }

  /** Announces a job that was put into the queue, and has it looked at now. */
  queued(job: Job): void {
    this.emit(job);
    this.wake();
  }

  /** A new embedding model, or the first one: documents indexed without it get their vectors now. */
  async embedWhatLacksVectors(): Promise<void> {
    const { records, vectors, embedding, runtime } = this.ports;
    if (!embedding.available()) return;
    for (const document_id of await vectors.incomplete(embedding.model(), 10_000)) {
      await records.jobs.enqueue({ id: runtime.id(), document_id, stage: 'embed' });
    }
    this.wake();
  }

  /**
   * Takes no further job until the returned function is called, and waits for those that run; `among` says which of them matter.
   * @throws AppError CONFLICT when some still run after `wait_ms`; jobs are taken again then
   */
  async hold(wait_ms: number, among: (stage: StageName) => boolean): Promise<() => void> {
    if (this.held) throw new AppError('CONFLICT', 'Jobs are held by another request already; try again when it has ended.');
    const held = createGate();
    this.held = held.opened;
    const release = () => {
      this.held = null;
      held.open();
    };
    // A lane may just have claimed one.
    await new Promise((resolve) => setImmediate(resolve));
    const running = () => [...this.running.values()].filter(({ stage }) => among(stage));
    const late = AbortSignal.timeout(wait_ms);
    const waited = new Promise<void>((resolve) => late.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([Promise.all(running().map(({ ended }) => ended)), waited]);
    const jobs_running = running().length;
    if (jobs_running === 0) return release;
    release();
    throw new AppError('CONFLICT', 'Documents are being worked on; try again when the queue is at rest.', { jobs_running });
  }

  /** Cancels every open job of a document. */
  async cancelDocument(document_id: string): Promise<void> {
    const { jobs } = this.ports.records;
    for (const [id, job] of this.running) if (job.document_id === document_id) await this.interrupt(id);
    if (this.ports.peers) {
      const { items } = await jobs.list({ document_id, state: 'running', limit: 50 });
      for (const job of items) await this.interruptAnywhere(job);
    }
    const { items } = await jobs.list({ document_id, state: 'queued', limit: 50 });
    for (const job of items) this.emit(await jobs.end(job.id, 'cancelled', null));
  }

  private emit(job: Job): void {
    this.events.emit({ type: 'job', job });
  }

  private async lane(stage: StageName): Promise<void> {
    while (!this.stopping) {
      if (this.held) await this.held;
      const job = await this.claim(stage);
      if (job === null) await this.sleep();
      else {
        this.emit(job);
        await this.run(job);
      }
    }
  }

  private async claim(stage: StageName): Promise<Job | null> {
    const { records, runtime } = this.ports;
    try {
      return await records.jobs.claim(stage, runtime.now(), this.leaseEnd());
    } catch (error) {
      runtime.log.error('the job queue could not be read', { stage, message: String(error) });
      return null;
    }
  }

  private sleep(): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        this.wakers.delete(go);
        resolve();
      };
      const timer = setTimeout(go, POLL_MS);
      this.wakers.add(go);
    });
  }

  private leaseEnd(): Date {
    return new Date(this.ports.runtime.now().getTime() + LEASE_MS);
  }

  /** A job whose end could not be written (full disk, say) is marked as running though nothing runs it: it goes back to the queue. */
  private async keepLeases(): Promise<void> {
    const { records, runtime } = this.ports;
    try {
      await records.jobs.renew([...this.running.keys()], this.leaseEnd());
      const freed = await records.jobs.recover(runtime.now());
      if (freed > 0) runtime.log.warn('jobs without an end taken up again', { jobs: freed });
      if (freed > 0) this.wake();
    } catch (error) {
      runtime.log.warn('the job queue could not be written', { message: String(error) });
    }
  }

  /** Never rejects: a queue that cannot be written (disk full, say) must not stop its lane. */
  private run(job: Job): Promise<void> {
    const controller = new AbortController();
    const ended = this.attempt(job, controller)
      .catch((error) => this.ports.runtime.log.error('a job could not be settled', { job_id: job.id, message: String(error) }))
      .finally(() => this.running.delete(job.id));
    this.running.set(job.id, { controller, ended, document_id: job.document_id, stage: job.stage });
    return ended;
  }

  private async attempt(job: Job, controller: AbortController): Promise<void> {
    const { records, runtime } = this.ports;
    const progress = createProgress(job, records.jobs, (changed) => this.emit(changed), runtime);
    try {
      const stage = this.stages[job.stage];
      if (stage.givesUp && job.attempts > MAX_ATTEMPTS_EVER) throw givenUp(job);
      let more = false;
      await stage.run(job, {
        signal: controller.signal,
        progress: progress.report,
        advanced: () => records.jobs.advanced(job.id),
        waiting: () => records.jobs.waiting(job.stage, runtime.now()),
        makeRoom: () => {
          more = true;
        },
      });
      await progress.flush();
      if (controller.signal.aborted && controller.signal.reason !== ('shutdown' satisfies Stopped)) throw controller.signal.reason;
      if (more) this.emit(await records.jobs.yield(job.id));
      else await this.finish(job);
    } catch (error) {
      await progress.flush();
      const why = controller.signal.aborted ? (controller.signal.reason as Stopped) : null;
      if (why === 'cancelled') await this.cancelled(job);
      else if (why === 'paused') this.emit(await records.jobs.pause(job.id));
      else if (why === null) await this.fail(job, error);
    }
  }

  private async finish(job: Job): Promise<void> {
    const { jobs } = this.ports.records;
    const { next } = this.stages[job.stage];
    if (next === null) {
      const ended = await jobs.end(job.id, 'done', null);
      await this.stages[ended.stage].settle(ended, 'done');
      return this.emit(ended);
    }
    this.emit(await jobs.advance(job.id, next));
    this.wake();
  }

  private async fail(job: Job, error: unknown): Promise<void> {
    const { records, runtime } = this.ports;
    const failure = describe(error);
    runtime.log.warn('a job failed', { job_id: job.id, stage: job.stage, code: failure.code, message: String(error) });
    // No fault of the document: tried again until there is room, however often.
    if (storageFault(error)) {
      const retryAt = new Date(runtime.now().getTime() + LIMITS.storageRetryMs);
      return this.emit(await records.jobs.end(job.id, 'failed', failure, retryAt, true));
    }
    if (isRetryable(error) && job.attempts < LIMITS.jobAttempts) {
      const retryAt = new Date(runtime.now().getTime() + backoffMs(job.attempts));
      return this.emit(await records.jobs.end(job.id, 'failed', failure, retryAt));
    }
    const ended = await records.jobs.end(job.id, 'failed', failure);
    await this.stages[ended.stage].settle(ended, 'failed');
    this.emit(ended);
  }

  private async cancelled(job: Job): Promise<Job> {
    const ended = await this.ports.records.jobs.end(job.id, 'cancelled', null);
    await this.stages[ended.stage].settle(ended, 'cancelled');
    this.emit(ended);
    return ended;
  }
}

/** What only one request to an engine elsewhere met may be gone at the next. */
function isRetryable(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'UNAVAILABLE';
  return !(error instanceof JobError) || error.retryable;
}

const givenUp = (job: Job) =>
  new JobError('GAVE_UP', `Pressmark was stopped ${job.attempts} times while it worked on this.`, 'Retry it when nothing else is running.');

function describe(error: unknown): Failure {
  const fault = storageFault(error);
  if (fault)
    return {
      code: fault.code,
      message: fault.message,
      action: 'It is tried again by itself until that is over.',
    };
  if (error instanceof JobError) return { code: error.code, message: error.message, action: error.action };
  if (error instanceof AppError) return { code: error.code, message: error.message, action: null };
  return { code: 'INTERNAL', message: 'Something went wrong while working on this.', action: 'Retry it; the log file says more.' };
}
