/** `npm run move` as a program: from a data folder into a real PostgreSQL and back, killed on the way. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatAnswer } from '../../src-main/contract/chat';
import type { SearchResult } from '../../src-main/contract/search';
import { ROOT, SAMPLES, startServer, type TestServer, temporaryFolder } from '../support/server';
import { type PostgresServer, startPostgres } from '../support/servers/postgres';

const ENV = { PRESSMARK_CHAT_MODEL: 'none' };
const folders = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
const [first, shared, back] = folders.map(({ path }) => path) as [string, string, string];
let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
}, 120_000);
afterAll(async () => {
  await postgres?.remove();
  for (const folder of folders) folder.remove();
});

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** @param onProgress is given each line on stderr, and may kill */
function move(args: string[], url: string | null, onProgress: (line: string, kill: () => void) => void = () => undefined): Promise<Ended> {
  return new Promise((done) => {
    const env = { ...process.env, ...(url === null ? {} : { PRESSMARK_DATABASE_URL: url }) };
    const child = spawn(process.execPath, [join(ROOT, 'dist/main/move.cjs'), ...args], { env });
    const ended: Ended = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (piece) => {
      ended.stdout += piece;
    });
    child.stderr.on('data', (piece) => {
      ended.stderr += piece;
      onProgress(String(piece), () => child.kill('SIGKILL'));
    });
    child.once('close', (code) => done({ ...ended, code }));
  });
}

/** What a person sees of the library, and what must be the same wherever it lies. */
async function seen(server: TestServer, project_id: string, document_ids: string[]) {
  const search = async (mode: string) => {
    const { body } = await server.post<SearchResult>('/api/search/', {
      project_id,
      query: 'Welche Bäume wurden gepflanzt?',
      mode,
      limit: 5,
    });
    return body.data.items.map(({ pressmark, scores }) => ({ ...pressmark, vector: scores.vector?.toFixed(4) }));
  };
  const originals = document_ids.map(async (id) => {
    const response = await fetch(new URL(`/api/documents/${id}/file`, server.ready.url), {
      headers: { authorization: `Bearer ${server.ready.token}` },
    });
    return createHash('sha256')
      .update(Buffer.from(await response.arrayBuffer()))
      .digest('hex');
  });
  const { body } = await server.get<{ items: unknown[] }>(`/api/conversations/?project_id=${project_id}`);
  const graph = await server.get<{ items: unknown[] }>(`/api/projects/${project_id}/graph/entities?limit=50&sort=name`);
  const page = await server.get(`/api/documents/${document_ids[0]}/pages/1`);
  return {
    vector: await search('vector'),
    originals: await Promise.all(originals),
    conversations: body.data.items,
    entities: graph.body.data.items,
    page: page.body.data,
  };
}

describe('moving a library from a data folder to a team and back', () => {
  let project_id: string;
  let documents: string[];
  let before: Awaited<ReturnType<typeof seen>>;

  beforeAll(async () => {
    const server = await startServer({ dataDir: first, env: ENV });
    project_id = (await server.createProject('Moved')).id;
    documents = (await server.ingest(project_id, join(SAMPLES, 'bericht-de.pdf'), join(SAMPLES, 'handbook.md'))).map(({ id }) => id);
    await server.post<ChatAnswer>('/api/chat/', { project_id, message: 'Wie viele Bäume wurden gepflanzt?' });
    await graphRead(server, project_id);
    before = await seen(server, project_id, documents);
    await server.stop();
  }, 300_000);

  it('says what would be moved, and moves nothing', async () => {
    const { code, stdout, stderr } = await move(['team', '--data-dir', first, '--dry-run'], postgres.url);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/originals\s+2\n/);
    expect(stdout).toContain('Nothing was changed.');
    const database = new Client({ connectionString: postgres.url });
    await database.connect();
    const { rows } = await database.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    await database.end();
    expect(rows).toEqual([]);
  }, 60_000);

  it('goes on after it was killed, and nothing works on half a library', async () => {
    const killed = await move(['team', '--data-dir', first], postgres.url, (line, kill) => {
      if (line.includes('copying embeddings')) kill();
    });
    expect(killed.code, killed.stderr).toBeNull();
    await expect(startServer({ dataDir: shared, env: { ...ENV, PRESSMARK_DATABASE_URL: postgres.url } })).rejects.toThrow(
      /is not whole yet.*npm run move/s,
    );
    const { code, stdout, stderr } = await move(['team', '--data-dir', first, '--json'], postgres.url);
    expect(code, stderr).toBe(0);
    const { tables, originals } = JSON.parse(stdout) as { tables: Record<string, number>; originals: number };
    expect(originals).toBe(2);
    expect(tables).toMatchObject({ projects: 1, documents: 2, conversations: 1, chat_messages: 2 });
    expect(tables.embeddings).toBe(tables.chunks);
  }, 180_000);

  it('looks the same through a server on the database', async () => {
    const server = await startServer({ dataDir: shared, env: { ...ENV, PRESSMARK_DATABASE_URL: postgres.url } });
    try {
      expect(await seen(server, project_id, documents)).toEqual(before);
      const { body } = await server.post<SearchResult>('/api/search/', { project_id, query: 'Winterlinde', mode: 'keyword' });
      expect(body.data.items[0]?.pressmark.document_id).toBe(documents[0]);
      const busy = await move(['embedded', '--data-dir', back], postgres.url);
      expect(busy).toMatchObject({ code: 1, stderr: expect.stringContaining('A Pressmark works on that database') });
    } finally {
      await server.stop();
    }
  }, 180_000);

  it('comes back the same', async () => {
    const { code, stderr } = await move(['embedded', '--data-dir', back], postgres.url);
    expect(code, stderr).toBe(0);
    const server = await startServer({ dataDir: back, env: ENV });
    try {
      expect(await seen(server, project_id, documents)).toEqual(before);
      const more = await server.ingest(project_id, join(SAMPLES, 'letter.txt'));
      expect(more[0]).toMatchObject({ state: 'ready' });
    } finally {
      await server.stop();
    }
  }, 180_000);

  it('refuses what is in use, what is full, and words that mean nothing', async () => {
    const full = await move(['embedded', '--data-dir', back], postgres.url);
    expect(full).toMatchObject({ code: 1, stderr: expect.stringContaining('already holds a library') });
    expect(await move(['sideways'], postgres.url)).toMatchObject({ code: 2, stderr: expect.stringContaining('must be team or embedded') });
    expect(await move(['team', '--data-dir', first], null)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('PRESSMARK_DATABASE_URL: is not set'),
    });
    const server = await startServer({ dataDir: first, env: ENV });
    expect(await move(['team', '--data-dir', first], postgres.createDatabase())).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('already runs'),
    });
    await server.stop();
  }, 180_000);
});

/** The graph is read in the background, after a document is ready. */
async function graphRead(server: TestServer, project_id: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const { body } = await server.get<{ complete: boolean }>(`/api/projects/${project_id}/graph`);
    if (body.data.complete) return;
    await new Promise((resume) => setTimeout(resume, 200));
  }
  throw new Error('the graph did not become complete');
}
