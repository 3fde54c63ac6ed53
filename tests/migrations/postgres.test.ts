/** Migrations of a library in PostgreSQL: from each earlier version, whole or not at all; newer libraries stay as they are. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { connect, type Database } from '../../src-main/adapters/records/postgres/database';
import { migrate } from '../../src-main/adapters/records/postgres/migrate';
import { openPostgresRecords } from '../../src-main/adapters/records/postgres/open';
import { silent } from '../support/log';
import { ROOT, temporaryFolder } from '../support/server';
import { type PostgresServer, startPostgres } from '../support/servers/postgres';

const migrationsDir = join(ROOT, 'migrations/postgres');
interface Journal {
  entries: { tag: string; when: number }[];
}
const readJournal = (folder: string) => JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as Journal;
const { entries } = readJournal(migrationsDir);

let server: PostgresServer;
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  server = await startPostgres();
}, 180_000);
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => server?.remove());

function database(url = server.createDatabase()): Database {
  const connected = connect({ url, server: 'here' });
  closers.push(() => connected.pool.end());
  return connected;
}

/** The migrations as they were when there were only the first `count`, with changes of their SQL. */
function earlier(count: number, change: (sql: string) => string = (sql) => sql): string {
  const folder = temporaryFolder();
  closers.push(folder.remove);
  const copy = join(folder.path, 'migrations');
  cpSync(migrationsDir, copy, { recursive: true });
  writeFileSync(join(copy, 'meta/_journal.json'), JSON.stringify({ ...readJournal(copy), entries: entries.slice(0, count) }));
  const last = join(copy, `${entries[count - 1]?.tag}.sql`);
  writeFileSync(last, change(readFileSync(last, 'utf8')));
  return copy;
}

const open = (on: Database, dir = migrationsDir) => openPostgresRecords({ database: on, server: 'here', migrationsDir: dir, log: silent });
const tables = async (on: Database) =>
  (await on.rows<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).map(
    ({ name }) => name,
  );
const INSERT = "INSERT INTO projects (id, name, settings, created_at, updated_at) VALUES ('p', 'Before', '{}', '2026-01-01', '2026-01-01')";

it.each(entries.slice(0, -1).map(({ tag }, at) => [tag, at + 1] as const))('goes on from %s', async (_tag, count) => {
  const on = database();
  await migrate(on, earlier(count), silent);
  await on.run(INSERT);
  const records = await open(on);
  expect((await records.projects.get('p'))?.name).toBe('Before');
  expect((await on.row<{ n: number }>('SELECT count(*) AS n FROM __drizzle_migrations'))?.n).toBe(entries.length);
});

it('takes a migration that fails back whole', async () => {
  const on = database();
  const broken = earlier(entries.length, (sql) => `${sql}\n--> statement-breakpoint\nSELECT 1 / 0`);
  await expect(open(on, broken)).rejects.toThrow(/division by zero/);
  expect(await tables(on)).toEqual([]);
  await open(on);
  expect(await tables(on)).toContain('chunk_words');
});

it('is done once by servers that start at the same time', async () => {
  const url = server.createDatabase();
  const opened = await Promise.all(Array.from({ length: 4 }, () => open(database(url))));
  await opened[0]?.projects.create({ id: 'p', name: 'P', settings: {} });
  expect((await opened[3]?.projects.get('p'))?.name).toBe('P');
});

it('leaves a library of a newer program as it is', async () => {
  const on = database();
  await open(on);
  await on.run("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('from the future', 4102444800000)");
  const before = await tables(on);
  const ours = new Date(entries.at(-1)?.when ?? 0).toISOString().slice(0, 10);
  await expect(open(on)).rejects.toThrow(new RegExp(`newer Pressmark.*2100-01-01.*${ours}`));
  expect(await tables(on)).toEqual(before);
});

it('says what is wrong with a database that it cannot use', async () => {
  const on = database();
  const name = new URL(server.createDatabase()).pathname.slice(1);
  await on.run(`ALTER DATABASE ${name} OWNER TO pressmark`);
  await on.run("CREATE ROLE guest LOGIN PASSWORD 'guest'");
  const guest = new URL(server.url);
  [guest.username, guest.password, guest.pathname] = ['guest', 'guest', `/${name}`];
  await expect(open(database(guest.href))).rejects.toThrow(/may not make tables/);
  await on.run("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
  guest.pathname = '/latin';
  await expect(open(database(guest.href))).rejects.toThrow(/LATIN1.*UTF8/);
});

it('does without trigrams where the server has none', async () => {
  const on = database();
  // What a server does that has not got the extension.
  const without = earlier(entries.length);
  const file = join(without, `${entries[2]?.tag}.sql`);
  writeFileSync(file, readFileSync(file, 'utf8').replace('EXTENSION IF NOT EXISTS pg_trgm', 'EXTENSION IF NOT EXISTS pg_trgm_of_nobody'));
  const records = await open(on, without);
  await records.projects.create({ id: 'p', name: 'Übungen 100%', settings: {} });
  expect((await records.projects.list({ limit: 5, q: 'ÜBUNGEN 100%' })).items).toHaveLength(1);
  expect(await on.rows("SELECT 1 FROM pg_indexes WHERE indexname LIKE '%trigrams'")).toEqual([]);
});

it('has a migration for everything in the schema', () => {
  const folder = temporaryFolder();
  closers.push(folder.remove);
  const out = join(folder.path, 'generated');
  cpSync(migrationsDir, out, { recursive: true });
  const schema = join(ROOT, 'src-main/adapters/records/postgres/schema.ts');
  const kit = join(ROOT, 'node_modules/drizzle-kit/bin.cjs');
  execFileSync(process.execPath, [kit, 'generate', '--dialect', 'postgresql', '--schema', schema, '--out', out], {
    cwd: folder.path,
    stdio: 'pipe',
  });
  expect(readJournal(out).entries.map(({ tag }) => tag)).toEqual(entries.map(({ tag }) => tag));
});
