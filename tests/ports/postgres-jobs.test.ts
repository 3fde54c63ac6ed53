/** Servers that share one PostgreSQL: who does which work, and what of a dead server's is taken up. */
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/servers/postgres';
import { emptyDatabase, openTeamRecords, type TeamRecords } from '../support/servers/team-library';
import { accept as acceptIn, draft } from './seed';

const LEASE_MS = 60_000;
const inTime = (ms: number) => new Date(Date.now() + ms);

let server: PostgresServer;
let first: TeamRecords;
let second: TeamRecords;
beforeAll(async () => {
  server = await startPostgres();
  first = await openTeamRecords(server.url, 'a');
  second = await openTeamRecords(server.url, 'b');
}, 180_000);
afterAll(async () => {
  await first?.close();
  await second?.close();
  await server?.remove();
});

/** Two servers on a library without rows. */
async function company() {
  await emptyDatabase(first.database);
  return [first.records, second.records] as const;
}

const accept = (records: TeamRecords['records'], project_id?: string) => acceptIn({ records, vectors: undefined as never }, project_id);
const claim = ({ jobs }: TeamRecords['records'], stage: 'parse' | 'fetch' | 'backup' = 'parse') =>
  jobs.claim(stage, new Date(), inTime(LEASE_MS));

it('each job is done by one of them', async () => {
  const [a, b] = await company();
  const { project_id } = await accept(a);
  for (let n = 1; n < 30; n += 1) await accept(n % 2 ? a : b, project_id);
  const claimed = await Promise.all(Array.from({ length: 40 }, (_, n) => claim(n % 2 ? a : b)));
  const ids = claimed.flatMap((job) => job?.id ?? []);
  expect(ids).toHaveLength(30);
  expect(new Set(ids).size).toBe(30);
});

