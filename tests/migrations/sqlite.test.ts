/** Migrations of the SQLite library: from each earlier version, copied first; newer libraries stay as they are. */
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, it } from 'vitest';
import { connect } from '../../src-main/adapters/records/sqlite/database';
import { migrate } from '../../src-main/adapters/records/sqlite/migrate';
import { openSqliteLibrary } from '../../src-main/adapters/records/sqlite/open';
import { silent } from '../support/log';
import { ROOT, temporaryFolder } from '../support/server';

const migrationsDir = join(ROOT, 'migrations/sqlite');
interface Journal {
  entries: { tag: string; when: number }[];
}
const readJournal = (folder: string) => JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as Journal;
const { entries } = readJournal(migrationsDir);
const folders: ReturnType<typeof temporaryFolder>[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

function workplace() {
  const folder = temporaryFolder();
  folders.push(folder);
  return { folder: folder.path, file: join(folder.path, 'library.sqlite'), backups: join(folder.path, 'backups') };
}

/** A library as the program made it when it had only the first `count` migrations, with one project in it. */
function earlierLibrary(count: number) {
  const place = workplace();
  const earlier = join(place.folder, 'earlier');
  cpSync(migrationsDir, earlier, { recursive: true });
  writeFileSync(join(earlier, 'meta/_journal.json'), JSON.stringify({ ...readJournal(earlier), entries: entries.slice(0, count) }));
  const database = connect(place.file);
  migrate(database, place.file, earlier, silent);
  const insert =
    "INSERT INTO projects (id, name, settings, created_at, updated_at) VALUES ('p', 'Before', '{}', '2026-01-01', '2026-01-01')";
  database.sql.prepare(insert).run();
  database.sql.close();
  return place;
}

it.each(entries.slice(0, -1).map(({ tag }, at) => [tag, at + 1] as const))('goes on from %s, after a whole copy', async (_tag, count) => {
  const { file, backups } = earlierLibrary(count);
  const { records } = openSqliteLibrary({ path: file, migrationsDir, log: silent });
  expect((await records.projects.get('p'))?.name).toBe('Before');
  await records.close();
  const [copy, ...more] = readdirSync(backups);
  expect(more).toEqual([]);
  const old = new Database(join(backups, copy ?? ''), { readonly: true });
  expect(old.prepare('SELECT count(*) FROM __drizzle_migrations').pluck().get()).toBe(count);
  expect(old.prepare('SELECT name FROM projects').pluck().get()).toBe('Before');
  old.close();
  await openSqliteLibrary({ path: file, migrationsDir, log: silent }).records.close();
  expect(readdirSync(backups)).toHaveLength(1);
});

it('takes no copy of a library that is new', async () => {
  const { file, folder } = workplace();
  await openSqliteLibrary({ path: file, migrationsDir, log: silent }).records.close();
  expect(readdirSync(folder)).toEqual(['library.sqlite']);
});

it.each(['wal', 'delete'])('leaves a library of a newer program as it is (journal mode %s)', async (mode) => {
  const { file } = workplace();
  const { records, database } = openSqliteLibrary({ path: file, migrationsDir, log: silent });
  database.sql.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)').run('from the future', 4_102_444_800_000);
  database.sql.pragma(`journal_mode = ${mode}`);
  await records.close();
  const before = readFileSync(file);
  const ours = new Date(entries.at(-1)?.when ?? 0).toISOString().slice(0, 10);
  expect(() => openSqliteLibrary({ path: file, migrationsDir, log: silent })).toThrow(new RegExp(`newer Pressmark.*2100-01-01.*${ours}`));
  expect(readFileSync(file).equals(before)).toBe(true);
});

it('has a migration for everything in the schema', () => {
  const { folder } = workplace();
  const out = join(folder, 'generated');
  cpSync(migrationsDir, out, { recursive: true });
  const schema = join(ROOT, 'src-main/adapters/records/sqlite/schema*.ts');
  const kit = join(ROOT, 'node_modules/drizzle-kit/bin.cjs');
  execFileSync(process.execPath, [kit, 'generate', '--dialect', 'sqlite', '--schema', schema, '--out', out], {
    cwd: folder,
    stdio: 'pipe',
  });
  expect(readJournal(out).entries.map(({ tag }) => tag)).toEqual(entries.map(({ tag }) => tag));
});
