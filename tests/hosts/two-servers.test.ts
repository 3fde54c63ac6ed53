/** Two real servers, each with a data folder of its own, on one real PostgreSQL. */
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Document } from '../../src-main/contract/documents';
import type { Job } from '../../src-main/contract/jobs';
import { createRandom, writeBook } from '../faults/books';
import { pause, SAMPLES, startServer, type TestServer, temporaryFolder } from '../support/server';
import { type PostgresServer, startPostgres } from '../support/servers/postgres';

/** A lease runs out, and is looked for. */
const TAKEN_OVER_MS = 300_000;
/** A server waits half a minute for one of its name to go. */
const REFUSED_MS = 60_000;
const LONG = 600_000;

const folders = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
const [homeA = '', homeB = '', books = ''] = folders.map(({ path }) => path);
const random = createRandom(6);
let postgres: PostgresServer;
let database: Client;
let a: TestServer;
let b: TestServer;

const start = (dataDir: string) =>
  startServer({ dataDir, env: { PRESSMARK_DATABASE_URL: postgres.url, PRESSMARK_CHAT_MODEL: 'none' }, startMs: REFUSED_MS });

async function ask<Row extends object>(text: string, ...values: unknown[]): Promise<Row[]> {
  return (await database.query<Row>(text, values)).rows;
}

async function look(): Promise<void> {
  database = new Client({ connectionString: postgres.url });
  database.on('error', () => undefined);
  await database.connect();
}

beforeAll(async () => {
  postgres = await startPostgres();
  a = await start(homeA);
  b = await start(homeB);
  await look();
}, LONG);

afterAll(async () => {
  await Promise.all([a?.stop(), b?.stop()]);
  await database?.end().catch(() => undefined);
  await postgres?.remove();
  for (const folder of folders) folder.remove();
});

/** Each chunk is there once, with a vector; each job has ended. */
async function expectWhole(document: Document): Promise<void> {
  const [chunks] = await ask<{ all: string; distinct: string }>(
    'SELECT count(*) AS all, count(DISTINCT (ordinal, char_start)) AS distinct FROM chunks WHERE document_id = $1',
    document.id,
  );
  expect(chunks).toEqual({ all: String(document.chunks), distinct: String(document.chunks) });
  const [vectors] = await ask<{ n: string }>('SELECT count(*) AS n FROM embeddings WHERE document_id = $1', document.id);
  expect(Number(vectors?.n)).toBe(document.chunks);
  expect(document.embedded_chunks).toBe(document.chunks);
  const open = await ask("SELECT id FROM jobs WHERE document_id = $1 AND state <> 'done'", document.id);
  expect(open).toEqual([]);
}

async function uploadOne(server: TestServer, project_id: string, path: string): Promise<Document> {
  const { status, body } = await server.upload(project_id, path);
  expect(status).toBe(201);
  const document = body.data.items[0]?.document;
  if (!document) throw new Error('not accepted');
  return document;
}

interface Found {
  items: { scores: Record<string, number | null>; pressmark: { document_id: string } }[];
}

