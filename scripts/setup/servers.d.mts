/** Types of servers.mjs, for the tests. */
export function serverPrograms(): { postgres: string | null; chroma: string | null; neo4j: string | null };
