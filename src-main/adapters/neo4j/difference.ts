/** Whether Neo4j holds as much as the records: entities, relations and how often each is said, project by project. */
import type { GraphStore, GraphSums } from '../../core/ports/graph';
import type { ProjectRecords } from '../../core/ports/records';
import type { Connection } from './connection';
import { ENTITY, RELATION } from './schema';

/** Everything there is is counted. */
const COUNT_MS = 120_000;
/** Projects compared at once. */
const PAGE = 100;
const ENTITY_SUMS = `
  MATCH (e:${ENTITY} {library: $library}) RETURN e.project_id AS project_id, count(e) AS entities, sum(e.mentions) AS mentions`;
const RELATION_SUMS = `
  MATCH (e:${ENTITY} {library: $library})-[r:${RELATION}]->() RETURN e.project_id AS project_id, count(r) AS relations, sum(r.weight) AS weight`;

export interface MirrorParts {
  connection: Connection;
  /** That of the records. */
  graph: Pick<GraphStore, 'present' | 'sums'>;
  projects: Pick<ProjectRecords, 'get' | 'list'>;
  /** Whose entities these are: several libraries may share a server. */
  library: () => Promise<string>;
}

/** In words; null when there is none. */
export async function findDifference({ connection, graph, projects, library }: MirrorParts): Promise<string | null> {
  const there = await sumsOf(connection, await library());
  for (let cursor: string | undefined; ; ) {
    const page = await projects.list({ limit: PAGE, cursor });
    for (const { id, name } of page.items) {
      const words = compare(name, await graph.sums(id), there.get(id));
      if (words !== null) return words;
      there.delete(id);
    }
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
  }
  return there.size === 0 ? null : `it holds ${there.size} projects that are not here any more`;
}

async function sumsOf(connection: Connection, library: string): Promise<Map<string, GraphSums>> {
  return connection.read(COUNT_MS, async (ask) => {
    type Entities = Pick<GraphSums, 'entities' | 'mentions'> & { project_id: string };
    type Relations = Pick<GraphSums, 'relations' | 'weight'> & { project_id: string };
    const sums = new Map<string, GraphSums>();
    for (const { project_id, entities, mentions } of await ask<Entities>(ENTITY_SUMS, { library })) {
      sums.set(project_id, { entities, mentions, relations: 0, weight: 0 });
    }
    for (const { project_id, relations, weight } of await ask<Relations>(RELATION_SUMS, { library })) {
      const of = sums.get(project_id);
      if (of) Object.assign(of, { relations, weight });
    }
    return sums;
  });
}

function compare(name: string, here: GraphSums, there: GraphSums = { entities: 0, mentions: 0, relations: 0, weight: 0 }): string | null {
  if (here.entities !== there.entities) return `it has ${there.entities} of ${here.entities} entities of the project "${name}"`;
  if (here.relations !== there.relations) return `it has ${there.relations} of ${here.relations} relations of the project "${name}"`;
  const same = here.mentions === there.mentions && here.weight === there.weight;
  return same ? null : `it counts other mentions in the project "${name}"`;
}
