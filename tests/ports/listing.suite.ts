/** Sorted lists: for any rows, order and page size, walking the pages gives exactly the sorted list. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Page } from '../../src-main/contract/shared';
import type { ListQuery, Records } from '../../src-main/core/ports/records';

const idOf = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

async function walk<T>(list: (query: ListQuery) => Promise<Page<T>>, query: ListQuery): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ ...query, cursor });
    expect(page.items.length).toBeLessThanOrEqual(query.limit);
    rows.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return rows;
}

const name = fc.oneof(
  fc.constantFrom('a', 'A', 'b', 'é', 'Übung', '文件', "o'clock", 'x~y', '%_'),
  fc.string({ minLength: 1, maxLength: 12 }),
);
const file = fc.record({ filename: name, size_bytes: fc.integer({ min: 0, max: 2 ** 40 }) });
const ascii = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const byBytes = (a: string | number, b: string | number) =>
  typeof a === 'number' && typeof b === 'number' ? a - b : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));

/** @param open a library without rows */
export function describeListing(name: string, open: () => Promise<Records>): void {
  describe(`lists: ${name}`, () => {
    describeSorting(open);
    describeFilters(open);
  });
}

function describeSorting(open: () => Promise<Records>): void {
  it.each(['filename', 'size_bytes', 'created_at', 'state'] as const)('by %s, both ways', async (field) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, { maxLength: 25 }),
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        async (files, limit, descending) => {
          const records = await open();
          const project_id = idOf(0);
          await records.projects.create({ id: project_id, name: 'P', settings: {} });
          for (const [index, given] of files.entries()) {
            const ids = { document_id: idOf(index + 1), job_id: idOf(1000 + index) };
            await records.documents.accept({ ...ids, ...given, project_id, mime_type: 'text/plain', sha256: `hash ${index}` });
          }
          const sort = descending ? `-${field}` : field;
          const walked = await walk((query) => records.documents.list({ ...query, project_id }), { limit, sort });
          const key = (row: (typeof walked)[number]) =>
            field === 'filename' ? ascii(row.filename) : field === 'size_bytes' ? row.size_bytes : '';
          const expected = [...walked].sort((a, b) => byBytes(key(a), key(b)) || byBytes(a.id, b.id));
          expect(walked.map(({ id }) => id)).toEqual((descending ? expected.reverse() : expected).map(({ id }) => id));
          expect(new Set(walked.map(({ id }) => id)).size).toBe(files.length);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('misses no row and shows none twice while others come and go', async () => {
    const records = await open();
    const project_id = idOf(0);
    await records.projects.create({ id: project_id, name: 'P', settings: {} });
    const add = (number: number) =>
      records.documents.accept({
        document_id: idOf(number),
        job_id: idOf(number + 1000),
        project_id,
        filename: `${String(number % 10)}.txt`,
        mime_type: 'text/plain',
        size_bytes: 1,
        sha256: String(number),
      });
    for (let number = 10; number < 40; number += 1) await add(number);
    const seen: string[] = [];
    let cursor: string | undefined;
    let round = 0;
    do {
      const page = await records.documents.list({ project_id, limit: 4, sort: 'filename', cursor });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next_cursor ?? undefined;
      round += 1;
      await add(100 + round);
      await records.documents.remove(page.items.at(-1)?.id ?? '');
    } while (cursor);
    for (let number = 10; number < 40; number += 1) expect(seen.filter((id) => id === idOf(number))).toHaveLength(1);
  });
}

function describeFilters(open: () => Promise<Records>): void {
  it('find names in whatever case and script', async () => {
    const records = await open();
    for (const [index, given] of ['Übungen', 'ÜBUNGSHEFT', 'Straße', '日本語 Notes', '100%', 'x_y'].entries()) {
      await records.projects.create({ id: idOf(index + 1), name: given, settings: {} });
    }
    const found = async (q: string) => (await records.projects.list({ limit: 50, q })).items.map((project) => project.name);
    expect(await found('übung')).toEqual(['Übungen', 'ÜBUNGSHEFT']);
    expect(await found('NOTES')).toEqual(['日本語 Notes']);
    expect(await found('%')).toEqual(['100%']);
    expect(await found('_')).toEqual(['x_y']);
    expect(await found('none')).toEqual([]);
  });
}
