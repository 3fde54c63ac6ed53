/** The job queue in SQLite: claimed jobs are leased, so that none stays with a runner that is gone. */
import { and, eq, getTableColumns, inArray, isNotNull, lte, sql } from 'drizzle-orm';
import type { Job } from '../../../../contract/jobs';
import type { Page } from '../../../../contract/shared';
import { notFound } from '../../../../core/errors';
import type { JobRecords } from '../../../../core/ports/records';
import { EMPTY, ingestJob, PAUSED, queuedJob } from '../../shared/jobs';
import { now, only } from '../../shared/paging';
import type { SqliteDatabase } from '../database';
import { documents, jobs } from '../schema';
import { createListing } from './listing';
import { equals, prepareById } from './statements';

type JobRow = typeof jobs.$inferSelect;
type NewJob = typeof jobs.$inferInsert;

export const toJob = ({ not_before, payload, turn, leased_until, ...row }: JobRow): Job => ({
  ...row,
  paused: row.state === 'queued' && not_before === PAUSED,
  error: row.error ?? null,
});

/** The project that was served longest ago goes first, then the job that waits longest (ids sort by creation). */
const CLAIM = `
  UPDATE jobs SET state = 'running', attempts = attempts + 1, updated_at = :now, leased_until = :until
  WHERE id = (
    SELECT j.id FROM jobs j LEFT JOIN projects p ON p.id = j.project_id
    WHERE j.state = 'queued' AND j.stage = :stage AND j.not_before <= :now
    ORDER BY p.served_at, j.turn, j.id LIMIT 1
  ) RETURNING id, project_id`;

const FORGOTTEN = `
  SELECT d.id AS document_id, CASE d.indexed WHEN 1 THEN 'embed' ELSE 'parse' END AS stage FROM documents d
  WHERE d.state NOT IN ('ready', 'failed', 'cancelled') AND NOT (d.state = 'searchable' AND d.error IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.document_id = d.id AND j.state IN ('queued', 'running'))`;

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
  private readonly anyWaiting;
  private readonly byId;
  private readonly listed;

  constructor(private readonly database: SqliteDatabase) {
    this.claimNext = database.sql.prepare(CLAIM);
    this.byId = prepareById<JobRow>(database, { table: jobs, columns: getTableColumns(jobs) }, jobs.id);
    this.listed = createJobList(database);
    this.anyWaiting = database.sql.prepare("SELECT 1 FROM jobs WHERE state = 'queued' AND stage = ? AND not_before <= ? LIMIT 1");
    this.served = database.sql.prepare('UPDATE projects SET served_at = ? WHERE id = ?');
  }

  async get(id: string): Promise<Job | null> {
    const row = this.byId(id);
    return row ? toJob(row) : null;
  }

  async list(query: Parameters<JobRecords['list']>[0]): Promise<Page<Job>> {
    return this.listed({ ...query });
  }

  async claim(stage: Job['stage'], at: Date, until: Date): Promise<Job | null> {
    const take = this.database.sql.transaction(() => {
      const taken = this.claimNext.get({ stage, now: at.toISOString(), until: until.toISOString() }) as
        | { id: string; project_id: string | null }
        | undefined;
      if (taken) this.served.run(at.toISOString(), taken.project_id);
      return taken;
    });
    const taken = take();
    return taken ? this.get(taken.id) : null;
  }

  async progress(id: string, progress: Job['progress'], eta_s: number | null): Promise<Job> {
    return this.set(id, { progress, eta_s });
  }

  async advanced(id: string): Promise<void> {
    this.set(id, { attempts: 1 });
  }

  async advance(id: string, stage: Job['stage']): Promise<Job> {
    return this.set(id, { stage, state: 'queued', attempts: 0, eta_s: null, error: null, not_before: '', progress: EMPTY[stage] });
  }

  async yield(id: string): Promise<Job> {
    return this.set(id, { state: 'queued', turn: now() }, true);
  }

  async pause(id: string): Promise<Job> {
    return this.set(id, { state: 'queued', not_before: PAUSED, eta_s: null }, true);
  }

  async resume(id: string): Promise<Job> {
    return this.set(id, { not_before: '' });
  }

  async waiting(stage: Job['stage'], at: Date): Promise<boolean> {
    return this.anyWaiting.get(stage, at.toISOString()) !== undefined;
  }

  async end(...[id, state, error, retry_at, free]: Parameters<JobRecords['end']>): Promise<Job> {
    if (retry_at) return this.set(id, { state: 'queued', error, eta_s: null, not_before: retry_at.toISOString() }, free);
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
        .values(ingestJob(id, document, stage))
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
    return toJob(
      orm
        .insert(jobs)
        .values({ ...job, ...queuedJob(job.stage) })
        .returning()
        .get(),
    );
  }

  async forgotten(): Promise<{ document_id: string; stage: 'parse' | 'embed' }[]> {
    return this.database.sql.prepare(FORGOTTEN).all() as { document_id: string; stage: 'parse' | 'embed' }[];
  }

  async reading(): Promise<Set<string>> {
    const open = and(inArray(jobs.state, ['queued', 'running']), isNotNull(jobs.document_id));
    const rows = this.database.orm.selectDistinct({ id: jobs.document_id }).from(jobs).where(open).all();
    return new Set(rows.flatMap(({ id }) => id ?? []));
  }

  async renew(ids: string[], until: Date): Promise<void> {
    const held = and(inArray(jobs.id, ids), eq(jobs.state, 'running'));
    if (ids.length > 0) this.database.orm.update(jobs).set({ leased_until: until.toISOString() }).where(held).run();
  }

  async recover(at?: Date): Promise<number> {
    const running = eq(jobs.state, 'running');
    const left = at ? and(running, lte(jobs.leased_until, at.toISOString())) : running;
    return this.database.orm.update(jobs).set({ state: 'queued', not_before: '' }).where(left).run().changes;
  }

  /** @param free gives the attempt back */
  private set(id: string, change: Partial<NewJob>, free = false): Job {
    const attempts = free ? { attempts: sql`max(0, ${jobs.attempts} - 1)` } : {};
    const update = this.database.orm.update(jobs).set({ ...change, ...attempts, updated_at: now() });
    const row = update.where(eq(jobs.id, id)).returning().get() as JobRow | undefined;
    return toJob(only(row, () => notFound('job', id)));
  }
}
