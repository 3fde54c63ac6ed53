/** A search whose vectors cannot be compared in time: the words of a real library answer alone, and say so. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openSqliteLibrary } from '../../src-main/adapters/records/sqlite/open';
import { createSqliteVecStore } from '../../src-main/adapters/vectors/sqlite-vec';
import { AppError } from '../../src-main/core/errors';
import type { Ports } from '../../src-main/core/ports';
import { createSearch } from '../../src-main/core/search/search';
import { seed } from '../ports/seed';
import { silent } from '../support/log';
import { ROOT, temporaryFolder } from '../support/server';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Comparing vectors fails with this error. */
async function failing(error: Error) {
  const folder = temporaryFolder();
  const migrationsDir = join(ROOT, 'migrations/sqlite');
  const { records, database } = openSqliteLibrary({ path: join(folder.path, 'library.sqlite'), migrationsDir, log: silent });
  const vectors = createSqliteVecStore(database.sql);
  closing.push(
    () => folder.remove(),
    () => records.close(),
  );
  const { project_id } = await seed({ records, vectors }, { texts: ['The walrus sleeps.', 'The heron stands.'] });
  const ports = {
    records,
    vectors: { ...vectors, search: () => Promise.reject(error) },
    embedding: { available: () => true, model: () => 'm', embed: async () => [new Float32Array([0, 1])] },
    reranker: { available: () => false },
    runtime: { now: () => new Date(), log: silent },
  } as unknown as Ports;
  const { query } = createSearch(ports);
  return (mode: 'vector' | 'hybrid') => query({ project_id, query: 'walrus', mode, limit: 5 });
}

describe('vectors that are not compared in time', () => {
  it.each(['vector', 'hybrid'] as const)('leave a %s search to the words', async (mode) => {
    const search = await failing(new AppError('TIMED_OUT', 'The search took longer than its limit.'));
    const { items, mode_used } = await search(mode);
    expect(items.map(({ text }) => text)).toEqual(['The walrus sleeps.']);
    expect(mode_used).toBe('keyword');
  });

  it('hide no other failure', async () => {
    const search = await failing(new Error('the vectors are damaged'));
    await expect(search('hybrid')).rejects.toThrow('damaged');
  });
});
