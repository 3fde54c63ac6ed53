/** Brings entities and relations in Neo4j to the state that the records have. Everything may be done twice. */
import type { Entity } from '../../contract/graph';
import type { StoredRelation } from '../../core/ports/graph';
import { type Ask, type Connection, whole } from './connection';
import { ENTITY, RELATION, SCHEMA } from './schema';

/** Of one batch, a slow disk included. */
const WRITE_MS = 30_000;
/** Of an index, which a full database takes a while to make. */
const SCHEMA_MS = 60_000;
/** Nodes deleted in one transaction. */
const DELETED = 1_000;

const PUT_ENTITIES = `UNWIND $rows AS row MERGE (e:${ENTITY} {id: row.id}) SET e = row`;
/**
 * A relation may come before its ends: these are made with what is known, and their own entry, which then still waits, brings the rest.
 * One whose ends have changed is drawn anew.
 */
const PUT_RELATIONS = `
  UNWIND $rows AS row
  MERGE (s:${ENTITY} {id: row.source}) ON CREATE SET s.project_id = row.project_id, s.name = row.source_name
  MERGE (t:${ENTITY} {id: row.target}) ON CREATE SET t.project_id = row.project_id, t.name = row.target_name
  WITH row, s, t
  OPTIONAL MATCH (a)-[old:${RELATION} {id: row.id}]->(b) WHERE a <> s OR b <> t
  DELETE old
  WITH row, s, t
  MERGE (s)-[r:${RELATION} {id: row.id}]->(t)
  SET r.project_id = row.project_id, r.type = row.type, r.weight = row.weight`;
const DELETE_RELATIONS = `UNWIND $ids AS id MATCH ()-[r:${RELATION} {id: id}]->() DELETE r`;
const DELETE_ENTITIES = `UNWIND $ids AS id MATCH (e:${ENTITY} {id: id}) DETACH DELETE e`;
const DELETE_SOME = `MATCH (e:${ENTITY} {project_id: $project_id}) WITH e LIMIT ${DELETED} DETACH DELETE e RETURN count(*) AS deleted`;
const COUNTS = `
  CALL () { MATCH (e:${ENTITY} {project_id: $project_id}) RETURN count(e) AS entities }
  CALL () { MATCH ()-[r:${RELATION} {project_id: $project_id}]->() RETURN count(r) AS relations }
  RETURN entities, relations`;

/** What is to be there, and what is not. */
export interface GraphChanges {
  entities: Entity[];
  relations: StoredRelation[];
  gone: { entities: string[]; relations: string[] };
}

export interface Neo4jWriting {
  apply(changes: GraphChanges): Promise<void>;
  /** Deletes everything of a project. */
  removeProject(project_id: string): Promise<void>;
  counts(project_id: string): Promise<{ entities: number; relations: number }>;
}

export function createWriting(connection: Connection): Neo4jWriting {
  let prepared: Promise<void> | null = null;
  /** Once for each time that the server was away: it may be another one, or empty. */
  async function prepare(): Promise<void> {
    for (const statement of SCHEMA) await connection.alone(SCHEMA_MS, statement);
  }
  async function write<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
    prepared ??= prepare();
    try {
      await prepared;
      return await connection.write(WRITE_MS, work);
    } catch (error) {
      prepared = null;
      throw error;
    }
  }
  return {
    apply: ({ entities, relations, gone }) =>
      write(async (ask) => {
        if (gone.relations.length > 0) await ask(DELETE_RELATIONS, { ids: gone.relations });
        if (gone.entities.length > 0) await ask(DELETE_ENTITIES, { ids: gone.entities });
        if (entities.length > 0) await ask(PUT_ENTITIES, { rows: entities.map(entityRow) });
        if (relations.length > 0) await ask(PUT_RELATIONS, { rows: relations.map((row) => ({ ...row, weight: whole(row.weight) })) });
      }),
    async removeProject(project_id) {
      for (let deleted = DELETED; deleted > 0; ) {
        const rows = await write((ask) => ask<{ deleted: number }>(DELETE_SOME, { project_id }));
        deleted = rows[0]?.deleted ?? 0;
      }
    },
    async counts(project_id) {
      const [found] = await connection.read(WRITE_MS, (ask) => ask<{ entities: number; relations: number }>(COUNTS, { project_id }));
      return found ?? { entities: 0, relations: 0 };
    },
  };
}

const entityRow = ({ id, project_id, name, type, mentions, created_at, updated_at }: Entity) => ({
  id,
  project_id,
  name,
  type,
  mentions: whole(mentions),
  created_at,
  updated_at,
});
