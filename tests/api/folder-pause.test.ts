/** A long first scan: it tells how far it is, can be paused, stays paused over a restart, and goes on where it stopped. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Document } from '../../src-main/contract/documents';
import type { Folder } from '../../src-main/contract/folders';
import type { Page } from '../../src-main/contract/shared';
import { pause, startServer, type TestServer, temporaryFolder } from '../support/server';

const FILES = 1_200;
const LIMIT_MS = 90_000;
const disk = temporaryFolder();
const home = join(disk.path, 'home');
const papers = join(disk.path, 'Papers');
let server: TestServer;

const start = async () => {
  server = await startServer({ dataDir: home, env: { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none' } });
};

beforeAll(async () => {
  for (let at = 0; at < FILES; at += 1) {
    const folder = join(papers, `box ${at % 13}`, `shelf ${at % 5}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `note ${at}.md`), `# Note ${at}\n\nThe keeper of box ${at} wrote this on day ${at * 7}.`);
  }
  await start();
});
afterAll(async () => {
  await server.stop();
  disk.remove();
});

describe('a long first scan', () => {
  it('shows its progress, pauses, and goes on after a restart', async () => {
    const project_id = (await server.createProject()).id;
    const added = await server.post<Folder>(`/api/projects/${project_id}/folders`, { path: papers });
    const route = `/api/projects/${project_id}/folders/${added.body.data.id}`;
    const look = async () => (await server.get<Folder>(route)).body.data;
    const until = async (wanted: (folder: Folder) => boolean): Promise<Folder> => {
      for (const end = Date.now() + LIMIT_MS; Date.now() < end; ) {
        const folder = await look();
        if (wanted(folder)) return folder;
        await pause(20);
      }
      throw new Error(`not in time: ${JSON.stringify(await look())}`);
    };

    const under = await until(({ progress }) => (progress?.looked ?? 0) > 50);
    expect(under).toMatchObject({ state: 'scanning', progress: { total: FILES } });
    expect(under.progress?.eta_s).toBeGreaterThanOrEqual(0);

    const paused = (await server.post<Folder>(`${route}/pause`)).body.data;
    expect(paused).toMatchObject({ state: 'paused', progress: null });
    expect(paused.counts.documents).toBeGreaterThan(40);
    expect(paused.counts.documents).toBeLessThan(FILES);
    expect((await server.post(`${route}/rescan`)).body).toMatchObject({ error: { code: 'CONFLICT' } });

    await server.stop();
    await start();
    await pause(1_000);
    expect(await look()).toMatchObject({ state: 'paused', counts: { documents: paused.counts.documents } });

    for (let times = 0; times < 12; times += 1) {
      expect((await server.post<Folder>(`${route}/resume`)).status).toBe(202);
      await until(({ progress }) => (progress?.looked ?? 0) > 20 + times);
      expect((await server.post<Folder>(`${route}/pause`)).body.data.state).toBe('paused');
    }
    expect((await server.post<Folder>(`${route}/resume`)).status).toBe(202);
    expect((await until(({ state }) => state === 'watching')).counts).toMatchObject({ files: FILES, documents: FILES, failed: 0 });
    const listed = await server.get<Page<Document>>(`/api/documents?project_id=${project_id}&limit=1&q=note%20${FILES - 1}.md`);
    expect(listed.body.data.items).toHaveLength(1);
  }, 200_000);
});
