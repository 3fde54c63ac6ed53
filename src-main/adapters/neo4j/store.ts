/**
 * The graph of the records with walks that Neo4j makes when it can: when it is there and has everything of the project. Otherwise the
 * records answer, with the same result.
 */
import type { GraphStore } from '../../core/ports/graph';
import type { OutboxRecords } from '../../core/ports/outbox';
import type { Log } from '../../core/ports/runtime';
import type { Connection } from './connection';
import { createNeo4jWalks } from './walks';

/** After a failure nobody waits for Neo4j for this long. */
const REST_MS = 15_000;

interface Parts {
  base: GraphStore;
  connection: Connection;
  outbox: Pick<OutboxRecords, 'waiting'>;
  log: Log;
}

export function createNeo4jGraph({ base, connection, outbox, log }: Parts): GraphStore {
  const walks = createNeo4jWalks(connection);
  let restUntil = 0;

  /** Null from Neo4j: it does not know what is asked about, which the records may. */
  async function preferred<T>(project_id: string, there: () => Promise<T | null>, here: () => Promise<T>): Promise<T> {
    if (Date.now() < restUntil || (await outbox.waiting('neo4j', project_id)) > 0) return here();
    try {
      return (await there()) ?? (await here());
    } catch (error) {
      restUntil = Date.now() + REST_MS;
      log.warn('Neo4j did not answer a walk; the records do', { reason: connection.explain(error) });
      return here();
    }
  }

  return {
    ...base,
    engine: 'neo4j',
    around: (query) =>
      preferred(
        query.project_id,
        () => walks.around(query),
        () => base.around(query),
      ),
    async path(query) {
      const answer = await preferred(
        query.project_id,
        () => walks.path(query),
        async () => ({ found: await base.path(query) }),
      );
      return answer.found;
    },
    edges: (project_id, limit) =>
      preferred(
        project_id,
        () => walks.edges(project_id, limit),
        () => base.edges(project_id, limit),
      ),
  };
}
