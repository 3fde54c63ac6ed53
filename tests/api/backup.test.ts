/** Backups from outside: written while documents come in, taken by another installation, interrupted, and archives that are none. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import type { AuditEntry } from '../../src-main/contract/audit';
import type { Backup, Restored } from '../../src-main/contract/backups';
import type { Document } from '../../src-main/contract/documents';
import type { Job } from '../../src-main/contract/jobs';
import type { SearchHit } from '../../src-main/contract/search';
import type { Page } from '../../src-main/contract/shared';
import type { SystemInfo } from '../../src-main/contract/system';
import type { IssuedToken, Token } from '../../src-main/contract/tokens';
import { pause, SAMPLES, startServer, type TestServer, temporaryFolder } from '../support/server';
import { uploadTexts } from './library';

const ENV = { PRESSMARK_CHAT_MODEL: 'none' };
type Ordered = { job_id: string; backup: Backup };

const folder = temporaryFolder();
const place = (name: string) => join(folder.path, name);
let server: TestServer;
let project_id: string;
let archive: string;

async function ended(of: TestServer, job_id: string): Promise<Job> {
  for (let tries = 0; tries < 600; tries += 1) {
    const job = await of.job(job_id);
    if (job.state !== 'queued' && job.state !== 'running') return job;
    await pause(50);
  }
  throw new Error(`the job did not end\n${of.stderr().slice(-2000)}`);
}

async function bytesOf(of: TestServer, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(new URL(path, of.ready.url), { headers: { authorization: `Bearer ${of.ready.token}`, ...headers } });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

function formOf(bytes: Buffer): FormData {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(bytes)]), 'library.zip');
  return form;
}

const all = async (of: TestServer) =>
  (await of.get<Page<Document>>(`/api/documents?project_id=${project_id}&limit=200`)).body.data.items.sort((a, b) =>
    a.id.localeCompare(b.id),
  );

const search = async (of: TestServer, query: string) => {
  const { body } = await of.post<{ hits?: SearchHit[]; items?: SearchHit[] }>('/api/search', { project_id, query, mode: 'hybrid' });
  return (body.data.hits ?? body.data.items ?? []).map(({ text, score, pressmark }) => ({ text, score: score.toFixed(4), pressmark }));
};

beforeAll(async () => {
  server = await startServer({ dataDir: place('first'), env: ENV });
  project_id = (await server.createProject('Kept')).id;
  await server.ingest(project_id, join(SAMPLES, 'annual-report.pdf'), join(SAMPLES, 'handbook.md'), join(SAMPLES, 'contract.docx'));
  await server.post<IssuedToken>('/api/tokens', { name: 'Secret', scopes: ['read'] });
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

describe('a backup', () => {
  it('is written while documents come in', async () => {
    const texts = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [`note-${n}.md`, `# Note ${n}\n\nThe lamp number ${n} hangs in room ${n * 7}.`]),
    );
    const upload = uploadTexts(server, project_id, texts);
    await pause(20);
    const { status, body } = await server.post<Ordered>('/api/backup/');
    expect(status).toBe(202);
    const { job_id, backup } = body.data;
    expect(backup.name).toMatch(/^pressmark-\d{8}-\d{6}\.zip$/);
    expect(backup.path).toBe(join(place('first'), 'backups', String(backup.name)));
    const job = await ended(server, job_id);
    expect(job).toMatchObject({ kind: 'backup', state: 'done', error: null, progress: { unit: 'bytes' } });
    expect(job.progress.done).toBe(job.progress.total);
    expect(job.progress.total).toBeGreaterThan(100_000);
    archive = backup.path;
    await upload;
    expect(readdirSync(join(place('first'), 'backups'))).toEqual([backup.name]);
  });

  it('holds no token and no key', async () => {
    const bytes = readFileSync(archive);
    const [{ secret }] = JSON.parse(readFileSync(join(place('first'), 'keys.json'), 'utf8')) as [{ secret: string }];
    expect(bytes.includes(secret)).toBe(false);
    expect(bytes.includes(server.ready.token)).toBe(false);
    expect(bytes.includes('annual-report.pdf')).toBe(true);
  });

  it('is listed, downloaded in whole and in parts, and deleted', async () => {
    const { body } = await server.post<Ordered>('/api/backup', {});
    expect((await ended(server, body.data.job_id)).state).toBe('done');
    const { name } = body.data.backup;
    const { items } = (await server.get<Page<Backup>>('/api/backup')).body.data;
    expect(items.map((one) => one.path).sort()).toEqual([archive, body.data.backup.path].sort());
    const first = (await server.get<Page<Backup>>('/api/backup?limit=1')).body.data;
    const second = (await server.get<Page<Backup>>(`/api/backup?limit=1&cursor=${first.next_cursor}`)).body.data;
    expect([...first.items, ...second.items]).toEqual(items);
    const onDisk = readFileSync(body.data.backup.path);
    const whole = await bytesOf(server, `/api/backup/${name}/file`);
    expect(whole.status).toBe(200);
    expect(whole.bytes.equals(onDisk)).toBe(true);
    const part = await bytesOf(server, `/api/backup/${name}/file`, { range: 'bytes=10-29' });
    expect(part.status).toBe(206);
    expect(part.bytes.equals(onDisk.subarray(10, 30))).toBe(true);
    expect((await server.request('DELETE', `/api/backup/${name}`)).body.data).toEqual({ name, deleted: true });
    expect((await server.get(`/api/backup/${name}`)).status).toBe(404);
    expect(existsSync(body.data.backup.path)).toBe(false);
  });

  it('can be cancelled, and leaves nothing then', async () => {
    const orders = (await Promise.all([1, 2, 3].map(() => server.post<Ordered>('/api/backup')))).map(({ body }) => body.data);
    orders.sort((a, b) => a.job_id.localeCompare(b.job_id));
    const last = orders.at(-1);
    const cancelled = await server.post<Job>(`/api/jobs/${last?.job_id}/cancel`);
    expect(cancelled.body.data).toMatchObject({ kind: 'backup', state: 'cancelled' });
    for (const { job_id, backup } of orders.slice(0, 2)) {
      expect((await ended(server, job_id)).state).toBe('done');
      expect((await server.request('DELETE', `/api/backup/${backup.name}`)).status).toBe(200);
    }
    expect(existsSync(last?.backup.path ?? '')).toBe(false);
    expect(readdirSync(join(place('first'), 'backups')).map((name) => join(place('first'), 'backups', name))).toEqual([archive]);
  });

  it('is noted in the audit log', async () => {
    const { items } = (await server.get<Page<AuditEntry>>('/api/audit?action=backups')).body.data;
    expect(new Set(items.map(({ action }) => action))).toEqual(new Set(['backups.create', 'backups.remove']));
  });

  it('is for administrators only', async () => {
    const { token } = (await server.post<IssuedToken>('/api/tokens', { name: 'Writer', scopes: ['write'] })).body.data;
    const as = { authorization: `Bearer ${token}` };
    const answers = [
      await server.request('POST', '/api/backup', {}, as),
      await server.request('GET', '/api/backup', undefined, as),
      await server.request('GET', '/api/backup/a.zip/file', undefined, as),
      await server.request('POST', '/api/restore', { name: 'a.zip' }, as),
      await server.request('POST', '/api/restore', formOf(Buffer.from('PK')), as),
      await server.request('DELETE', '/api/restore', undefined, as),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
  });
});

describe('another installation', () => {
  it('takes the backup at its next start, with search and originals as they were and nothing embedded again', async () => {
    for (const { id } of await all(server)) await server.waitFor(id);
    const { body } = await server.post<Ordered>('/api/backup');
    expect((await ended(server, body.data.job_id)).state).toBe('done');
    let other = await startServer({ dataDir: place('second'), env: ENV });
    const left = await other.createProject('Left behind');
    const restore = await other.post<Restored>('/api/restore', formOf(readFileSync(body.data.backup.path)));
    expect(restore.status).toBe(202);
    expect(restore.body.data).toMatchObject({ restart_needed: true, counts: { projects: 1, documents: 33, originals: 33 } });
    expect((await other.get(`/api/projects/${left.id}`)).status).toBe(200);
    const { token } = other.ready;
    await other.stop();
    other = await startServer({ dataDir: place('second'), env: ENV });
    try {
      const { counts } = (await other.get<SystemInfo>('/api/system')).body.data;
      expect(counts).toMatchObject({ ...(await server.get<SystemInfo>('/api/system')).body.data.counts, jobs_open: 0 });
      expect(counts.embeddings).toBeGreaterThan(33);
      expect(await all(other)).toEqual(await all(server));
      for (const query of ['lamp number 7', 'how long may the contract run', 'revenue of the year']) {
        const found = await search(other, query);
        expect(found.length).toBeGreaterThan(0);
        expect(found).toEqual(await search(server, query));
      }
      for (const { id } of (await all(server)).slice(0, 6)) {
        const [here, there] = [await bytesOf(server, `/api/documents/${id}/file`), await bytesOf(other, `/api/documents/${id}/file`)];
        expect(there.bytes.equals(here.bytes)).toBe(true);
      }
      // The token of before the restore is still good, the library of before is kept.
      expect((await other.request('GET', '/api/system', undefined, { authorization: `Bearer ${token}` })).status).toBe(200);
      expect((await other.get(`/api/projects/${left.id}`)).status).toBe(404);
      expect(existsSync(join(restore.body.data.kept_at, 'library.sqlite'))).toBe(true);
      expect(existsSync(join(place('second'), 'restore-ready'))).toBe(false);
      const { items } = (await other.get<Page<AuditEntry>>('/api/audit?action=backups.restore')).body.data;
      expect(items[0]).toMatchObject({ outcome: 'done', user: 'This installation', interface: 'http', timestamp: expect.any(String) });
      expect(items.at(-1)).toMatchObject({ outcome: 'refused', user: 'Writer' });
    } finally {
      await other.stop();
    }
  });

  it('takes one that was written in the midst of the work, and finishes that', async () => {
    let other = await startServer({ dataDir: place('third'), env: ENV });
    expect((await other.post('/api/restore', { path: archive })).status).toBe(202);
    await other.stop();
    other = await startServer({ dataDir: place('third'), env: ENV });
    const documents = await all(other);
    expect(documents.length).toBeGreaterThanOrEqual(3);
    for (const { id, sha256 } of documents) {
      expect((await other.waitFor(id)).sha256).toBe(sha256);
      expect((await bytesOf(other, `/api/documents/${id}/file`)).status).toBe(200);
    }
    const tokens = (await other.get<Page<Token>>('/api/tokens')).body.data.items;
    expect(tokens.map(({ name }) => name)).toEqual(['This installation']);
    expect((await other.get<Page<Job>>('/api/jobs?kind=backup')).body.data.items).toEqual([]);
    await other.stop();
  });
});

describe('what is no whole backup', () => {
  const refusal = async (name: string, bytes: Buffer) => {
    writeFileSync(place(name), bytes);
    const { status, body } = await server.post('/api/restore', { path: place(name) });
    expect(readdirSync(place('first')).filter((entry) => entry.startsWith('restore'))).toEqual([]);
    return { status, code: body.error?.code, message: body.message };
  };
  const zipOf = async (members: Record<string, Buffer>, compress = false) => {
    const zip = new ZipFile();
    for (const [name, bytes] of Object.entries(members)) zip.addBuffer(bytes, name, { compress });
    zip.end();
    const pieces: Buffer[] = [];
    for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  };
  /** The same number of bytes in the place of others, wherever they stand. */
  const replaced = (bytes: Buffer, from: string, to: string) => Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');
  const invalid = { status: 422, code: 'VALIDATION_FAILED' };

  it('is refused: cut off, changed, foreign', async () => {
    const good = readFileSync(archive);
    expect(await refusal('cut.zip', good.subarray(0, good.length - 2000))).toMatchObject(invalid);
    expect(await refusal('half.zip', good.subarray(0, good.length / 2))).toMatchObject(invalid);
    expect(await refusal('changed.zip', replaced(good, 'lamp number', 'lamb number'))).toMatchObject(invalid);
    expect(await refusal('word.zip', readFileSync(join(SAMPLES, 'contract.docx')))).toMatchObject(invalid);
    expect(await refusal('text.zip', Buffer.from('This is no archive.'))).toMatchObject(invalid);
    expect(await refusal('empty.zip', Buffer.alloc(0))).toMatchObject(invalid);
  });

  it('is refused: leading out of its folder, or growing without end', async () => {
    const slip = replaced(
      await zipOf({ 'files/aa/xxxx': Buffer.from('evil'), 'manifest.json': Buffer.from('{}') }),
      'files/aa/xxxx',
      '../../../evil',
    );
    expect(await refusal('slip.zip', slip)).toMatchObject(invalid);
    const bomb = await zipOf({ 'library.sqlite': Buffer.alloc(50_000_000), 'manifest.json': Buffer.from('{}') }, true);
    expect(bomb.length).toBeLessThan(100_000);
    expect(await refusal('bomb.zip', bomb)).toMatchObject({ ...invalid, message: expect.stringContaining('compressed') });
    const stranger = await zipOf({ 'library.sqlite': Buffer.from('x'), 'run.sh': Buffer.from('x'), 'manifest.json': Buffer.from('{}') });
    expect(await refusal('stranger.zip', stranger)).toMatchObject({ ...invalid, message: expect.stringContaining('run.sh') });
  });

  it('is refused with 409 when it comes from a newer Pressmark, and with 404 when it is not there', async () => {
    const newer = replaced(readFileSync(archive), '"format_version":1', '"format_version":9');
    expect(await refusal('format.zip', newer)).toMatchObject({ status: 409, code: 'CONFLICT' });
    const library = new Database(place('newer.sqlite'));
    library.exec('CREATE TABLE __drizzle_migrations (id INTEGER, hash TEXT, created_at NUMERIC)');
    library.exec("INSERT INTO __drizzle_migrations VALUES (1, 'x', 4000000000000)");
    library.close();
    const bytes = readFileSync(place('newer.sqlite'));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const counts = { projects: 0, documents: 0, chunks: 0, embeddings: 0, conversations: 0, messages: 0, originals: 0 };
    const facts = { format: 'pressmark-backup', format_version: 1, id: 'x', version: '99.0.0', created_at: '2096-01-01T00:00:00Z', counts };
    const members = [{ name: 'library.sqlite', size_bytes: bytes.length, sha256 }];
    const manifest = Buffer.from(JSON.stringify({ ...facts, schema_version: 4_000_000_000_000, members }));
    const answer = await refusal('schema.zip', await zipOf({ 'library.sqlite': bytes, 'manifest.json': manifest }));
    expect(answer).toMatchObject({ status: 409, code: 'CONFLICT', message: expect.stringContaining('newer Pressmark') });
    expect(await server.post('/api/restore', { path: place('nothing.zip') })).toMatchObject({ status: 404 });
    expect(await server.post('/api/restore', { name: 'nothing.zip' })).toMatchObject({ status: 404 });
    expect(await server.post('/api/restore', {})).toMatchObject({ status: 422 });
  });
});

