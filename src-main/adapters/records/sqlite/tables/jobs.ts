/** The job queue in SQLite. One process works on a library, so claiming needs no lease. */
import { and, eq, getTableColumns, inArray } from 'drizzle-orm';
import type { Failure } from '../../../../contract/documents';
import type { Job } from '../../../../contract/jobs';
import type { Page } from '../../../../contract/shared';
import { notFound } from '../../../../core/errors';
import type { JobRecords } from '../../../../core/ports/records';
import type { SqliteDatabase } from '../database';
import { documents, jobs } from '../schema';
import { createListing } from './listing';
import { now, only } from './paging';
import { equals, prepareById } from './statements';

type JobRow = typeof jobs.$inferSelect;
type NewJob = typeof jobs.$inferInsert;

export const toJob = ({ not_before, payload, ...row }: JobRow): Job => ({ ...row, error: row.error ?? null });

const EMPTY: Record<Job['stage'], Job['progress']> = {
  parse: { done: 0, total: null, unit: 'pages' },
  embed: { done: 0, total: null, unit: 'chunks' },
  fetch: { done: 0, total: null, unit: 'bytes' },
  backup: { done: 0, total: null, unit: 'bytes' },
};

/** A queued ingest job. */
export function newJob(id: string, document: { id: string; project_id: string }, stage: Job['stage']): NewJob {
  const at = now();
  const subject = { document_id: document.id, project_id: document.project_id };
  return { id, kind: 'ingest', stage, state: 'queued', progress: EMPTY[stage], created_at: at, updated_at: at, ...subject };
}

/** The project that was served longest ago goes first, then the oldest job (ids sort by creation). */
const CLAIM = `
  UPDATE jobs SET state = 'running', attempts = attempts + 1, updated_at = :now
  WHERE id = (
    SELECT j.id FROM jobs j LEFT JOIN projects p ON p.id = j.project_id
    WHERE j.state = 'queued' AND j.stage = :stage AND j.not_before <= :now
    ORDER BY p.served_at, j.id LIMIT 1
  ) RETURNING id, project_id`;

const createJobList = (database: SqliteDatabase) =>
  createListing<JobRow, Job>(database, {
    table: jobs,
    columns: getTableColumns(jobs),
    id: jobs.id,
    sorts: { created_at: null, updated_at: jobs.updated_at, state: jobs.state },
    sort: '-created_at',
    filters: {
      state: (value) => equals(jobs.state, value),
      kind: (value) => equals(jobs.kind, value),
      project_id: (value) => equals(jobs.project_id, value),
      document_id: (value) => equals(jobs.document_id, value),
      subject: (value) => equals(jobs.subject, value),
    },
    key: (row, field) => row[field as 'updated_at' | 'state'],
    idOf: ({ id }) => id,
    toItem: toJob,
  });

export class JobTables implements JobRecords {
  private readonly claimNext;
  private readonly served;
  private readonly byId;
  private readonly listed;

  constructor(private readonly database: SqliteDatabase) {
    this.claimNext = database.sql.prepare(CLAIM);
    this.byId = prepareById<JobRow>(database, { table: jobs, columns: getTableColumns(jobs) }, jobs.id);
    this.listed = createJobList(database);
    this.served = database.sql.prepare('UPDATE projects SET served_at = ? WHERE id = ?');
  }

  async get(id: string): Promise<Job | null> {
    const row = this.byId(id);
    return row ? toJob(row) : null;
  }

  async list(query: Parameters<JobRecords['list']>[0]): Promise<Page<Job>> {
    return this.listed({ ...query });
  }

  async claim(stage: Job['stage'], at: Date): Promise<Job | null> {
    const take = this.database.sql.transaction(() => {
      const taken = this.claimNext.get({ stage, now: at.toISOString() }) as { id: string; project_id: string | null } | undefined;
      if (taken) this.served.run(at.toISOString(), taken.project_id);
      return taken;
    });
    const taken = take();
    return taken ? this.get(taken.id) : null;
  }

  async progress(id: string, progress: Job['progress'], eta_s: number | null): Promise<Job> {
    return this.set(id, { progress, eta_s });
  }

  async advance(id: string, stage: Job['stage']): Promise<Job> {
    return this.set(id, { stage, state: 'queued', attempts: 0, eta_s: null, error: null, not_before: '', progress: EMPTY[stage] });
  }

  async end(id: string, state: 'done' | 'failed' | 'cancelled', error: Failure | null, retry_at?: Date): Promise<Job> {
    if (retry_at) return this.set(id, { state: 'queued', error, eta_s: null, not_before: retry_at.toISOString() });
    return this.set(id, { state, error, eta_s: null });
  }

  async enqueue({ id, document_id, stage }: Parameters<JobRecords['enqueue']>[0]): Promise<Job> {
    const { orm } = this.database;
    const open = and(eq(jobs.document_id, document_id), inArray(jobs.state, ['queued', 'running']));
    const present = orm.select().from(jobs).where(open).get();
    if (present) return toJob(present);
    const subject = { id: documents.id, project_id: documents.project_id };
    const found = orm.select(subject).from(documents).where(eq(documents.id, document_id)).get();
    const document = only(found, () => notFound('document', document_id));
    return toJob(
      orm
        .insert(jobs)
        .values(newJob(id, document, stage))
        .returning()
        .get(),
    );
  }

  async payload(id: string): Promise<unknown> {
    return this.database.orm.select({ payload: jobs.payload }).from(jobs).where(eq(jobs.id, id)).get()?.payload ?? null;
  }

  async add(job: Parameters<JobRecords['add']>[0]): Promise<Job> {
    const { orm } = this.database;
    const same = and(eq(jobs.kind, job.kind), eq(jobs.subject, job.subject), inArray(jobs.state, ['queued', 'running']));
    const present = orm.select().from(jobs).where(same).get();
    if (present) return toJob(present);
    const at = now();
    const row: NewJob = { ...job, state: 'queued', progress: EMPTY[job.stage], created_at: at, updated_at: at };
    return toJob(orm.insert(jobs).values(row).returning().get());
  }

  async recover(): Promise<number> {
    const { orm } = this.database;
    return orm.update(jobs).set({ state: 'queued', not_before: '' }).where(eq(jobs.state, 'running')).run().changes;
  }

  private set(id: string, change: Partial<NewJob>): Job {
    const update = this.database.orm.update(jobs).set({ ...change, updated_at: now() });
    const row = update.where(eq(jobs.id, id)).returning().get() as JobRow | undefined;
    return toJob(only(row, () => notFound('job', id)));
  }
}
