/** The library file is really damaged, in every way that a disk or another program can: what can be made anew is, and nothing else is lost. */
import { closeSync, cpSync, existsSync, openSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { getLoadablePath } from 'sqlite-vec';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChatAnswer, Message } from '../../src-main/contract/chat';
import type { Document } from '../../src-main/contract/documents';
import type { Job } from '../../src-main/contract/jobs';
import type { Project } from '../../src-main/contract/projects';
import type { SearchResult } from '../../src-main/contract/search';
import type { Page } from '../../src-main/contract/shared';
import type { CareInfo, SystemInfo } from '../../src-main/contract/system';
import { uploadTexts } from '../api/library';
import { pause, SAMPLES, startServer, type TestServer, temporaryFolder } from '../support/server';

const ENV = { PRESSMARK_CHAT_MODEL: 'none' };
const QUERY = 'lighthouse keeper Ambrose';
const folder = temporaryFolder();
const whole = join(folder.path, 'whole');
let project_id: string;
let conversation_id: string;
let reference: { documents: Document[]; keyword: string[]; vector: string[]; messages: Message[]; entities: string[] };
let dataDir: string;
let server: TestServer | null = null;
let count = 0;

const documentsOf = async (of: TestServer, id = project_id) =>
  (await of.get<Page<Document>>(`/api/documents?project_id=${id}&sort=filename&limit=200`)).body.data.items;

async function hits(of: TestServer, mode: 'keyword' | 'vector', id = project_id): Promise<string[]> {
  const { status, body } = await of.post<SearchResult>('/api/search', { project_id: id, query: QUERY, mode, limit: 50 });
  return status === 200
    ? body.data.items.map(({ text, pressmark }) => `${pressmark.char_start} ${text}`).sort()
    : [`${status} ${body.message}`];
}

const messagesOf = async (of: TestServer) =>
  (await of.get<Page<Message>>(`/api/conversations/${conversation_id}/messages`)).body.data.items;
const entitiesOf = async (of: TestServer) =>
  (await of.get<Page<{ name: string }>>(`/api/projects/${project_id}/graph/entities?limit=200`)).body.data.items
    .map(({ name }) => name)
    .sort();

async function until<T>(look: () => Promise<T>, met: (value: T) => boolean, what: string, limitMs = 90_000): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await look();
    if (met(value)) return value;
    if (Date.now() > end) throw new Error(`${what}: ${JSON.stringify(value).slice(0, 1000)}\n${server?.stderr().slice(-3000)}`);
    await pause(100);
  }
}

const care = async (of: TestServer): Promise<CareInfo> => (await of.get<SystemInfo>('/api/system')).body.data.care;
const checked = (of: TestServer) =>
  until(
    () => care(of),
    ({ checked_at }) => checked_at !== null,
    'the library was not checked',
  );

async function start(): Promise<TestServer> {
  server = await startServer({ dataDir, env: ENV });
  return server;
}

/** By SQL, as another program would. */
function damage(work: (sql: InstanceType<typeof Database>) => void): void {
  const sql = new Database(join(dataDir, 'library.sqlite'));
  try {
    sql.loadExtension(getLoadablePath());
    sql.unsafeMode(true);
    work(sql);
    sql.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    sql.close();
  }
}

function overwrite(from: number, bytes: Buffer): void {
  for (const end of ['-wal', '-shm']) rmSync(join(dataDir, `library.sqlite${end}`), { force: true });
  const file = openSync(join(dataDir, 'library.sqlite'), 'r+');
  writeSync(file, bytes, 0, bytes.length, from);
  closeSync(file);
}

const rubbish = (length: number) => Buffer.from(Array.from({ length }, (_, at) => (at * 7919 + 13) % 251));
const asides = () => readdirSync(dataDir).filter((name) => /^library-damaged-\d{8}-\d{6}\.sqlite$/.test(name));

async function expectAllBack(of: TestServer): Promise<void> {
  for (const { id } of await documentsOf(of)) await of.waitFor(id);
  await until(
    () => documentsOf(of),
    (all) => all.every(({ chunks, embedded_chunks }) => chunks === embedded_chunks),
    'vectors are missing',
  );
  const facts = ({ id, filename, sha256, pages, chunks, state }: Document) => ({ id, filename, sha256, pages, chunks, state });
  expect((await documentsOf(of)).map(facts)).toEqual(reference.documents.map(facts));
  expect(await hits(of, 'keyword')).toEqual(reference.keyword);
  expect(await hits(of, 'vector')).toEqual(reference.vector);
  expect(await messagesOf(of)).toEqual(reference.messages);
  await until(
    () => entitiesOf(of),
    (names) => JSON.stringify(names) === JSON.stringify(reference.entities),
    'the graph is not as it was',
  );
}

