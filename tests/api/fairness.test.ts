/** Nobody waits for a book: embedding takes turns between documents and between projects. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Document } from '../../src-main/contract/documents';
import { createRandom, writeBook } from '../faults/books';
import { startServer, type TestServer, temporaryFolder } from '../support/server';

const home = temporaryFolder();
const shelf = temporaryFolder();
const random = createRandom(4711);
let server: TestServer;

beforeAll(async () => {
  server = await startServer({ dataDir: home.path });
});
afterAll(async () => {
  await server.stop('SIGKILL');
  home.remove();
  shelf.remove();
});

it('makes a letter ready while a book that came before it is still embedded, in the same project and in another', async () => {
  const mine = await server.createProject('Mine');
  const yours = await server.createProject('Yours');
  const upload = async (project_id: string, path: string) => {
    const { document } = (await server.upload(project_id, path)).body.data.items[0] ?? {};
    return document?.id ?? '';
  };
  const book = await upload(mine.id, writeBook(shelf.path, 'book', 1_200, random));
  await server.waitFor(book, ['embedding']);
  const letters = [
    await upload(mine.id, writeBook(shelf.path, 'letter', 2, random)),
    await upload(yours.id, writeBook(shelf.path, 'other letter', 2, random)),
  ];
  for (const id of letters) await server.waitFor(id, ['ready']);
  const { state, embedded_chunks, chunks } = (await server.get<Document>(`/api/documents/${book}`)).body.data;
  expect(['embedding', 'searchable']).toContain(state);
  expect(embedded_chunks).toBeLessThan(chunks);
});