it('the same bytes that both take in are one document, read once', async () => {
  const [a, b] = await company();
  await a.projects.create({ id: 'p', name: 'P', settings: {} });
  const file = { project_id: 'p', filename: 'f', mime_type: 't', size_bytes: 1, sha256: 'same' };
  const accepted = await Promise.all([a, b, a, b].map((one) => one.documents.accept({ document_id: uuid(), job_id: uuid(), ...file })));
  expect(new Set(accepted.map(({ document }) => document.id)).size).toBe(1);
  expect(accepted.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  const document_id = accepted[0]?.document.id ?? '';
  const job = await claim(a);
  await a.jobs.end(job?.id ?? '', 'done', null);
  const queued = await Promise.all([a, b, a, b].map((one) => one.jobs.enqueue({ id: uuid(), document_id, stage: 'parse' })));
  expect(new Set(queued.map(({ id }) => id)).size).toBe(1);
});

it('a start takes up what this server itself left, not what another is doing', async () => {
  const [a, b] = await company();
  const { project_id } = await accept(a);
  await accept(a, project_id);
  const [mine, other] = [await claim(a), await claim(b)];
  expect(await a.jobs.recover()).toBe(1);
  expect((await a.jobs.get(mine?.id ?? ''))?.state).toBe('queued');
  expect((await a.jobs.get(other?.id ?? ''))?.state).toBe('running');
});

it('what a dead server held is free when its lease has ended, and no sooner', async () => {
  const [a, b] = await company();
  await accept(a);
  const job = await claim(a);
  expect(await b.jobs.recover(new Date())).toBe(0);
  await b.jobs.renew([job?.id ?? ''], inTime(-1));
  expect(await b.jobs.recover(new Date())).toBe(0);
  expect(await b.jobs.recover(inTime(LEASE_MS + 1_000))).toBe(1);
  expect(await claim(b)).toMatchObject({ id: job?.id, attempts: 2 });
});

it('a server that was taken for dead changes nothing any more', async () => {
  const [a, b] = await company();
  const { document } = await accept(a);
  const id = (await claim(a))?.id ?? '';
  await a.index.begin(document.id);
  await b.jobs.recover(inTime(LEASE_MS + 1_000));
  await claim(b);
  await b.index.begin(document.id);
  const taken = { code: 'CONFLICT' };
  await expect(a.index.add(document.id, { pages: [], chunks: [draft('late')] })).rejects.toMatchObject(taken);
  await expect(a.index.finish(document.id, { content: 'late', pages: null, metadata: {} })).rejects.toMatchObject(taken);
  await expect(a.jobs.end(id, 'failed', null)).rejects.toMatchObject(taken);
  await expect(a.jobs.progress(id, { done: 1, total: null, unit: 'pages' }, null)).rejects.toMatchObject(taken);
  await b.index.add(document.id, { pages: [], chunks: [draft('in time')] });
  expect((await b.index.finish(document.id, { content: 'in time', pages: null, metadata: {} })).chunks).toBe(1);
  expect((await b.jobs.end(id, 'done', null)).state).toBe('done');
});

it('leases do not depend on the clocks of the servers', async () => {
  const [a, b] = await company();
  await accept(a);
  // The clock of this server is ten minutes late.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 600_000 });
  try {
    await a.jobs.claim('parse', inTime(900_000), inTime(LEASE_MS));
    expect(await a.jobs.recover(new Date())).toBe(0);
  } finally {
    vi.useRealTimers();
  }
  expect((await b.jobs.list({ limit: 5, state: 'running' })).items).toHaveLength(1);
  expect(await b.jobs.recover(new Date())).toBe(0);
});

it('work on files of one machine stays there', async () => {
  const [a, b] = await company();
  const order = { kind: 'model_download', stage: 'fetch', subject: 'm', payload: null } as const;
  const [mine, other] = [await a.jobs.add({ id: uuid(), ...order }), await b.jobs.add({ id: uuid(), ...order })];
  expect(mine.id).not.toBe(other.id);
  expect((await a.jobs.add({ id: uuid(), ...order })).id).toBe(mine.id);
  expect((await claim(b, 'fetch'))?.id).toBe(other.id);
  expect(await b.jobs.waiting('fetch', new Date())).toBe(false);
  expect(await claim(b, 'fetch')).toBeNull();
  expect((await claim(a, 'fetch'))?.id).toBe(mine.id);
  await a.jobs.yield(mine.id);
  expect(await claim(b, 'fetch')).toBeNull();
  await a.jobs.add({ id: uuid(), kind: 'backup', stage: 'backup', subject: 'b.zip', payload: null });
  expect(await claim(b, 'backup')).toBeNull();
});

it('a start forgets requests that this server was answering, not those of another', async () => {
  const [a, b] = await company();
  const at = new Date().toISOString();
  await a.idempotency.begin('me', 'mine', 'f', at);
  await b.idempotency.begin('me', 'other', 'f', at);
  await a.idempotency.trim('', 10, true);
  expect(await a.idempotency.begin('me', 'mine', 'f', at)).toBeNull();
  expect(await a.idempotency.begin('me', 'other', 'f', at)).toEqual({ fingerprint: 'f', answer: null });
});

it('a folder is followed by the server on whose machine it lies', async () => {
  const [a, b] = await company();
  await a.projects.create({ id: 'p', name: 'P', settings: {} });
  const row = { project_id: 'p', path: '/books', ignore: [], identity: '', paused: false, last_scan_at: null, created_at: '' };
  const [mine, other] = [await a.folders.add({ id: 'a', ...row }), await b.folders.add({ id: 'b', ...row })];
  expect([await a.folders.all(), await b.folders.all()]).toEqual([[mine], [other]]);
  expect((await a.folders.list({ project_id: 'p', limit: 9 })).items).toEqual([mine, other]);
});

it('a deleted project takes nothing that comes in meanwhile with it unnoticed', async () => {
  const [a, b] = await company();
  const { project_id } = await accept(a);
  const late = async () => {
    const results: string[] = [];
    for (let n = 0; n < 20; n += 1) results.push(await accept2(b, project_id));
    return results;
  };
  const [removed, results] = await Promise.all([a.projects.remove(project_id), late()]);
  const taken = results.filter((one) => one !== 'NOT_FOUND');
  expect(removed).toEqual(expect.arrayContaining(taken));
  expect((await b.counts()).documents).toBe(0);
});

/** The id of the document, or the code of what was answered. */
async function accept2({ documents }: TeamRecords['records'], project_id: string): Promise<string> {
  const file = { project_id, filename: 'f', mime_type: 't', size_bytes: 1, sha256: uuid() };
  return documents.accept({ document_id: uuid(), job_id: uuid(), ...file }).then(
    ({ document }) => document.id,
    (error: { code: string }) => error.code,
  );
}
