/** How the graph lies in Neo4j: nodes and relationships of our own names, so that a database may hold other things beside them. */
export const ENTITY = 'PressmarkEntity';
export const RELATION = 'PRESSMARK_RELATION';
/** One node for each library that is mirrored here: its mark. */
export const LIBRARY = 'PressmarkLibrary';

/** Each may be run again: what is there stays. */
export const SCHEMA = [
  `CREATE CONSTRAINT pressmark_entity_id IF NOT EXISTS FOR (e:${ENTITY}) REQUIRE e.id IS UNIQUE`,
  `CREATE CONSTRAINT pressmark_relation_id IF NOT EXISTS FOR ()-[r:${RELATION}]-() REQUIRE r.id IS UNIQUE`,
  `CREATE CONSTRAINT pressmark_library_id IF NOT EXISTS FOR (l:${LIBRARY}) REQUIRE l.id IS UNIQUE`,
  `CREATE INDEX pressmark_entity_library IF NOT EXISTS FOR (e:${ENTITY}) ON (e.library)`,
  `CREATE INDEX pressmark_entity_project IF NOT EXISTS FOR (e:${ENTITY}) ON (e.project_id)`,
  `CREATE INDEX pressmark_relation_weight IF NOT EXISTS FOR ()-[r:${RELATION}]-() ON (r.project_id, r.weight)`,
];
