/** Deep extraction as it is asked for: what it would cost, how it stands, start, pause, go on, end. */
import type { DeepEstimate, DeepRun } from '../../../contract/graph-deep';
import type { Job } from '../../../contract/jobs';
import { AppError, notFound } from '../../errors';
import type { createJobs } from '../../jobs/jobs';
import type { Runner } from '../../jobs/runner';
import type { Ports } from '../../ports';
import { readerOf, turnsFor } from './instructions';
import { ASSUMED, speedOf } from './speed';

const CHARACTERS_PER_TOKEN = 3.8;

interface Scope {
  id: string;
  document_id?: string | undefined;
}

export class DeepExtraction {
  constructor(
    private readonly ports: Ports,
    private readonly runner: Runner,
    private readonly jobs: ReturnType<typeof createJobs>,
  ) {}

  async estimate(scope: Scope): Promise<DeepEstimate> {
    await this.require(scope);
    const model = this.model();
    const { chunks, chunks_done, characters_left } = await this.counts(scope);
    const left = chunks - chunks_done;
    const told = turnsFor([]).reduce((sum, { content }) => sum + content.length, 0) / CHARACTERS_PER_TOKEN;
    const measured = model === null ? null : await speedOf(this.ports, readerOf(model));
    const speed = measured ?? ASSUMED;
    const prompt_tokens = Math.round(characters_left / CHARACTERS_PER_TOKEN + left * told);
    const completion_tokens = Math.round(left * speed.written);
    // The instructions are the same for every chunk: after the first they cost nothing.
    const seconds = (prompt_tokens - left * told) / speed.read + completion_tokens / speed.write;
    return {
      model,
      chunks,
      chunks_cached: chunks_done,
      prompt_tokens,
      completion_tokens,
      minutes: model === null ? null : Math.ceil((seconds / 60) * 10) / 10,
      basis: measured ? 'measured' : 'assumed',
    };
  }

  async state(scope: Scope): Promise<DeepRun> {
    await this.require(scope);
    const job = await this.latest(scope);
    const { chunks, chunks_done } = await this.counts(scope);
    return {
      project_id: scope.id,
      document_id: scope.document_id ?? null,
      state: job === null ? 'idle' : stateOf(job),
      job_id: job?.id ?? null,
      model: this.model(),
      chunks,
      chunks_done,
      eta_s: job?.eta_s ?? null,
      error: job?.error ?? null,
      updated_at: job?.updated_at ?? null,
    };
  }

  async start(scope: Scope): Promise<DeepRun> {
    await this.require(scope);
    if (this.model() === null)
      throw new AppError('CONFLICT', 'No chat model is installed; install one first, or use the graph without it.');
    const job = await this.latest(scope);
    if (job?.paused) await this.jobs.resume(job.id);
    else {
      const payload = { project_id: scope.id, document_id: scope.document_id ?? null };
      const { records, runtime } = this.ports;
      this.runner.queued(
        await records.jobs.add({ id: runtime.id(), kind: 'graph_deep', stage: 'deep', subject: subjectOf(scope), payload }),
      );
    }
    return this.state(scope);
  }

  async pause(scope: Scope): Promise<DeepRun> {
    await this.jobs.pause((await this.open(scope)).id);
    return this.state(scope);
  }

  async resume(scope: Scope): Promise<DeepRun> {
    await this.jobs.resume((await this.open(scope)).id);
    return this.state(scope);
  }

  async cancel(scope: Scope): Promise<DeepRun> {
    await this.jobs.cancel((await this.open(scope)).id);
    return this.state(scope);
  }

  private model(): string | null {
    const { chat } = this.ports;
    return chat.available() ? chat.info().id : null;
  }

  private counts({ id, document_id }: Scope) {
    return this.ports.graph.deepCounts({ project_id: id, document_id, reader: readerOf(this.model() ?? '') });
  }

  private async latest(scope: Scope): Promise<Job | null> {
    const { items } = await this.ports.records.jobs.list({ kind: 'graph_deep', subject: subjectOf(scope), limit: 1 });
    return items[0] ?? null;
  }

  private async open(scope: Scope): Promise<Job> {
    await this.require(scope);
    const job = await this.latest(scope);
    if (job && (job.state === 'queued' || job.state === 'running')) return job;
    throw new AppError('CONFLICT', 'Deep extraction is not under way; start it first.', { state: job?.state ?? 'idle' });
  }

  private async require({ id, document_id }: Scope): Promise<void> {
    const { records } = this.ports;
    if (!(await records.projects.exists(id))) throw notFound('project', id);
    if (document_id !== undefined && (await records.documents.get(document_id))?.project_id !== id) throw notFound('document', document_id);
  }
}

const subjectOf = ({ id, document_id }: Scope): string => (document_id === undefined ? id : `${id} ${document_id}`);
const stateOf = ({ state, paused }: Job): DeepRun['state'] => (paused ? 'paused' : state);
