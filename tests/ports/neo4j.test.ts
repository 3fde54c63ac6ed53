/** Neo4j as the store that walks, with a real server: the suite of the port, and what only the mirror promises. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { connectNeo4j } from '../../src-main/adapters/neo4j/connection';
import { createNeo4jGraph } from '../../src-main/adapters/neo4j/store';
import { createWriting } from '../../src-main/adapters/neo4j/writing';
import { openSqliteLibrary } from '../../src-main/adapters/records/sqlite/open';
import { createSqliteVecStore } from '../../src-main/adapters/vectors/sqlite-vec';
import { silent } from '../support/log';
import { ROOT, temporaryFolder } from '../support/server';
import { startNeo4j } from '../support/servers/neo4j';
import { describeGraphStore, type GraphStores } from './graph-store.suite';

let server: Awaited<ReturnType<typeof startNeo4j>>;
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  server = await startNeo4j();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => server.remove());

async function stores(): Promise<GraphStores> {
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
  const connection = connectNeo4j({ url: server.url, user: 'neo4j', password: server.password, database: null, version: 'test' });
  closers.push(
    folder.remove,
    () => records.close(),
    () => connection.close(),
  );
  const writing = createWriting(connection);
  const graph = createNeo4jGraph({
    base: { ...base, around: never, path: never, edges: never },
    connection,
    outbox: { waiting: async () => 0 },
    log: silent,
  });
  return {
    records,
    vectors: createSqliteVecStore(database.sql),
    graph,
    async settled(project_id) {
      await writing.removeProject(project_id);
      const entities = (await base.entities({ project_id, limit: 200 })).items;
      const relations = (await base.relations({ project_id, limit: 200 })).items;
      await writing.apply({ entities, relations, gone: { entities: [], relations: [] } });
    },
  };
}
const never = async () => {
  throw new Error('base asked');
};

describeGraphStore('neo4j', stores);