beforeAll(async () => {
  dataDir = whole;
  const first = await start();
  project_id = (await first.createProject('Coast')).id;
  await first.ingest(project_id, join(SAMPLES, 'handbook.md'), join(SAMPLES, 'contract.docx'));
  const texts = Object.fromEntries(
    Array.from({ length: 12 }, (_, n) => [
      `log-${String(n).padStart(2, '0')}.md`,
      `# Log of year ${1880 + n}\n\nThe lighthouse keeper Ambrose Tully counted ${n * 37} ships off Cape Merrow. ${'The lamp was trimmed and the fog bell rung. '.repeat(12)}\n`,
    ]),
  );
  const { body } = await uploadTexts(first, project_id, texts);
  for (const { document } of body.data.items) await first.waitFor(document?.id ?? '');
  conversation_id = (await first.post<ChatAnswer>('/api/chat', { project_id, message: 'Who counted the ships off Cape Merrow?' })).body.data
    .conversation_id;
  const entities = await until(
    () => entitiesOf(first),
    (names) => names.some((name) => name.includes('Ambrose')),
    'there is no graph',
  );
  await pause(1_500);
  reference = {
    documents: await documentsOf(first),
    keyword: await hits(first, 'keyword'),
    vector: await hits(first, 'vector'),
    messages: await messagesOf(first),
    entities: (await entitiesOf(first)).length > entities.length ? await entitiesOf(first) : entities,
  };
  expect(reference.keyword.length).toBeGreaterThan(3);
  expect(reference.vector.length).toBeGreaterThan(3);
  await first.stop();
  server = null;
}, 180_000);

afterEach(async () => {
  await server?.stop();
  server = null;
});
afterAll(() => folder.remove());

function fresh(): void {
  count += 1;
  dataDir = join(folder.path, `copy-${count}`);
  cpSync(whole, dataDir, { recursive: true });
}

describe('a library that is whole', () => {
  it('is found to be so, and nothing is repaired', async () => {
    fresh();
    const of = await start();
    expect(await checked(of)).toMatchObject({ state: 'sound', repairs: [] });
    await expectAllBack(of);
    expect(asides()).toEqual([]);
  });
});

describe('the full text is made anew', () => {
  const cases: Record<string, (sql: InstanceType<typeof Database>) => void> = {
    'when its index was overwritten': (sql) => sql.exec('UPDATE chunk_words_data SET block = zeroblob(length(block)) WHERE id > 10'),
    'when rows of it were deleted': (sql) => sql.exec('DELETE FROM chunk_words WHERE rowid % 2 = 0'),
    'when it forgot its texts': (sql) => sql.exec("UPDATE chunk_words_content SET c0 = 'nothing'"),
    'when its index was emptied': (sql) => sql.exec('DELETE FROM chunk_words_data'),
    'when it was dropped': (sql) => sql.exec('DROP TABLE chunk_words; DROP TABLE chunk_trigrams'),
    'when a part of it was dropped': (sql) => sql.exec('DROP TABLE chunk_words_docsize'),
  };
  it.each(Object.entries(cases))('%s', async (_name, work) => {
    fresh();
    damage(work);
    const of = await start();
    const { state, repairs } = await checked(of);
    expect(state).toBe('sound');
    expect(repairs).toMatchObject([{ what: 'full_text', message: expect.stringContaining('made anew') }]);
    await expectAllBack(of);
  });
});

describe('vectors are made anew', () => {
  const table = (sql: InstanceType<typeof Database>) =>
    String(sql.prepare("SELECT name FROM sqlite_master WHERE name LIKE 'vectors%' AND sql LIKE 'CREATE VIRTUAL%'").pluck().get());
  const cases: Record<string, (sql: InstanceType<typeof Database>) => void> = {
    'when some were deleted': (sql) => sql.exec(`DELETE FROM ${table(sql)} WHERE row % 3 = 0`),
    'when their bytes are gone': (sql) => sql.exec(`DELETE FROM ${table(sql)}_vector_chunks00`),
    'when their list is gone': (sql) => sql.exec(`DELETE FROM ${table(sql)}_rowids WHERE rowid % 2 = 0`),
    'when all of them were dropped': (sql) => sql.exec(`DROP TABLE ${table(sql)}`),
  };
  it.each(Object.entries(cases))('%s', async (_name, work) => {
    fresh();
    damage(work);
    const of = await start();
    expect((await checked(of)).repairs).toMatchObject([{ what: 'vectors' }]);
    await expectAllBack(of);
  });
});

describe('the graph is read anew', () => {
  const cases: Record<string, string> = {
    'when it does not agree with itself': 'UPDATE entities SET mentions = mentions + 3; DELETE FROM relation_evidence WHERE rowid % 2 = 0',
    'when entities were deleted': 'PRAGMA foreign_keys = OFF; DELETE FROM entities WHERE row % 2 = 0',
    'when all of it was deleted': 'DELETE FROM mentions; DELETE FROM entities; DELETE FROM relations',
  };
  it.each(Object.entries(cases))('%s', async (_name, work) => {
    fresh();
    damage((sql) => sql.exec(work));
    const of = await start();
    expect((await checked(of)).repairs).toMatchObject([{ what: 'graph' }]);
    await until(
      () => entitiesOf(of),
      (names) => JSON.stringify(names) === JSON.stringify(reference.entities),
      'the graph is not as it was',
    );
  });
});

