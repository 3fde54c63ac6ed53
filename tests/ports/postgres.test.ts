/** The records in a real PostgreSQL against the suites of their port. */
import { afterAll, beforeAll } from 'vitest';
import { createPostgresVectors } from '../../src-main/adapters/records/postgres/vectors/store';
import { type PostgresServer, startPostgres } from '../support/servers/postgres';
import { emptyDatabase, openTeamRecords, type TeamRecords } from '../support/servers/team-library';
import { describeAccess } from './access.suite';
import { describeFolders } from './folders.suite';
import { describeLibrary } from './library.suite';
import { describeListing } from './listing.suite';
import { describeRecords } from './records.suite';

let server: PostgresServer;
let team: TeamRecords;
beforeAll(async () => {
  server = await startPostgres();
  team = await openTeamRecords(server.url);
}, 180_000);
afterAll(async () => {
  await team?.close();
  await server?.remove();
});

/** Vectors have a file of tests of their own. */
const NOBODY_SEARCHES = { search: async () => [], close: async () => undefined };

async function library() {
  await emptyDatabase(team.database);
  const { records, database } = team;
  return { records, vectors: createPostgresVectors(database, NOBODY_SEARCHES) };
}

describeRecords('postgres', library);
describeLibrary('postgres', library);
describeAccess('postgres', library);
describeFolders('postgres', library);
describeListing('postgres', async () => (await library()).records);
