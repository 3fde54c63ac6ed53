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
  library: () => Promise<string>;
}

export function createNeo4jGraph({ base, connection, outbox, health, library }: Parts): GraphStore {
  const walks = createNeo4jWalks(connection, library);

  /** Null where the records have to answer. */
  async function asked<T>(project_id: string, walk: () => Promise<T | null>): Promise<T | null> {
    if (!health.ready('neo4j') || (await outbox.waiting('neo4j', project_id)) > 0) return null;
    try {
      return await walk();
    } catch (error) {
      health.failed('neo4j', error);
      return null;
    }
  }

  return {
    ...base,
    engine: 'neo4j',
    async around(query) {
      const found = await asked(query.project_id, () => walks.around(query));
      if (found === null) return base.around(query);
      const { entities, relations } = await rowsOf(base, found);
      const reached = entities.map((entity) => ({ ...entity, depth: found.depths.get(entity.id) ?? 0 }));
      return { entities: reached, relations, truncated: found.truncated };
    },
    async path(query) {
      const way = await asked(query.project_id, () => walks.path(query));
      if (way === null) return base.path(query);
      return way.found && rowsOf(base, way.found);
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
