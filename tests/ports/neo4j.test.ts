/** Neo4j as the store that walks, with a real server: the suite of the port, and what only a mirror promises. */
import { join } from 'node:path';
import neo4j from 'neo4j-driver';
import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectNeo4j } from '../../src-main/adapters/neo4j/connection';
import { createNeo4jMirror } from '../../src-main/adapters/neo4j/mirror';
import { createNeo4jGraph } from '../../src-main/adapters/neo4j/store';
import { openSqliteLibrary } from '../../src-main/adapters/records/sqlite/open';
import { createSqliteVecStore } from '../../src-main/adapters/vectors/sqlite-vec';
import { createMirrorHealth } from '../../src-main/core/mirrors/health';
import type { MirrorHealth } from '../../src-main/core/ports/mirror';
import { silent } from '../support/log';
import { contentsOfNeo4j } from '../support/neo4j-contents';
import { ROOT, temporaryFolder } from '../support/server';
import { startNeo4j } from '../support/servers/neo4j';
import { describeGraphStore, type GraphStores } from './graph-store.suite';
import { seed } from './seed';

let server: Awaited<ReturnType<typeof startNeo4j>>;
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  server = await startNeo4j();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => server.remove());

const options = () => ({ url: server.url, user: 'neo4j', password: server.password, database: null, version: 'test' });

async function stores(given: Partial<ReturnType<typeof options>> = {}) {
  const folder = temporaryFolder();
  const {
    records,
    database,
    graph: base,
  } = openSqliteLibrary({
    path: join(folder.path, 'library.sqlite'),
    migrationsDir: join(ROOT, 'migrations/sqlite'),
    log: silent,
  });
  const { outbox } = records;
  const connection = connectNeo4j({ ...options(), ...given });
  const id = uuid();
  const mirror = createNeo4jMirror({ connection, graph: base, projects: records.projects, library: async () => id });
  closers.push(
    folder.remove,
    () => records.close(),
    () => mirror.close(),
  );
  const failures: unknown[] = [];
  const health: MirrorHealth = { ...createMirrorHealth(), ready: () => true, failed: (_target, error) => failures.push(error) };
  await outbox.enable('neo4j');
  const settled = async () => {
    for (let entries = await outbox.take('neo4j', 7); entries.length > 0; entries = await outbox.take('neo4j', 7)) {
      await mirror.apply(entries);
      await outbox.done(entries);
    }
  };
  const graph = createNeo4jGraph({ base, connection, outbox, health, library: async () => id });
  const vectors = createSqliteVecStore(database.sql);
  return { records, vectors, graph, settled, mirror, outbox, base, connection, failures, id } satisfies GraphStores &
    Record<string, unknown>;
}

describeGraphStore('neo4j', () => stores());

/** A document that says that A and B are named together, so many times. */
async function say(at: Awaited<ReturnType<typeof stores>>, weight: number) {
  const { document, project_id } = await seed(at, { text: 'A and B '.repeat(50) });
  const { chunks } = await at.graph.pending(document.id, 1, 1);
  const entity = (name: string, at: number) => ({
    key: name,
    name,
    type: 'person' as const,
    mentions: [{ char_start: at, char_end: at + 1 }],
  });
  const relations = Array.from({ length: weight }, (_, n) => ({
    source: 0,
    target: 1,
    type: 'mentioned_with' as const,
    char_start: n,
    char_end: n + 1,
  }));
  const read = chunks.map(({ chunk_id }) => ({ chunk_id, entities: [entity('A', 0), entity('B', 6)], relations }));
  await at.graph.add({ document_id: document.id, rules: 1, after: 0, read });
  const [a] = (await at.graph.entities({ project_id, limit: 1, sort: 'name' })).items;
  return { document, project_id, a: a?.id ?? '' };
}
const near = (project_id: string, id: string) => ({ project_id, from: [id], depth: 1, limit: 9 });
const cypher = async (query: string) => {
  const driver = neo4j.driver(server.url, neo4j.auth.basic('neo4j', server.password));
  await driver.executeQuery(query);
  await driver.close();
};

