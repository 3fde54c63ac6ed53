/** The threads that search, on a library that another connection has open. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openSqliteLibrary } from '../../src-main/adapters/records/sqlite/open';
import { createSqliteVecStore } from '../../src-main/adapters/vectors/sqlite-vec';
import { createSearchThreads } from '../../src-main/app/search-thread';
import { seed } from '../ports/seed';
import { silent } from '../support/log';
import { ROOT, temporaryFolder } from '../support/server';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function library() {
  const folder = temporaryFolder();
  const path = join(folder.path, 'library.sqlite');
  const { records, database } = openSqliteLibrary({ path, migrationsDir: join(ROOT, 'migrations/sqlite'), log: silent });
  const threads = createSearchThreads({ path, workerPath: join(ROOT, 'dist/main/search-worker.cjs') });
  closing.push(
    () => folder.remove(),
    () => records.close(),
    () => threads.close(),
  );
  return { records, vectors: createSqliteVecStore(database.sql), threads };
}

describe('searching in threads', () => {
  it('finds what was committed last, as this thread does', async () => {
    const { records, vectors, threads } = library();
    const first = await seed({ records, vectors }, { texts: ['The walrus sleeps.', 'The heron stands.'] });
    const { project_id } = first;
    const words = { project_id, text: 'walrus', limit: 5 };
    expect(await threads.keyword(words)).toEqual(await records.index.keyword(words));
    const second = await seed({ records, vectors }, { texts: ['Another walrus.'], project_id });
    expect(await threads.keyword(words)).toHaveLength(2);
    const [chunk] = await vectors.pending(second.document.id, 'm', 1);
    const chunk_id = chunk?.chunk_id ?? '';
    const vector = new Float32Array([0, 1]);
    const near = () => threads.search({ project_id, model: 'm', vector, limit: 3 });
    expect(await near()).toEqual([]);
    await vectors.add({ document_id: second.document.id, model: 'm', vectors: [{ chunk_id, vector }] });
    expect(await near()).toEqual([{ chunk_id, score: 1 }]);
    await records.documents.remove(second.document.id);
    expect(await near()).toEqual([]);
    expect(await threads.keyword(words)).toHaveLength(1);
  });

  it('answers with an error what cannot be asked, and goes on', async () => {
    const { threads } = library();
    const wrong = { project_id: 'p', text: 'a', limit: Number.NaN };
    await expect(threads.keyword(wrong)).rejects.toThrow();
    expect(await threads.keyword({ ...wrong, limit: 1 })).toEqual([]);
    const asked = expect(threads.keyword({ ...wrong, limit: 1 })).rejects.toThrow('closing');
    await threads.close();
    await asked;
  });
});
