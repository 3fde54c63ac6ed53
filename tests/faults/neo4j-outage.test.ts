/** Neo4j goes away in the middle of an ingest, in every way there is: the rest goes on, it is named, and Neo4j catches up. */
import neo4j from 'neo4j-driver';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Entity, GraphOverview, Neighbourhood } from '../../src-main/contract/graph';
import type { SystemInfo } from '../../src-main/contract/system';
import { uploadTexts } from '../api/library';
import { contentsOfNeo4j, contentsOfRecords } from '../support/neo4j-contents';
import { startServer, type TestServer, temporaryFolder } from '../support/server';
import { startNeo4j } from '../support/servers/neo4j';
import { type ServerProxy, startProxy } from '../support/servers/proxy';

const PASSWORD = 'the right one';
const PATIENCE = { timeout: 120_000, interval: 250 };
const FIRST = 'Anna Bertil Clara David Edith Frank Greta Henry Irene Jacob'.split(' ');
const LAST = 'Thornbury Ashcombe Lindqvist Bergmann Okafor Marchetti Novak Delacroix'.split(' ');

let database: Awaited<ReturnType<typeof startNeo4j>>;
let proxy: ServerProxy;
let server: TestServer;
let project_id: string;
let texts = 0;
const home = temporaryFolder();

beforeAll(async () => {
  database = await startNeo4j({ password: PASSWORD });
  proxy = await startProxy(database.url);
  server = await start();
  project_id = (await server.createProject('Outages')).id;
});
afterAll(async () => {
  await server?.stop('SIGKILL');
  await proxy?.remove();
  await database?.remove();
  home.remove();
});

const start = () =>
  startServer({
    dataDir: home.path,
    env: {
      PRESSMARK_NEO4J_URL: proxy.url,
      PRESSMARK_NEO4J_PASSWORD: PASSWORD,
      PRESSMARK_CHAT_MODEL: 'none',
      PRESSMARK_EMBEDDING_MODEL: 'none',
    },
  });

/** Some people are in every text, others in one alone. */
function text(number: number): string {
  const name = (nth: number) => `${FIRST[nth % FIRST.length]} ${LAST[Math.floor(nth / 3) % LAST.length]}`;
  const sentences = Array.from({ length: 30 }, (_, n) => {
    const [a, b] = [name(n), name(n * number + 7)];
    return `${a} met ${b} in Whitcombe, and ${a} works for Harbour ${LAST[(n + number) % LAST.length]} Ltd.`;
  });
  return `# Letters ${number}\n\n${sentences.join(' ')}\n`;
}

async function upload(count: number): Promise<string[]> {
  const numbers = Array.from({ length: count }, (_, n) => texts + n + 1);
  texts += count;
  const files = Object.fromEntries(numbers.map((number) => [`letters-${number}.md`, text(number)]));
  const { body } = await uploadTexts(server, project_id, files);
  return body.data.items.map(({ document }) => document?.id ?? '');
}

const graph = async <T>(rest: string) => (await server.get<T>(`/api/projects/${project_id}/graph${rest}`)).body.data;
const problems = async () => (await server.get<SystemInfo>('/api/system')).body.data.problems;

/** Everything uploaded is searchable and in the graph, whatever Neo4j does. */
async function ingested(ids: string[]): Promise<void> {
  for (const id of ids) await server.waitFor(id, ['searchable', 'ready']);
  await vi.waitFor(async () => expect(await graph<GraphOverview>('')).toMatchObject({ complete: true }), PATIENCE);
  const [first] = (await graph<{ items: Entity[] }>('/entities?limit=1')).items;
  const near = await graph<Neighbourhood>(`/entities/${first?.id}/neighbours?depth=2`);
  expect(near.entities.length).toBeGreaterThan(2);
}

async function named(): Promise<void> {
  await vi.waitFor(async () => {
    const [problem] = await problems();
    expect(problem).toMatchObject({ engine: 'neo4j', waiting: expect.any(Number) });
    expect(problem?.message).toMatch(/Neo4j/);
    expect(problem?.waiting).toBeGreaterThan(0);
  }, PATIENCE);
}

async function caughtUp(): Promise<void> {
  await vi.waitFor(async () => expect(await problems()).toEqual([]), PATIENCE);
  await vi.waitFor(async () => {
    const [there, here] = [await contentsOfNeo4j(database.url, PASSWORD, project_id), await contentsOfRecords(server, project_id)];
    expect(here.entities.length).toBeGreaterThan(10);
    expect(there).toEqual(here);
  }, PATIENCE);
}

describe('Neo4j as a mirror of the graph', () => {
  it('has what the records have, and is named as the engine', async () => {
    await ingested(await upload(2));
    await caughtUp();
    expect((await server.get<SystemInfo>('/api/system')).body.data.engines.graph).toBe('neo4j');
  });

  const faults: [string, () => unknown, () => unknown][] = [
    ['is stopped', () => database.stop(), () => database.restart()],
    ['is killed', () => database.kill(), () => database.restart()],
    ['stands still', () => database.freeze(), () => database.thaw()],
    ['is behind a network that stalls', () => proxy.mode('stall'), () => proxy.mode('pass')],
    ['refuses connections', () => proxy.mode('refuse'), () => proxy.mode('pass')],
    ['cuts connections', () => proxy.mode('cut'), () => proxy.mode('pass')],
    ['has another password', () => changePassword(PASSWORD, 'another'), () => changePassword('another', PASSWORD)],
  ];
  it.each(faults)('when it %s: all goes on, nothing is lost or doubled', { timeout: 400_000 }, async (_name, harm, heal) => {
    const before = await upload(2);
    await harm();
    const during = await upload(2);
    await ingested([...before, ...during]);
    await server.request('DELETE', `/api/documents/${before[0]}`);
    await named();
    await heal();
    await caughtUp();
  });

  it('starts without it, keeps what waits over a kill -9 of its own, and catches up', { timeout: 400_000 }, async () => {
    await proxy.mode('refuse');
    await ingested(await upload(2));
    await server.stop('SIGKILL');
    server = await start();
    await ingested(await upload(1));
    await named();
    await proxy.mode('pass');
    await caughtUp();
  });

  it('is filled again when it was emptied', { timeout: 400_000 }, async () => {
    await cypher(PASSWORD, 'MATCH (e {project_id: $project_id}) WITH e LIMIT 5 DETACH DELETE e', { project_id });
    await server.stop();
    server = await start();
    await caughtUp();
  });

  it('forgets a project with the records', async () => {
    await server.request('DELETE', `/api/projects/${project_id}`);
    await vi.waitFor(async () => {
      expect(await contentsOfNeo4j(database.url, PASSWORD, project_id)).toEqual({ entities: [], relations: [] });
    }, PATIENCE);
  });
});

async function cypher(password: string, query: string, parameters: Record<string, unknown>, at = 'neo4j'): Promise<void> {
  const driver = neo4j.driver(database.url, neo4j.auth.basic('neo4j', password));
  try {
    await driver.executeQuery(query, parameters, { database: at });
  } finally {
    await driver.close();
  }
}

/** Connections that are open stay open: they are cut, so that the next one must show the password. */
async function changePassword(from: string, to: string): Promise<void> {
  await cypher(from, 'ALTER CURRENT USER SET PASSWORD FROM $from TO $to', { from, to }, 'system');
  await proxy.mode('cut');
  await proxy.mode('pass');
}