describe('Neo4j as a mirror', () => {
  it('walks itself, and has the records walk while something of the project waits', async () => {
    const at = await stores();
    const { project_id, a } = await say(at, 2);
    expect((await at.graph.around(near(project_id, a))).relations).toHaveLength(1);
    await at.settled();
    // Only Neo4j knows nothing of this relation now.
    await cypher(`MATCH ({id: '${a}'})-[r]-() DELETE r`);
    const seen = async () => (await at.graph.around(near(project_id, a))).entities.length;
    expect(await seen()).toBe(1);
    // What waits of another project is no reason.
    await say(at, 1);
    expect(await seen()).toBe(1);
    await at.outbox.refill('neo4j');
    expect(await seen()).toBe(2);
    expect(at.failures).toEqual([]);
  });

  it('takes the same twice, a relation before its ends, and what has gone meanwhile', async () => {
    const at = await stores();
    const { project_id, document } = await say(at, 3);
    const entries = await at.outbox.take('neo4j', 100);
    const backwards = entries.toReversed();
    for (const batch of [backwards.slice(0, 1), backwards.slice(1), entries]) await at.mirror.apply(batch);
    const contents = () => contentsOfNeo4j(server.url, server.password, project_id);
    const { entities, relations } = await contents();
    expect([entities.length, relations.length]).toEqual([2, 1]);
    expect(relations[0]).toMatch(/ 3$/);
    expect(await at.mirror.difference()).toBeNull();
    await at.records.documents.remove(document.id);
    await at.mirror.apply(entries);
    expect(await contents()).toEqual({ entities: [], relations: [] });
  });

  it('keeps a mark, says what differs, and is emptied without touching anything of others', async () => {
    const [at, other] = [await stores(), await stores()];
    const theirs = await say(other, 1);
    await other.settled();
    const { project_id } = await say(at, 2);
    expect(await at.mirror.open()).toBe('empty');
    await at.settled();
    await at.mirror.mark();
    expect([await at.mirror.open(), await other.mirror.open()]).toEqual(['marked', 'empty']);
    expect(await at.mirror.difference()).toBeNull();
    await cypher(`MATCH ()-[r {project_id: '${project_id}'}]->() SET r.weight = 1`);
    expect(await at.mirror.difference()).toMatch(/other mentions/);
    await cypher(`MATCH (e {project_id: '${project_id}', name: 'A'}) DETACH DELETE e`);
    expect(await at.mirror.difference()).toMatch(/1 of 2 entities/);
    await at.mirror.clear();
    expect(await at.mirror.open()).toBe('empty');
    expect(await contentsOfNeo4j(server.url, server.password, project_id)).toEqual({ entities: [], relations: [] });
    expect((await contentsOfNeo4j(server.url, server.password, theirs.project_id)).entities).toHaveLength(2);
  });

  it('keeps copies of a library apart, which have the same ids', async () => {
    const [at, copy] = [await stores(), await stores()];
    const { project_id } = await say(at, 2);
    const entries = await at.outbox.take('neo4j', 100);
    await at.mirror.apply(entries);
    const copied = createNeo4jMirror({
      connection: copy.connection,
      graph: at.base,
      projects: at.records.projects,
      library: async () => copy.id,
    });
    await copied.apply(entries);
    expect((await contentsOfNeo4j(server.url, server.password, project_id)).entities).toHaveLength(4);
    await copied.clear();
    expect(await at.mirror.difference()).toBeNull();
    expect((await contentsOfNeo4j(server.url, server.password, project_id)).entities).toHaveLength(2);
  });

  it.each([
    ['denied', 'unauthorized', { password: 'wrong' }],
    ['unreachable', 'connect', { url: 'bolt://127.0.0.1:1' }],
    ['unsuitable', 'nosuchdatabase', { database: 'nosuchdatabase' }],
  ])('names what is wrong: %s, %s', async (trouble, advice, given) => {
    const at = await stores(given as object);
    await expect(at.mirror.open()).rejects.toMatchObject({ trouble, message: expect.stringContaining(advice) });
    // The graph answers all the same.
    const { project_id, a } = await say(at, 1);
    await at.outbox.done(await at.outbox.take('neo4j', 100));
    expect((await at.graph.around(near(project_id, a))).entities).toHaveLength(2);
    expect(at.failures).toHaveLength(1);
  });
});
