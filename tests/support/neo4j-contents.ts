/** What Neo4j holds of a project, read by Cypher, and what the records hold, read over HTTP: for comparing the two. */
import neo4j from 'neo4j-driver';
import type { Entity, Relation } from '../../src-main/contract/graph';
import type { Page } from '../../src-main/contract/shared';
import type { TestServer } from './server';

export interface GraphContents {
  entities: string[];
  relations: string[];
}

const entityLine = ({ id, name, type, mentions }: Pick<Entity, 'id' | 'name' | 'type' | 'mentions'>) => `${id} ${type} ${name} ${mentions}`;
const relationLine = ({ id, source, type, target, weight }: Pick<Relation, 'id' | 'source' | 'type' | 'target' | 'weight'>) =>
  `${id} ${source} ${type} ${target} ${weight}`;

/** Every node and relationship is a line, so that one that is there twice shows. */
export async function contentsOfNeo4j(url: string, password: string, project_id: string): Promise<GraphContents> {
  const driver = neo4j.driver(url, neo4j.auth.basic('neo4j', password), { disableLosslessIntegers: true });
  try {
    const rows = async <Row extends object>(query: string) =>
      (await driver.executeQuery(query, { project_id })).records.map((record) => record.toObject() as Row);
    const entities = await rows<Entity>(
      'MATCH (e {project_id: $project_id}) RETURN e.id AS id, e.type AS type, e.name AS name, e.mentions AS mentions',
    );
    const relations = await rows<Relation>(
      `MATCH (s)-[r {project_id: $project_id}]->(t)
       RETURN r.id AS id, s.id AS source, r.type AS type, t.id AS target, r.weight AS weight`,
    );
    return { entities: entities.map(entityLine).sort(), relations: relations.map(relationLine).sort() };
  } finally {
    await driver.close();
  }
}

export async function contentsOfRecords(server: TestServer, project_id: string): Promise<GraphContents> {
  const path = (rest: string) => `/api/projects/${project_id}/graph/${rest}`;
  const entities = await everyItem<Entity>(server, path('entities?limit=200'));
  const relations = await everyItem<Relation>(server, path('relations?limit=200&evidence=0'));
  return { entities: entities.map(entityLine).sort(), relations: relations.map(relationLine).sort() };
}

async function everyItem<T>(server: TestServer, path: string): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { data, error } = (await server.get<Page<T>>(`${path}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)).body as {
      data: Page<T>;
      error?: unknown;
    };
    if (error) throw new Error(JSON.stringify(error));
    all.push(...data.items);
    cursor = data.next_cursor;
  }
  return all;
}