describe('one library', () => {
  it(
    'finds, gives and quotes on one server what the other took in',
    async () => {
      const project = await a.createProject('Shared');
      const { id } = await uploadOne(a, project.id, join(SAMPLES, 'annual-report.pdf'));
      const document = await b.waitFor(id, ['ready'], TAKEN_OVER_MS);
      await expectWhole(document);
      for (const mode of ['keyword', 'vector', 'hybrid']) {
        const { body } = await b.post<Found>('/api/search/', { project_id: project.id, query: 'revenue of the year', mode, limit: 5 });
        expect(body.data.items[0]?.pressmark.document_id, mode).toBe(id);
      }
      const file = await fetch(new URL(`/api/documents/${id}/file`, b.ready.url), {
        headers: { authorization: `Bearer ${b.ready.token}`, range: 'bytes=5-20' },
      });
      expect(file.status).toBe(206);
      const original = readFileSync(join(SAMPLES, 'annual-report.pdf'));
      expect(Buffer.from(await file.arrayBuffer())).toEqual(original.subarray(5, 21));
      expect((await b.get<{ page: number }>(`/api/documents/${id}/pages/1`)).body.data.page).toBe(1);
      const chat = await a.post<{ conversation_id: string }>('/api/chat/', { project_id: project.id, message: 'What was the revenue?' });
      const { conversation_id } = chat.body.data;
      const more = await b.post<{ message: { citations: { document_id: string }[] } }>('/api/chat/', {
        project_id: project.id,
        conversation_id,
        message: 'What was the revenue in the year before?',
      });
      expect(more.status).toBe(200);
      const { data } = (await a.get<{ items: unknown[] }>(`/api/conversations/${conversation_id}/messages`)).body;
      expect(data.items).toHaveLength(4);
    },
    LONG,
  );

  it(
    'reads the graph of what the other took in',
    async () => {
      const project = await b.createProject('Graph');
      await b.ingest(project.id, join(SAMPLES, 'letter.txt'));
      const entities = async () => (await a.get<{ items: unknown[] }>(`/api/projects/${project.id}/graph/entities`)).body.data.items.length;
      await expect.poll(entities, { timeout: 60_000 }).toBeGreaterThan(0);
    },
    LONG,
  );

  it(
    'has the same tokens and settings on both',
    async () => {
      const { body } = await a.post<{ id: string; token: string }>('/api/tokens/', { name: 'Agent', scopes: ['read'] });
      const atB = async () =>
        (await fetch(new URL('/api/projects/', b.ready.url), { headers: { authorization: `Bearer ${body.data.token}` } })).status;
      expect(await atB()).toBe(200);
      await a.request('DELETE', `/api/tokens/${body.data.id}`);
      await expect.poll(atB, { timeout: 10_000 }).toBe(401);
      await a.request('PUT', '/api/settings/', { audit_keep_days: 77 });
      const days = async () => (await b.get<{ audit_keep_days: number }>('/api/settings/')).body.data.audit_keep_days;
      await expect.poll(days, { timeout: 10_000 }).toBe(77);
    },
    LONG,
  );

  it(
    'refuses a server whose data folder is a copy of that of another, and says what to do',
    async () => {
      const copy = temporaryFolder();
      folders.push(copy);
      copyFileSync(join(homeA, 'server-id'), join(copy.path, 'server-id'));
      await expect(start(copy.path)).rejects.toThrow(/copy of this data folder.*Delete .*server-id/s);
      rmSync(join(copy.path, 'server-id'));
      const own = await start(copy.path);
      expect(readFileSync(join(copy.path, 'server-id'), 'utf8')).not.toBe(readFileSync(join(homeA, 'server-id'), 'utf8'));
      await own.stop();
    },
    LONG,
  );

  it('says at backups how the library is backed up', async () => {
    const { status, body } = await a.post('/api/backup/');
    expect([status, body.error?.code]).toEqual([409, 'CONFLICT']);
    expect(body.error?.message).toContain('pg_dump');
  });
});

interface Frame {
  type: string;
  job?: Job;
  document?: Document;
  document_id?: string;
}

async function subscribe(server: TestServer): Promise<{ frames: Frame[]; close(): void }> {
  const frames: Frame[] = [];
  const socket = new WebSocket(`${server.ready.url.replace('http', 'ws')}/api/ws`, ['pressmark', `token.${server.ready.token}`]);
  socket.on('message', (data) => frames.push(JSON.parse(String(data)) as Frame));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.send(JSON.stringify({ id: 1, type: 'subscribe' }));
  await pause(200);
  return { frames, close: () => socket.close() };
}

describe('events', () => {
  it(
    'of one server reach the subscribers of the other, and deletions its disk',
    async () => {
      const heard = await subscribe(b);
      const project = await a.createProject('Heard');
      const document = await uploadOne(a, project.id, join(SAMPLES, 'handbook.md'));
      const ended = ({ type, job }: Frame) => type === 'job' && job?.document_id === document.id && job.state === 'done';
      const ready = (frame: Frame) => frame.type === 'document' && frame.document?.id === document.id && frame.document.state === 'ready';
      await expect.poll(() => heard.frames.some(ended) && heard.frames.some(ready), { timeout: TAKEN_OVER_MS }).toBe(true);
      for (const one of [a, b]) {
        const url = new URL(`/api/documents/${document.id}/file`, one.ready.url);
        await (await fetch(url, { headers: { authorization: `Bearer ${one.ready.token}` } })).arrayBuffer();
      }
      await a.request('DELETE', `/api/documents/${document.id}`);
      const gone = ({ type, document_id }: Frame) => type === 'document_removed' && document_id === document.id;
      await expect.poll(() => heard.frames.some(gone), { timeout: 30_000 }).toBe(true);
      const copy = join(homeB, 'originals', document.sha256.slice(0, 2), document.sha256);
      await expect.poll(() => readable(copy), { timeout: 30_000 }).toBe(false);
      expect(await ask('SELECT 1 FROM original_parts WHERE sha256 = $1', document.sha256)).toEqual([]);
      heard.close();
    },
    LONG,
  );
});

