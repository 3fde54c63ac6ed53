/** The records in a real PostgreSQL against the suite of their port, and what only they promise. */
import { afterAll, beforeAll } from 'vitest';
import { createSearch } from '../../src-main/adapters/records/postgres/vectors/search';
import { createPostgresVectors } from '../../src-main/adapters/records/postgres/vectors/store';
import { type PostgresServer, startPostgres } from '../support/servers/postgres';
import { emptyDatabase, openTeamRecords, type TeamRecords } from '../support/servers/team-library';
import { describeRecords } from './records.suite';

let server: PostgresServer;
let team: TeamRecords;
beforeAll(async () => {
  server = await startPostgres();
  team = await openTeamRecords(server.url);
});
afterAll(async () => {
  await team?.close();
  await server?.remove();
});

async function library() {
  await emptyDatabase(team.database);
  const { records, database } = team;
  const vectors = createPostgresVectors(database, { search: createSearch(database), close: async () => undefined });
  return { records, database, vectors };
}

describeRecords('postgres', library);
