/** The SQLite adapters against the suites of their ports, and what only they promise. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { openSqliteLibrary } from '../../src-main/adapters/records/sqlite/open';
import { createSqliteVecStore } from '../../src-main/adapters/vectors/sqlite-vec';
import { silent } from '../support/log';
import { ROOT, temporaryFolder } from '../support/server';
import { describeRecords } from './records.suite';
import { seed } from './seed';
import { describeVectorStore } from './vector-store.suite';

const migrationsDir = join(ROOT, 'migrations/sqlite');
const folders: ReturnType<typeof temporaryFolder>[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

function library(path?: string) {
  const folder = temporaryFolder();
  folders.push(folder);
  const file = path ?? join(folder.path, 'library.sqlite');
  const { records, database } = openSqliteLibrary({ path: file, migrationsDir, log: silent });
  return { records, vectors: createSqliteVecStore(database.sql), database, file };
}

describeRecords('sqlite', async () => library());
describeVectorStore('sqlite-vec', async () => library());

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

  it('refuses a library of a newer program and does not touch it', async () => {
    const { records, database, file } = library();
    database.sql.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)').run('from the future', 4_102_444_800_000);
    await records.close();
    const before = readFileSync(file);
    expect(() => library(file)).toThrow(/newer Pressmark.*2100-01-01/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('is copied before a migration, and opens again without one', async () => {
    const { records, database, file } = library();
    await records.projects.create({ id: 'p', name: 'Before', settings: {} });
    const last = database.sql.prepare('SELECT max(created_at) FROM __drizzle_migrations').pluck().get();
    database.sql.prepare('DELETE FROM __drizzle_migrations WHERE created_at = ?').run(last);
    database.sql.exec('DROP TABLE chunk_words; DROP TABLE chunk_trigrams;');
    await records.close();
    const again = library(file);
    const backups = join(file, '../backups');
    expect(readdirSync(backups)).toHaveLength(1);
    expect((await again.records.projects.get('p'))?.name).toBe('Before');
    await again.records.close();
    await library(file).records.close();
    expect(readdirSync(backups)).toHaveLength(1);
  });
});
