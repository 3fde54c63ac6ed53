/** A disk that is full, that cannot be written, and files that go or change: real ones, in a mount namespace of their own. */
import { spawn } from 'node:child_process';
import { appendFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Document } from '../../src-main/contract/documents';
import type { Job } from '../../src-main/contract/jobs';
import type { Page } from '../../src-main/contract/shared';
import { pause, ROOT, startServer, type TestServer, temporaryFolder } from '../support/server';
import { createRandom, writeBook } from './books';

const random = createRandom(1921);
const folders: { remove(): void }[] = [];
const servers: TestServer[] = [];
const folder = () => {
  const made = temporaryFolder();
  folders.push(made);
  return made.path;
};

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop('SIGKILL');
  for (const made of folders.splice(0)) made.remove();
});

async function started(...options: Parameters<typeof startServer>): Promise<TestServer> {
  const server = await startServer(...options);
  servers.push(server);
  return server;
}

async function until<T>(what: string, ask: () => Promise<T | undefined | false>, limitMs = 60_000): Promise<T> {
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    const found = await ask();
    if (found) return found;
    await pause(200);
  }
  throw new Error(`${what}: not within ${limitMs} ms\n${servers.map((server) => server.stderr().slice(-3_000)).join('\n')}`);
}

// Linux lets any user mount within a namespace of his own.
describe.skipIf(process.platform !== 'linux')('a disk of its own', () => {
  /** Runs the server where `dataDir` is a disk of so many MiB, `ballast` of them taken by a file of that name. */
  const tiny = (dataDir: string, size: number, ballast: number) =>
    `mount -t tmpfs -o size=${size}m tiny '${dataDir}' && head -c ${ballast}M /dev/zero > '${dataDir}/ballast' && exec "$@"`;

  it('says that it is full, loses nothing that it took, and goes on once there is room', async () => {
    const dataDir = folder();
    const shelf = folder();
    const server = await started({ dataDir, wrap: ['unshare', '-rm', 'sh', '-c', tiny(dataDir, 96, 88), 'sh'] });
    const { id: project_id } = await server.createProject('Full');
    const taken: Document[] = [];
    let refused: { status: number; code: string | undefined } | null = null;
    for (let number = 0; refused === null && number < 60; number += 1) {
      const { status, body } = await server.upload(project_id, writeBook(shelf, `book-${number}`, 400, random));
      const document = body.data?.items?.[0]?.document;
      if (status === 201 && document) taken.push(document);
      else refused = { status, code: body.error?.code };
    }
    expect(refused).toEqual({ status: 507, code: 'DISK_FULL' });
    expect(taken.length).toBeGreaterThan(1);
    expect((await server.get('/api/health')).status).toBe(200);
    expect((await server.get(`/api/documents/?project_id=${project_id}`)).status).toBe(200);
    rmSync(join('/proc', String(server.process.pid), 'root', dataDir, 'ballast'));
    const read = new Set(['searchable', 'embedding', 'ready']);
    for (const { id } of taken) {
      await until('it is read', async () => read.has((await server.get<Document>(`/api/documents/${id}`)).body.data?.state), 90_000);
    }
    expect((await server.get<Page<Job>>('/api/jobs/?state=failed&limit=10')).body.data.items).toEqual([]);
  }, 240_000);

  it('names a data folder that cannot be written', async () => {
    const dataDir = folder();
    await (await started({ dataDir })).stop();
    const mount = `mount --bind '${dataDir}' '${dataDir}' && mount -o remount,ro,bind '${dataDir}' && exec "$@"`;
    const server = join(ROOT, 'dist/main/server.cjs');
    const child = spawn('unshare', ['-rm', 'sh', '-c', mount, 'sh', process.execPath, server, '--data-dir', dataDir, '--port', '0']);
    let said = '';
    child.stderr.on('data', (piece) => {
      said += piece;
    });
    const status = await new Promise((resolve) => child.once('exit', resolve));
    expect(status).toBe(1);
    expect(said).toContain(`The data folder ${dataDir} cannot be used: its disk is read-only.`);
    expect(said).not.toContain('at ');
  });
});

describe('files that go or change', () => {
  let home = '';
  let server: TestServer;
  let project_id = '';

  async function open(): Promise<void> {
    home = folder();
    server = await started({ dataDir: home });
    project_id = (await server.createProject('Files')).id;
  }

  it('says that an original is missing, and takes it back from another upload', async () => {
    await open();
    const path = writeBook(folder(), 'lost', 20, random);
    const [document] = await server.ingest(project_id, path);
    const { id = '', sha256 = '' } = document ?? {};
    rmSync(join(home, 'files', sha256.slice(0, 2), sha256));
    await server.post(`/api/documents/${id}/reindex`);
    const failed = await until('it fails', async () => {
      const { data } = (await server.get<Document>(`/api/documents/${id}`)).body;
      return data.state === 'failed' && data;
    });
    expect(failed.error).toMatchObject({ code: 'ORIGINAL_MISSING', action: expect.stringContaining('Upload') });
    const again = (await server.upload(project_id, path)).body.data.items[0];
    expect(again?.duplicate_of).toBe(id);
    expect((await server.waitFor(id)).chunks).toBe(document?.chunks);
  }, 90_000);

  it('never takes in a file half old and half new', async () => {
    await open();
    const watched = folder();
    const path = join(watched, 'growing.md');
    writeFileSync(path, '# Growing\n\n');
    const { body } = await server.post<{ id: string }>(`/api/projects/${project_id}/folders`, { path: watched });
    for (let line = 0; line < 40; line += 1) {
      appendFileSync(path, `Line ${line} of a file that somebody writes to.\n\n`);
      await pause(50);
    }
    const size = statSync(path).size;
    const found = await until('the whole file is there', async () => {
      const { data } = (await server.get<Page<Document>>(`/api/documents/?project_id=${project_id}`)).body;
      return data.items.find((one) => one.filename === basename(path) && one.size_bytes === size && one.state === 'ready');
    });
    expect((await server.get<Document>(`/api/documents/${found?.id}`)).body.data.content).toContain('Line 39 of');
    expect((await server.get<Page<Document>>(`/api/documents/?project_id=${project_id}`)).body.data.items).toHaveLength(1);
    expect(body.data.id).not.toBe('');
  }, 90_000);
});
