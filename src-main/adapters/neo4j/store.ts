/**
 * The graph of the records with walks that Neo4j makes when it can: when it is there and has everything of the project. Otherwise the
 * records answer, with the same result.
 */
import type { GraphStore } from '../../core/ports/graph';
import type { MirrorHealth } from '../../core/ports/mirror';
import type { OutboxRecords } from '../../core/ports/outbox';
import type { Connection } from './connection';
import { createNeo4jWalks, type Found } from './walks';

interface Parts {
  base: GraphStore;
  connection: Connection;
  outbox: Pick<OutboxRecords, 'waiting'>;
  health: MirrorHealth;
}

export function createNeo4jGraph({ base, connection, outbox, health }: Parts): GraphStore {
  const walks = createNeo4jWalks(connection);

  /** Null from Neo4j: it does not know what is asked about, which the records may. */
  async function preferred<T>(project_id: string, there: () => Promise<T | null>, here: () => Promise<T>): Promise<T> {
    if (!health.ready('neo4j') || (await outbox.waiting('neo4j', project_id)) > 0) return here();
    try {
      return (await there()) ?? (await here());
    } catch (error) {
      health.failed('neo4j', error);
      return here();
    }
  }

  return {
    ...base,
    engine: 'neo4j',
    around: (query) =>
      preferred(
        query.project_id,
        async () => {
          const found = await walks.around(query);
          if (found === null) return null;
          const { entities, relations } = await rowsOf(base, found);
          const reached = entities.map((entity) => ({ ...entity, depth: found.depths.get(entity.id) ?? 0 }));
          return { entities: reached, relations, truncated: found.truncated };
        },
        () => base.around(query),
      ),
    async path(query) {
      const answer = await preferred(
        query.project_id,
        async () => {
          const way = await walks.path(query);
          return way && { found: way.found && (await rowsOf(base, way.found)) };
        },
        async () => ({ found: await base.path(query) }),
      );
      return answer.found;
    },
  };
}

/** As the records have them now. */
async function rowsOf({ present }: GraphStore, ids: Found) {
  const { entities, relations } = await present(ids);
  return { entities: inOrder(ids.entities, entities), relations: inOrder(ids.relations, relations) };
}

function inOrder<Row extends { id: string }>(ids: string[], rows: Row[]): Row[] {
  const known = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => known.get(id) ?? []);
}