describe('a damaged file is kept aside, and its rows are saved', () => {
  const pagesOf = (name: string): number[] => {
    const sql = new Database(join(dataDir, 'library.sqlite'), { readonly: true });
    const pages = sql.prepare('SELECT pageno FROM dbstat WHERE name = ? ORDER BY pageno').pluck().all(name) as number[];
    sql.close();
    return pages;
  };

  it.each(['chunk_words_data', 'chunk_words_content', 'mentions', 'jobs'])(
    'when bytes in the middle of %s were overwritten',
    async (name) => {
      fresh();
      const pages = pagesOf(name);
      expect(pages.length).toBeGreaterThan(0);
      for (const page of pages) overwrite((page - 1) * 4096, rubbish(4096));
      const of = await start();
      expect((await care(of)).repairs[0]).toMatchObject({ what: 'library', message: expect.stringContaining('kept as library-damaged-') });
      expect(asides().length).toBe(1);
      expect(Number(/"vectors":(\d+)/.exec(of.stderr())?.[1])).toBeGreaterThan(10);
      await expectAllBack(of);
    },
  );

  it.each([100, 512, 4096])('when its first %i bytes were overwritten', async (bytes) => {
    fresh();
    overwrite(0, rubbish(bytes));
    const of = await start();
    expect((await care(of)).repairs[0]?.message).toContain('All rows could be saved');
    await expectAllBack(of);
  });

  it('when pages of the extracted text were overwritten: those documents are read again', async () => {
    fresh();
    for (const page of pagesOf('chunks').slice(1, 3)) overwrite((page - 1) * 4096, rubbish(4096));
    const of = await start();
    for (const { id } of await documentsOf(of)) await of.waitFor(id);
    await expectAllBack(of);
  });
});

describe('a library that is lost', () => {
  const hold = async (of: TestServer): Promise<Document[]> => {
    const projects = (await of.get<Page<Project>>('/api/projects')).body.data.items;
    const all: Document[] = [];
    for (const { id } of projects) all.push(...(await documentsOf(of, id)));
    for (const { id } of all) await of.waitFor(id);
    return all;
  };
  const hashes = (all: Document[]) => all.map(({ sha256 }) => sha256).sort();

  it.each([
    ['is rubbish', (path: string) => writeFileSync(path, rubbish(200_000))],
    ['is cut off after its first page', (path: string) => truncateSync(path, 5_000)],
    ['has lost its first pages', (path: string) => overwrite(0, rubbish(Math.min(200_000, statSync(path).size)))],
    ['is empty', (path: string) => writeFileSync(path, '')],
    ['is missing', (path: string) => rmSync(path)],
  ])('%s: a new one is begun with the originals', async (_name, work) => {
    fresh();
    const path = join(dataDir, 'library.sqlite');
    for (const end of ['-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
    const before = existsSync(path);
    work(path);
    const kept = existsSync(path);
    const of = await start();
    expect(before).toBe(true);
    expect(hashes(await hold(of))).toEqual(hashes(reference.documents));
    const [project] = (await of.get<Page<Project>>('/api/projects')).body.data.items;
    expect(project?.name).toBe('Recovered documents');
    // Without their names they are plain text; what they say is what it was.
    const found = (await hits(of, 'keyword', project?.id)).join();
    for (let n = 0; n < 12; n += 1) expect(found).toContain(`Ambrose Tully counted ${n * 37} ships`);
    expect((await care(of)).repairs[0]?.message).toContain('begun with the original files');
    expect(asides().length).toBe(kept ? 1 : 0);
  });

  it('comes back out of the newest backup, with what came after it beside it', async () => {
    fresh();
    let of = await start();
    const { job_id } = (await of.post<{ job_id: string }>('/api/backup')).body.data;
    await until(
      () => of.job(job_id),
      ({ state }: Job) => state === 'done',
      'the backup was not written',
    );
    const { body } = await uploadTexts(of, project_id, { 'later.md': '# Later\n\nThe harbour master Edda Quill came after the backup.\n' });
    const later = await of.waitFor(body.data.items[0]?.document?.id ?? '');
    await of.stop();
    for (const end of ['-wal', '-shm']) rmSync(join(dataDir, `library.sqlite${end}`), { force: true });
    writeFileSync(join(dataDir, 'library.sqlite'), rubbish(300_000));
    of = await start();
    expect((await care(of)).repairs[0]?.message).toContain('took its place');
    expect(hashes(await hold(of))).toEqual(hashes([...reference.documents, later]));
    await expectAllBack(of);
    expect(statSync(join(dataDir, asides()[0] ?? '')).size).toBe(300_000);
  });
});
