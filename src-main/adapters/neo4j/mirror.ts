/** Neo4j as a mirror of the graph: entities and relations in it are brought to the state that the records have. */
import type { Entity } from '../../contract/graph';
import type { StoredRelation } from '../../core/ports/graph';
import type { Mirror } from '../../core/ports/mirror';
import type { OutboxEntry } from '../../core/ports/outbox';
import { type Ask, whole } from './connection';
import { findDifference, type MirrorParts } from './difference';
import { createReady } from './prepare';
import { ENTITY, LIBRARY, prefixOf, RELATION } from './schema';

/** Of one batch, a slow disk included. */
const WRITE_MS = 30_000;
const OPEN_MS = 10_000;
/** Nodes deleted in one transaction, with all their relationships. */
const DELETED = 500;

const MARKED = `MATCH (l:${LIBRARY} {id: $library}) RETURN count(l) AS marked`;
const MARK = `MERGE (l:${LIBRARY} {id: $library})`;
const UNMARK = `MATCH (l:${LIBRARY} {id: $library}) DELETE l`;
const PUT_ENTITIES = `UNWIND $rows AS row MERGE (e:${ENTITY} {key: row.key}) SET e = row`;
/**
 * A relation may come before its ends: these are made with what is known, and their own entry, which then still waits, brings the rest.
 * One whose ends have changed is drawn anew.
 */
const PUT_RELATIONS = `
  UNWIND $rows AS row
  MERGE (s:${ENTITY} {key: row.source}) ON CREATE SET s.library = $library, s.project_id = row.project_id, s.name = row.source_name
  MERGE (t:${ENTITY} {key: row.target}) ON CREATE SET t.library = $library, t.project_id = row.project_id, t.name = row.target_name
  WITH row, s, t
  OPTIONAL MATCH (a)-[old:${RELATION} {key: row.key}]->(b) WHERE a <> s OR b <> t
  DELETE old
  WITH row, s, t
  MERGE (s)-[r:${RELATION} {key: row.key}]->(t)
  SET r.id = row.id, r.project_id = row.project_id, r.type = row.type, r.weight = row.weight, r.source = row.source, r.target = row.target`;
const DELETE_RELATIONS = `UNWIND $keys AS key MATCH ()-[r:${RELATION} {key: key}]->() DELETE r`;
const DELETE_ENTITIES = `UNWIND $keys AS key MATCH (e:${ENTITY} {key: key}) DETACH DELETE e`;
const deleteSome = (where: string) => `MATCH (e:${ENTITY} {${where}}) WITH e LIMIT ${DELETED} DETACH DELETE e RETURN count(*) AS deleted`;

export function createNeo4jMirror({ connection, graph, projects, library }: MirrorParts): Mirror {
  const ready = createReady(connection);
  const write = <T>(work: (ask: Ask) => Promise<T>) => ready(() => connection.write(WRITE_MS, work));

  async function deleteAll(where: string, parameters: Record<string, string>): Promise<void> {
    for (let deleted = DELETED; deleted > 0; ) {
      const rows = await write((ask) => ask<{ deleted: number }>(deleteSome(where), parameters));
      deleted = rows[0]?.deleted ?? 0;
    }
  }

  async function removeProjects(entries: OutboxEntry[]): Promise<void> {
    for (const { kind, key } of entries) {
      if (kind !== 'project' || (await projects.get(key))) continue;
      await deleteAll('project_id: $project_id, library: $library', { project_id: key, library: await library() });
    }
  }

  return {
    target: 'neo4j',
    address: connection.address,
    async open() {
      const [found] = await ready(() =>
        connection.read(OPEN_MS, async (ask) => ask<{ marked: number }>(MARKED, { library: await library() })),
      );
      return found?.marked ? 'marked' : 'empty';
    },
    async clear() {
      const mine = { library: await library() };
      await write((ask) => ask(UNMARK, mine));
      await deleteAll('library: $library', mine);
    },
    async mark() {
      await write(async (ask) => ask(MARK, { library: await library() }));
    },
    async apply(entries) {
      await removeProjects(entries);
      const of = (wanted: OutboxEntry['kind']) => entries.filter(({ kind }) => kind === wanted).map(({ key }) => key);
      const asked = { entities: of('entity'), relations: of('relation') };
      if (asked.entities.length + asked.relations.length === 0) return;
      const mine = await library();
      const { entities, relations } = await graph.present(asked);
      const [goneEntities, goneRelations] = [without(asked.entities, entities, mine), without(asked.relations, relations, mine)];
      await write(async (ask) => {
        if (goneRelations.length > 0) await ask(DELETE_RELATIONS, { keys: goneRelations });
        if (goneEntities.length > 0) await ask(DELETE_ENTITIES, { keys: goneEntities });
        if (entities.length > 0) await ask(PUT_ENTITIES, { rows: entities.map((entity) => entityRow(entity, mine)) });
        if (relations.length > 0) await ask(PUT_RELATIONS, { rows: relations.map((row) => relationRow(row, mine)), library: mine });
      });
    },
    difference: () => findDifference({ connection, graph, projects, library }),
    close: () => connection.close(),
  };
}

/** Keys of those that were asked for and not found. */
const without = (asked: string[], found: { id: string }[], library: string): string[] => {
  const present = new Set(found.map(({ id }) => id));
  return asked.filter((id) => !present.has(id)).map((id) => prefixOf(library) + id);
};

const entityRow = ({ id, project_id, name, type, mentions, created_at, updated_at }: Entity, library: string) => ({
  key: prefixOf(library) + id,
  id,
  library,
  project_id,
  name,
  type,
  mentions: whole(mentions),
  created_at,
  updated_at,
});
const relationRow = ({ id, project_id, source, source_name, target, target_name, type, weight }: StoredRelation, library: string) => ({
  key: prefixOf(library) + id,
  id,
  project_id,
  source: prefixOf(library) + source,
  source_name,
  target: prefixOf(library) + target,
  target_name,
  type,
  weight: whole(weight),
});
