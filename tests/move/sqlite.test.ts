/** A library moved from one file into another: every table, original and vector, and on after an interruption. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { createDiskFiles } from '../../src-main/adapters/files/disk';
import { openSqliteLibrary } from '../../src-main/adapters/records/sqlite/open';
import { createSqliteRows } from '../../src-main/adapters/records/sqlite/rows';
import { createVectorRows } from '../../src-main/adapters/vectors/rows';
import { createSqliteVecStore } from '../../src-main/adapters/vectors/sqlite-vec';
import { digestOf } from '../../src-main/core/move/digest';
import { type MovedLibrary, moveLibrary, planMove } from '../../src-main/core/move/move';
import { seed } from '../ports/seed';
import { silent } from '../support/log';
import { ROOT, temporaryFolder } from '../support/server';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

function library(name: string) {
  const folder = temporaryFolder();
  const { records, database, graph } = openSqliteLibrary({
    path: join(folder.path, 'library.sqlite'),
    migrationsDir: join(ROOT, 'migrations/sqlite'),
    log: silent,
  });
  const vectors = createSqliteVecStore(database.sql);
  const files = createDiskFiles(join(folder.path, 'files'));
  endings.push(async () => {
    await records.close();
    folder.remove();
  });
  const moved: MovedLibrary = { name, rows: createSqliteRows(database, createVectorRows(database.sql)), files, settings: records.settings };
  return { ...moved, records, vectors, graph, database, files };
}

const control = (signal = new AbortController().signal) => ({ signal, progress: () => undefined });

async function filled() {
  const from = library('first');
  const original = await from.files.stage(Readable.from(['the original']), 1000);
  await from.files.keep(original);
  const texts = Array.from({ length: 1_100 }, (_, n) => `Sentence number ${n} about quartz.`);
  const { document, project_id } = await seed(from, { texts });
  const pending = await from.vectors.pending(document.id, 'm', 2000);
  const vectors = pending.map(({ chunk_id }, n) => ({ chunk_id, vector: Float32Array.from([Math.cos(n), Math.sin(n)]) }));
  await from.vectors.add({ document_id: document.id, model: 'm', vectors });
  const { chunks } = await from.graph.pending(document.id, 1, 10);
  const read = chunks.map(({ chunk_id }) => ({
    chunk_id,
    entities: [
      { key: 'quartz', name: 'Quartz', type: 'term' as const, mentions: [{ char_start: 0, char_end: 3 }] },
      { key: 'ann lee', name: 'Ann Lee', type: 'person' as const, mentions: [{ char_start: 4, char_end: 6 }] },
    ],
    relations: [{ source: 0, target: 1, type: 'mentioned_with' as const, char_start: 0, char_end: 6 }],
  }));
  await from.graph.add({ document_id: document.id, rules: 1, after: 0, read });
  await from.records.settings.set('colour', { b: 1, a: [null, 'x'] });
  return { from, document, project_id, original };
}

describe('moving a library', () => {
  it('plans without changing anything', async () => {
    const { from } = await filled();
    const to = library('second');
    expect(await planMove(from, to)).toMatchObject({
      originals: 1,
      tables: { projects: 1, documents: 1, chunks: 1_100, embeddings: 1_100 },
    });
    expect(await to.records.counts()).toMatchObject({ projects: 0, documents: 0 });
  });

  it('takes everything along: what is found, what is known, what is kept', async () => {
    const { from, document, project_id, original } = await filled();
    const to = library('second');
    const report = await moveLibrary(from, to, control());
    expect(report).toMatchObject({ originals: 1, tables: { chunks: 1_100, embeddings: 1_100, entities: 2, relations: 1, mentions: 20 } });
    expect(await to.records.documents.get(document.id)).toEqual(await from.records.documents.get(document.id));
    const words = { project_id, text: 'quartz 650', limit: 5 };
    expect(await to.records.index.keyword(words)).toEqual(await from.records.index.keyword(words));
    const near = { project_id, model: 'm', vector: Float32Array.from([1, 0]), limit: 5 };
    expect(await to.vectors.search(near)).toEqual(await from.vectors.search(near));
    const entities = { project_id, limit: 10 };
    expect(await to.graph.entities(entities)).toEqual(await from.graph.entities(entities));
    const staged = await to.files.stage(Readable.from(['the original']), 1000);
    expect(staged.sha256).toBe(original.sha256);
    expect(await to.records.settings.get('move')).toEqual({ from: 'first', finished: true });
  });

  it('goes on where it was interrupted, and refuses a target that holds something else', async () => {
    const { from } = await filled();
    const to = library('second');
    const stop = new AbortController();
    const progress = ({ what, done }: { what: string; done: number }) => {
      if (what === 'chunks' && done > 0) stop.abort();
    };
    await expect(moveLibrary(from, to, { signal: stop.signal, progress })).rejects.toThrow();
    const half = await to.rows.count('chunks');
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(1_100);
    const other = library('third');
    await expect(moveLibrary(other, to, control())).rejects.toMatchObject({ code: 'CONFLICT' });
    await moveLibrary(from, to, control());
    expect(await to.rows.count('chunks')).toBe(1_100);
    await expect(moveLibrary(from, to, control())).rejects.toThrow(/already holds a library/);
  });

  it('takes text for the same that only one of the databases can hold as it is', async () => {
    async function* rows(text: string) {
      yield { id: text, details: { [text]: [text] } };
    }
    const digest = (text: string) => digestOf(rows(text), ['id', 'details']);
    expect(await digest('zero\0 half\uD800')).toEqual(await digest('zero\uFFFD half\uFFFD'));
    expect(await digest('zero\0')).not.toEqual(await digest('zero'));
  });

  it('says so when what arrived is not the same, and when an original is damaged', async () => {
    const { from, original } = await filled();
    const to = library('second');
    const finish = to.rows.finish;
    to.rows.finish = async () => {
      await finish();
      to.database.sql.exec("UPDATE chunks SET text = 'changed' WHERE ordinal = 3");
    };
    await expect(moveLibrary(from, to, control())).rejects.toThrow(/the rows of chunks are not the same/);
    writeFileSync(from.files.path(original.sha256), 'another text');
    await expect(moveLibrary(from, library('third'), control())).rejects.toThrow(/is damaged in first/);
  });
});