function readable(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

describe('jobs', () => {
  it(
    'run once, whichever server takes them',
    async () => {
      const project = await a.createProject('Queue');
      const paths = Array.from({ length: 12 }, (_, at) => writeBook(books, `Once ${at}`, 3, random));
      const answers = await Promise.all(paths.map((path, at) => uploadOne(at % 2 ? a : b, project.id, path)));
      for (const { id } of answers) await expectWhole(await a.waitFor(id, ['ready'], TAKEN_OVER_MS));
      const jobs = await ask<{ attempts: number }>('SELECT attempts FROM jobs WHERE project_id = $1', project.id);
      expect(jobs).toHaveLength(12);
      // One for each stage.
      for (const { attempts } of jobs) expect(attempts).toBeLessThanOrEqual(2);
    },
    LONG,
  );

  it.each(['parsing', 'embedding'])(
    'are taken over when the server that runs them is killed while %s',
    async (state) => {
      const project = await a.createProject(`Killed ${state}`);
      const { id } = await uploadOne(a, project.id, writeBook(books, `Killed ${state}`, 120, random));
      const [runner] = await running(id, state);
      const servers = [
        { server: a, home: homeA },
        { server: b, home: homeB },
      ];
      const victim = servers.find(({ home }) => readFileSync(join(home, 'server-id'), 'utf8').trim() === runner?.runner);
      if (!victim) throw new Error('nobody runs the job');
      await victim.server.stop('SIGKILL');
      const survivor = victim.server === a ? b : a;
      await expectWhole(await survivor.waitFor(id, ['ready'], TAKEN_OVER_MS));
      if (victim.server === a) a = await start(homeA);
      else b = await start(homeB);
      expect((await victimNow(victim.home).get<Document>(`/api/documents/${id}`)).body.data.state).toBe('ready');
    },
    LONG,
  );

  it(
    'go on when PostgreSQL was away for a while, which both servers say',
    async () => {
      const project = await a.createProject('Outage');
      const { id } = await uploadOne(a, project.id, writeBook(books, 'Outage', 120, random));
      await running(id, 'embedding');
      await postgres.stop();
      for (const server of [a, b]) {
        expect((await server.get('/api/health')).status).toBe(200);
        const { status, body } = await server.get('/api/projects/');
        expect([status, body.error?.code]).toEqual([503, 'UNAVAILABLE']);
        expect(body.error?.message).toContain('PostgreSQL');
        const problems = async () => (await server.get<{ problems?: { engine: string }[] }>('/api/system')).body.data.problems;
        await expect.poll(problems, { timeout: 30_000 }).toMatchObject([{ engine: 'postgres' }]);
      }
      const refused = await a.upload(project.id, join(SAMPLES, 'letter.txt'));
      expect(refused.status).toBe(503);
      await postgres.restart();
      await look();
      await expect.poll(async () => (await b.get('/api/projects/')).status, { timeout: 30_000 }).toBe(200);
      await expectWhole(await b.waitFor(id, ['ready'], TAKEN_OVER_MS));
      const problems = async () => (await a.get<{ problems: unknown[] }>('/api/system')).body.data.problems;
      await expect.poll(problems, { timeout: 30_000 }).toEqual([]);
      await a.ingest(project.id, join(SAMPLES, 'letter.txt'));
    },
    LONG,
  );
});

const victimNow = (home: string): TestServer => (home === homeA ? a : b);

/** The job of the document once it is in this state: with some vectors made, where it is being embedded. */
async function running(id: string, state: string): Promise<{ runner: string }[]> {
  const query = `SELECT j.server AS runner FROM jobs j JOIN documents d ON d.id = j.document_id
    WHERE d.id = $1 AND d.state = $2 AND j.state = 'running' AND (d.state = 'parsing' OR d.embedded_chunks > 0)`;
  const find = () => ask<{ runner: string }>(query, id, state);
  await expect.poll(async () => (await find()).length, { timeout: TAKEN_OVER_MS, interval: 20 }).toBe(1);
  return find();
}
