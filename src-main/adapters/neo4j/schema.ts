/** How the graph lies in Neo4j: nodes and relationships of our own names, so that a database may hold other things beside them. */
export const ENTITY = 'PressmarkEntity';
export const RELATION = 'PRESSMARK_RELATION';
/**
 * Copies of a library have the same ids and may share a server: each has its own nodes, by keys that begin with the id of the library.
 * `source` and `target` of a relationship are such keys, too.
 */
export const prefixOf = (library: string): string => `${library}/`;
/** One node for each library that is mirrored here: its mark. */
export const LIBRARY = 'PressmarkLibrary';

/** Each may be run again: what is there stays. */
export const SCHEMA = [
  `CREATE CONSTRAINT pressmark_entity_key IF NOT EXISTS FOR (e:${ENTITY}) REQUIRE e.key IS UNIQUE`,
  `CREATE CONSTRAINT pressmark_relation_key IF NOT EXISTS FOR ()-[r:${RELATION}]-() REQUIRE r.key IS UNIQUE`,
  `CREATE CONSTRAINT pressmark_library_id IF NOT EXISTS FOR (l:${LIBRARY}) REQUIRE l.id IS UNIQUE`,
  `CREATE INDEX pressmark_entity_library IF NOT EXISTS FOR (e:${ENTITY}) ON (e.library)`,
  `CREATE INDEX pressmark_entity_project IF NOT EXISTS FOR (e:${ENTITY}) ON (e.project_id)`,
  // The strongest of an entity are read from these, each direction from its own, without looking at all.
  `CREATE INDEX pressmark_relation_from IF NOT EXISTS FOR ()-[r:${RELATION}]-() ON (r.source, r.weight)`,
  `CREATE INDEX pressmark_relation_to IF NOT EXISTS FOR ()-[r:${RELATION}]-() ON (r.target, r.weight)`,
];
