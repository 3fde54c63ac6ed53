/** Nothing waits for everything: a small file is found while a large one before it still gets its vectors. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { SearchResult } from '../../src-main/contract/search';
import { pause, SAMPLES, startServer, temporaryFolder } from '../support/server';

it('finds by words what has no vectors yet', async () => {
  const home = temporaryFolder();
  const server = await startServer({ dataDir: home.path });
  const project_id = (await server.createProject()).id;
  const uploads = await server.upload(project_id, join(SAMPLES, 'annual-report.pdf'), join(SAMPLES, 'two-columns.pdf'));
  const [large, small] = uploads.body.data.items.map(({ document }) => document?.id ?? '');
  await server.waitFor(small ?? '', ['searchable', 'embedding', 'ready']);
  while ((await server.waitFor(large ?? '', ['embedding', 'ready'])).embedded_chunks < 48) await pause(50);
  const query = 'interval between blasts of foghorns and temperature';
  const { data } = (await server.post<SearchResult>('/api/search', { project_id, query, limit: 5 })).body;
  expect(data.mode_used).toBe('hybrid');
  expect(data.items.map(({ pressmark }) => pressmark.document_id)).toContain(small);
  await server.stop();
  home.remove();
}, 120_000);
