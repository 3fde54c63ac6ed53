/** Lists in SQLite, each in a library of its own. */
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openSqliteLibrary } from '../../src-main/adapters/records/sqlite/open';
import type { Records } from '../../src-main/core/ports/records';
import { silent } from '../support/log';
import { ROOT, temporaryFolder } from '../support/server';
import { describeListing } from './listing.suite';

const folder = temporaryFolder();
let libraries = 0;
const open: Records[] = [];
afterAll(async () => {
  for (const records of open) await records.close();
  folder.remove();
});

async function library(): Promise<Records> {
  libraries += 1;
  const path = join(folder.path, `${libraries}.sqlite`);
  const { records } = openSqliteLibrary({ path, migrationsDir: join(ROOT, 'migrations/sqlite'), log: silent });
  open.push(records);
  return records;
}

describeListing('sqlite', library);