describe('a restore', () => {
  let other: TestServer;
  const home = place('undecided');
  const start = async () => {
    other = await startServer({ dataDir: home, env: ENV });
  };
  const names = async (of: TestServer) => (await of.get<Page<{ name: string }>>('/api/projects')).body.data.items.map(({ name }) => name);
  beforeAll(start);
  afterAll(() => other.stop());

  it('takes the archive as the body of the request, says what waits, and can be called off', async () => {
    await other.createProject('Mine');
    const response = await fetch(new URL('/api/restore', other.ready.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${other.ready.token}`, 'content-type': 'application/zip' },
      body: new Uint8Array(readFileSync(archive)),
    });
    expect(response.status).toBe(202);
    const { data } = (await response.json()) as { data: Restored };
    expect((await other.get('/api/restore')).body.data).toEqual({ waiting: data });
    expect((await other.request('DELETE', '/api/restore')).body.data).toEqual({ dropped: true });
    expect((await other.request('DELETE', '/api/restore')).status).toBe(404);
    expect((await other.get('/api/restore')).body.data).toEqual({ waiting: null });
    await other.stop();
    await start();
    expect(await names(other)).toEqual(['Mine']);
  });

  it('names the field of an archive that is none, or of a form without one', async () => {
    const broken = await other.post('/api/restore', formOf(Buffer.from('This is no archive.')));
    expect(broken).toMatchObject({ status: 422, body: { error: { details: { issues: [{ path: 'file' }] } } } });
    const form = new FormData();
    form.set('note', 'no file');
    const empty = await other.post('/api/restore', form);
    expect(empty).toMatchObject({ status: 422, body: { error: { details: { issues: [{ path: 'file' }] } } } });
    expect(readdirSync(join(home, 'files', 'staging'))).toEqual([]);
  });

  it('that is killed while it unpacks leaves the library as it was', async () => {
    const restoring = other.post('/api/restore', { path: archive }).catch(() => null);
    while (!readdirSync(home).some((name) => name.startsWith('restore-staging'))) await pause(1);
    await other.stop('SIGKILL');
    await restoring;
    expect(existsSync(join(home, 'restore-ready'))).toBe(false);
    await start();
    expect(await names(other)).toEqual(['Mine']);
    expect(readdirSync(home).filter((name) => name.startsWith('restore'))).toEqual([]);
  });

  it('goes on where it was killed, whichever step that was', async () => {
    expect((await other.post('/api/restore', { path: archive })).status).toBe(202);
    await other.stop('SIGKILL');
    const { kept_at } = JSON.parse(readFileSync(join(home, 'restore-ready', 'restore.json'), 'utf8')) as Restored;
    const steps: [from: string, to: string][] = [
      [join(home, 'library.sqlite'), join(kept_at, 'library.sqlite')],
      [join(home, 'library.sqlite-wal'), join(kept_at, 'library.sqlite-wal')],
      [join(home, 'restore-ready', 'library.sqlite'), join(home, 'library.sqlite')],
      [join(home, 'files'), join(kept_at, 'files')],
      [join(home, 'restore-ready', 'files'), join(home, 'files')],
    ];
    const before = place('before');
    cpSync(home, before, { recursive: true, filter: (path) => !path.endsWith('.sock') });
    for (let done = 0; done <= steps.length; done += 1) {
      rmSync(home, { recursive: true });
      cpSync(before, home, { recursive: true });
      mkdirSync(kept_at, { recursive: true });
      for (const [from, to] of steps.slice(0, done)) if (existsSync(from)) renameSync(from, to);
      await start();
      expect(await names(other)).toEqual(['Kept']);
      const [{ id, size_bytes } = { id: '', size_bytes: 0 }] = await all(other);
      expect((await bytesOf(other, `/api/documents/${id}/file`)).bytes.length).toBe(size_bytes);
      expect(existsSync(join(home, 'restore-ready'))).toBe(false);
      await other.stop();
      const kept = new Database(join(kept_at, 'library.sqlite'));
      expect(kept.prepare('SELECT name FROM projects').pluck().all()).toEqual(['Mine']);
      kept.close();
    }
  });
});

describe('a backup that is interrupted', () => {
  it('leaves nothing under its name, and is written by the next start', async () => {
    const dataDir = place('killed');
    let victim = await startServer({ dataDir, env: { ...ENV, PRESSMARK_EMBEDDING_MODEL: 'none' } });
    const { id } = await victim.createProject();
    const large = (n: number) => `Page ${n}. ${'All work and no play makes Jack a dull boy. '.repeat(250_000)}`;
    for (const n of [1, 2, 3, 4, 5]) await uploadTexts(victim, id, { [`large-${n}.txt`]: large(n) });
    const { job_id, backup } = (await victim.post<Ordered>('/api/backup')).body.data;
    while (!existsSync(`${backup.path}.partial`)) await pause(1);
    await victim.stop('SIGKILL');
    expect(existsSync(backup.path)).toBe(false);
    victim = await startServer({ dataDir, env: { ...ENV, PRESSMARK_EMBEDDING_MODEL: 'none' } });
    expect((await ended(victim, job_id)).state).toBe('done');
    expect(readdirSync(join(dataDir, 'backups'))).toEqual([backup.name]);
    expect(readdirSync(join(dataDir, 'backup-drafts'))).toEqual([]);
    expect((await victim.post('/api/restore', { name: backup.name })).status).toBe(202);
    await victim.stop();
    const library = new Database(join(dataDir, 'restore-ready', 'library.sqlite'), { readonly: true });
    expect(library.prepare('SELECT count(*) AS n FROM documents').get()).toEqual({ n: 5 });
    library.close();
  });
});
