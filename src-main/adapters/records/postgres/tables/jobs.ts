/** The job queue in PostgreSQL, for several servers: a job is taken by one of them, for as long as it renews its lease. */
import type { Job } from '../../../../contract/jobs';
import { AppError, notFound } from '../../../../core/errors';
import type { JobRecords } from '../../../../core/ports/records';
import { EMPTY, ingestJob, PAUSED, queuedJob } from '../../shared/jobs';
import { now, only } from '../../shared/paging';
import type { Query } from '../database';
import { asText, list } from './listing';
import { assignments, equals, filters, insertRows, type Shared } from './rows';

export const JOB = `id, kind, stage, state, progress, eta_s, attempts, project_id, document_id, subject, error, created_at, updated_at,
  state = 'queued' AND not_before = '${PAUSED}' AS paused`;

/** Work on files of one machine: only the server that queued it may do it. */
const LOCAL: Job['stage'][] = ['fetch', 'backup'];
const IS_LOCAL = LOCAL.map((stage) => `'${stage}'`).join(', ');

/**
 * A time of this machine by the clock of the database, which is the same for all servers: leases do not depend on how well theirs agree.
 * @param here the present time of this machine
 */
const byDatabase = (time: string, here: string) =>
  `to_char((${time}::timestamptz + (clock_timestamp() - ${here}::timestamptz)) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The project that was served longest ago goes first, then the job that waits longest (ids sort by creation). */
const CLAIM = `
  UPDATE jobs SET state = 'running', attempts = attempts + 1, updated_at = $2, server = $3, leased_until = ${byDatabase('$4', '$5')}
  WHERE id = (
    SELECT j.id FROM jobs j LEFT JOIN projects p ON p.id = j.project_id
    WHERE j.state = 'queued' AND j.stage = $1 AND j.not_before <= $2 AND (NOT j.pinned AND j.stage NOT IN (${IS_LOCAL}) OR j.server = $3)
    ORDER BY coalesce(p.served_at, ''), j.turn, j.id LIMIT 1 FOR UPDATE OF j SKIP LOCKED
  ) RETURNING ${JOB}`;
const SERVED = 'UPDATE projects SET served_at = $2 WHERE id = $1';
const WAITING = `
  SELECT 1 FROM jobs WHERE state = 'queued' AND stage = $1 AND not_before <= $2 AND (NOT pinned AND stage NOT IN (${IS_LOCAL}) OR server = $3) LIMIT 1`;
const OPEN = "state IN ('queued', 'running')";
const FORGOTTEN = `
  SELECT d.id AS document_id, CASE WHEN d.indexed THEN 'embed' ELSE 'parse' END AS stage FROM documents d
  WHERE d.state NOT IN ('ready', 'failed', 'cancelled') AND NOT (d.state = 'searchable' AND d.error IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.document_id = d.id AND j.${OPEN})`;
const RENEW = `
  UPDATE jobs SET leased_until = ${byDatabase('$1', '$2')} WHERE id = ANY($3::text[]) AND state = 'running' AND server = $4`;
const FREE = "UPDATE jobs SET state = 'queued', not_before = '', pinned = false WHERE state = 'running' AND";
/** At the start: what this server itself left when it was killed need not be waited for. */
const RECOVER_MINE = `${FREE} (server = $3 OR leased_until <= ${byDatabase('$1', '$2')})`;
const RECOVER = `${FREE} leased_until <= ${byDatabase('$1', '$2')}`;

export function createJobTables({ database, server }: Shared): JobRecords {
  const set = (id: string, change: Record<string, unknown>, free = false) => changeJob(database, server, { id, change, free });
  return {
    get: async (id) => (await database.row<Job>(`SELECT ${JOB} FROM jobs WHERE id = $1`, [id])) ?? null,
    list: (query) => listJobs(database, query),
    payload: async (id) => (await database.row<{ payload: unknown }>('SELECT payload FROM jobs WHERE id = $1', [id]))?.payload ?? null,
    claim: (stage, at, until) =>
      database.transaction(async (query) => {
        const job = await query.row<Job>(CLAIM, [stage, at.toISOString(), server, until.toISOString(), now()]);
        if (job?.project_id) await query.run(SERVED, [job.project_id, at.toISOString()]);
        return job ?? null;
      }),
    progress: (id, progress, eta_s) => set(id, { progress, eta_s }),
    advanced: async (id) => void (await set(id, { attempts: 1 })),
    advance: (id, stage) =>
      set(id, { stage, state: 'queued', pinned: false, attempts: 0, eta_s: null, error: null, not_before: '', progress: EMPTY[stage] }),
    yield: (id) => set(id, { state: 'queued', turn: now() }, true),
    pause: (id) => set(id, { state: 'queued', not_before: PAUSED, eta_s: null }, true),
    resume: (id) => set(id, { not_before: '' }),
    waiting: async (stage, at) => (await database.row(WAITING, [stage, at.toISOString(), server])) !== undefined,
    end(id, state, error, retry_at, free) {
      if (retry_at) return set(id, { state: 'queued', error, eta_s: null, not_before: retry_at.toISOString() }, free);
      return set(id, { state, error, eta_s: null });
    },
    enqueue: (job) => database.transaction((query) => enqueue(query, server, job)),
    add: (job) => database.transaction((query) => add(query, server, job)),
    forgotten: () => database.rows(FORGOTTEN),
    async reading() {
      const open = await database.rows<{ id: string }>(
        `SELECT DISTINCT document_id AS id FROM jobs WHERE document_id IS NOT NULL AND ${OPEN}`,
      );
      return new Set(open.map(({ id }) => id));
    },
    async renew(ids, until) {
      if (ids.length > 0) await database.run(RENEW, [until.toISOString(), now(), ids, server]);
    },
    recover: (at) => (at ? database.run(RECOVER, [at.toISOString(), now()]) : database.run(RECOVER_MINE, [now(), now(), server])),
  };
}

function listJobs(query: Query, { state, kind, project_id, document_id, subject, ...asked }: Parameters<JobRecords['list']>[0]) {
  const { where, values } = filters([
    [equals('state'), state],
    [equals('kind'), kind],
    [equals('project_id'), project_id],
    [equals('document_id'), document_id],
    [equals('subject'), subject],
  ]);
  return list<Job, Job>(query, asked, {
    columns: JOB,
    from: `FROM jobs WHERE ${where}`,
    values,
    id: 'id',
    sorts: { created_at: null, updated_at: asText('updated_at'), state: asText('state') },
    sort: '-created_at',
    toItem: (job) => job,
  });
}

interface Change {
  id: string;
  change: Record<string, unknown>;
  /** Gives the attempt back. */
  free: boolean;
}

/** A server whose lease ran out has no say any more in what another one works on. */
async function changeJob(query: Query, server: string, { id, change, free }: Change): Promise<Job> {
  const { set, values } = assignments({ ...change, updated_at: now() }, 3);
  const attempts = free ? ', attempts = greatest(0, attempts - 1)' : '';
  const mine = "(state <> 'running' OR server = $2)";
  const job = await query.row<Job>(`UPDATE jobs SET ${set}${attempts} WHERE id = $1 AND ${mine} RETURNING ${JOB}`, [id, server, ...values]);
  if (job) return job;
  only(await query.row('SELECT 1 FROM jobs WHERE id = $1', [id]), () => notFound('job', id));
  throw new AppError('CONFLICT', 'Another server works on this job now.', { job: id });
}

/** The document is held on to, so that two servers do not queue it twice. */
async function enqueue(
  query: Query,
  server: string,
  { id, document_id, stage, here = false }: Parameters<JobRecords['enqueue']>[0],
): Promise<Job> {
  const subject = 'SELECT id, project_id FROM documents WHERE id = $1 FOR NO KEY UPDATE';
  const document = await query.row<{ id: string; project_id: string }>(subject, [document_id]);
  const present = await query.row<Job>(`SELECT ${JOB} FROM jobs WHERE document_id = $1 AND ${OPEN} LIMIT 1`, [document_id]);
  if (present) return present;
  const job = ingestJob(
    id,
    only(document, () => notFound('document', document_id)),
    stage,
  );
  return added(query, { ...job, ...(here ? { server, pinned: true } : {}) });
}

async function add(query: Query, server: string, job: Parameters<JobRecords['add']>[0]): Promise<Job> {
  const mine = LOCAL.includes(job.stage) ? server : '';
  await query.rows('SELECT pg_advisory_xact_lock(hashtextextended($1, 2))', [`${job.kind} ${job.subject} ${mine}`]);
  const same = `SELECT ${JOB} FROM jobs WHERE kind = $1 AND subject = $2 AND ($3 = '' OR server = $3) AND ${OPEN} LIMIT 1`;
  const present = await query.row<Job>(same, [job.kind, job.subject, mine]);
  return present ?? added(query, { ...job, ...queuedJob(job.stage), server: mine });
}

async function added(query: Query, job: object): Promise<Job> {
  const [row] = await insertRows<Job>(query, 'jobs', [job], `RETURNING ${JOB}`);
  return only(row, () => new Error('a job was not queued'));
}
