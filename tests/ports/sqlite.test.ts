/** The SQLite adapters against the suites of their ports, and what only they promise. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { build } from 'esbuild';
import { afterEach, describe, expect, it } from 'vitest';
import { openSqliteLibrary } from '../../src-main/adapters/records/sqlite/open';
import { createSqliteVecStore } from '../../src-main/adapters/vectors/sqlite-vec';
import { silent } from '../support/log';
import { ROOT, temporaryFolder } from '../support/server';
import { describeAccess } from './access.suite';
import { describeFolders } from './folders.suite';
import { describeGraphStore } from './graph-store.suite';
import { describeLibrary } from './library.suite';
import { describeOutbox } from './outbox.suite';
import { describeRecords } from './records.suite';
import { accept, draft, seed } from './seed';
import { describeExactness, describeVectorStore } from './vector-store.suite';

const migrationsDir = join(ROOT, 'migrations/sqlite');
const folders: ReturnType<typeof temporaryFolder>[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

function library(path?: string) {
  const folder = temporaryFolder();
  folders.push(folder);
  const file = path ?? join(folder.path, 'library.sqlite');
  const { records, database, graph } = openSqliteLibrary({ path: file, migrationsDir, log: silent });
  return { records, vectors: createSqliteVecStore(database.sql), graph, database, file };
}

describeRecords('sqlite', async () => library());
describeLibrary('sqlite', async () => library());
describeAccess('sqlite', async () => library());
describeFolders('sqlite', async () => library());
describeOutbox('sqlite', async () => library());
describeVectorStore('sqlite-vec', async () => library());
describeGraphStore('sqlite', async () => library());
/** More than one bucket. */
describeExactness('sqlite-vec', async () => library(), 9_000);

describe('the file', () => {
  it('holds nothing of a deleted document, in no table', async () => {
    const { records, vectors, database, file } = library();
    const { document } = await seed({ records, vectors }, { text: 'The xylophone quartz secret stands here.' });
    await records.documents.remove(document.id);
    for (const table of ['chunks', 'pages', 'embeddings', 'chunk_words', 'chunk_trigrams', 'jobs']) {
      expect(database.sql.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(0);
    }
    await records.close();
    const compact = new Database(file);
    compact.exec("INSERT INTO chunk_words(chunk_words) VALUES('optimize'); VACUUM;");
    compact.close();
    expect(readFileSync(file).includes('xylophone')).toBe(false);
  });

  it('holds nothing of a deleted project, in no table', async () => {
    const { records, vectors, database } = library();
    const { document, project_id } = await seed({ records, vectors }, { texts: ['公司的年度收入', 'Second text.'] });
    const pending = await vectors.pending(document.id, 'm', 9);
    const made = pending.map(({ chunk_id }) => ({ chunk_id, vector: new Float32Array([1, 0]) }));
    await vectors.add({ document_id: document.id, model: 'm', vectors: made });
    const [vectorTable] = database.sql
      .prepare("SELECT name FROM sqlite_master WHERE name LIKE 'vectors%' AND sql LIKE 'CREATE VIRTUAL%'")
      .pluck()
      .all() as string[];
    const tables = [
      'documents',
      'chunks',
      'pages',
      'embeddings',
      'vector_buckets',
      'vector_changes',
      'chunk_words',
      'chunk_trigrams',
      'jobs',
      vectorTable,
    ];
    const rows = (table = '') => Number(database.sql.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
    for (const table of tables) expect(rows(table), `${table} before`).toBeGreaterThan(0);
    expect(await records.projects.remove(project_id)).toEqual([document.id]);
    for (const table of tables) expect(rows(table), `${table} after`).toBe(0);
    await records.close();
  });

  it('lets others run while a large document is written and deleted', async () => {
    const { records, vectors } = library();
    const { document } = await accept({ records, vectors });
    const chunks = Array.from({ length: 320 }, (_, ordinal) => draft(`walrus ${ordinal} `.repeat(60), ordinal));
    const turns = async (work: Promise<unknown>) => {
      let count = 0;
      let working = true;
      const done = work.finally(() => {
        working = false;
      });
      for (; working; count += 1) await new Promise((resume) => setImmediate(resume));
      await done;
      return count;
    };
    await records.index.begin(document.id);
    expect(await turns(records.index.add(document.id, { pages: [], chunks }))).toBeGreaterThan(10);
    await records.index.finish(document.id, { content: 'walrus', pages: null, metadata: {} });
    expect(await turns(records.documents.remove(document.id))).toBeGreaterThan(10);
    await records.close();
  });

  it('keeps what was accepted when the process is killed at once', async () => {
    const folder = temporaryFolder();
    folders.push(folder);
    const file = join(folder.path, 'library.sqlite');
    const accepted = await acceptAndDie(file, folder.path);
    const { records } = library(file);
    expect(accepted.length).toBeGreaterThan(0);
    for (const id of accepted) expect(await records.documents.get(id)).toMatchObject({ state: 'queued' });
    expect((await records.jobs.list({ limit: 200 })).items.length).toBeGreaterThanOrEqual(accepted.length);
    expect(await records.jobs.claim('parse', new Date(), new Date(Date.now() + 60_000))).not.toBeNull();
    await records.close();
  });
});

/** A child process that accepts documents, saying each id afterwards, until SIGKILL; returns the ids it said. */
async function acceptAndDie(file: string, folder: string): Promise<string[]> {
  const script = join(folder, 'accept.cjs');
  const bundle = { bundle: true, platform: 'node', format: 'cjs', packages: 'external', outfile: script } as const;
  await build({ entryPoints: [join(ROOT, 'tests/ports/accept-for-ever.ts')], ...bundle });
  const child = spawn(process.execPath, [script, file, migrationsDir], { env: { ...process.env, NODE_PATH: join(ROOT, 'node_modules') } });
  const ids: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    ids.push(line);
    if (ids.length === 20) child.kill('SIGKILL');
  }
  return ids;
}
