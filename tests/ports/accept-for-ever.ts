/** Run as a child process: accepts documents and prints the id of each one after it was accepted, until it is killed. */
import { openSqliteLibrary } from '../../src-main/adapters/records/sqlite/open';
import { silent } from '../support/log';

async function acceptForEver(path: string, migrationsDir: string): Promise<void> {
  const { records } = openSqliteLibrary({ path, migrationsDir, log: silent });
  await records.projects.create({ id: 'p', name: 'P', settings: {} });
  for (let n = 0; ; n += 1) {
    const file = { project_id: 'p', filename: 'f.txt', mime_type: 'text/plain', size_bytes: 1, sha256: `${n}` };
    await records.documents.accept({ document_id: `d${n}`, job_id: `j${n}`, ...file });
    process.stdout.write(`d${n}\n`);
    await new Promise((resume) => setImmediate(resume));
  }
}

const [path = '', migrationsDir = ''] = process.argv.slice(2);
void acceptForEver(path, migrationsDir);
