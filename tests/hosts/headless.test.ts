/** The headless host as a program: ready line, server.json, second instance, signals, bad options. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ROOT, startServer, type TestServer, temporaryFolder } from '../support/server';

const folders: ReturnType<typeof temporaryFolder>[] = [];
const servers: TestServer[] = [];
const folder = () => {
  const made = temporaryFolder();
  folders.push(made);
  return made.path;
};
const start = async (dataDir: string, args: string[] = [], env: Record<string, string> = {}) => {
  const server = await startServer({ dataDir, args, env });
  servers.push(server);
  return server;
};

/** Runs the server expecting it to end by itself. */
function refused(args: string[], env: Record<string, string> = {}): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(ROOT, 'dist/main/server.cjs'), ...args], { env: { ...process.env, ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (piece) => {
      stdout += piece;
    });
    child.stderr.on('data', (piece) => {
      stderr += piece;
    });
    child.once('close', (code) => done({ code, stdout, stderr }));
  });
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop('SIGKILL')));
  for (const made of folders.splice(0)) made.remove();
});

describe('headless', () => {
  it('prints one ready line and publishes the same in server.json while it runs', async () => {
    const dataDir = folder();
    const server = await start(dataDir);
    const path = join(dataDir, 'server.json');
    expect(server.ready).toMatchObject({ ready: true, pid: server.process.pid, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    expect(server.ready.token.length).toBeGreaterThanOrEqual(32);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(server.ready);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await fetch(new URL('/api/health', server.ready.url))).status).toBe(200);
    expect(await server.stop('SIGTERM')).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  it('takes the token of the start before and ends on SIGINT within 5 s', async () => {
    const dataDir = folder();
    const first = await start(dataDir);
    const began = Date.now();
    expect(await first.stop('SIGINT')).toBe(0);
    expect(Date.now() - began).toBeLessThan(5_000);
    const second = await start(dataDir);
    const headers = { authorization: `Bearer ${first.ready.token}` };
    expect((await fetch(new URL('/api/projects/', second.ready.url), { headers })).status).toBe(200);
  });

  it('refuses a second instance on the same data folder and names the first', async () => {
    const dataDir = folder();
    const first = await start(dataDir);
    const second = await refused(['--data-dir', dataDir, '--port', '0']);
    expect(second.code).toBe(3);
    expect(second.stderr).toContain(String(first.process.pid));
    expect(second.stdout).toBe('');
    expect((await first.get('/api/system')).status).toBe(200);
  });

  it('starts again at once after a kill -9', async () => {
    const dataDir = folder();
    await (await start(dataDir)).stop('SIGKILL');
    expect((await (await start(dataDir)).get('/api/system')).status).toBe(200);
  });

  it('takes the next free port when the wanted one is busy', async () => {
    const blocker = createServer();
    await new Promise<void>((done) => blocker.listen(0, '127.0.0.1', done));
    const address = blocker.address();
    const wanted = typeof address === 'object' && address ? address.port : 0;
    const server = await start(folder(), ['--port', String(wanted)]);
    expect(Number(new URL(server.ready.url).port)).toBeGreaterThan(wanted);
    blocker.close();
  });

  it.each([
    [['--port', 'x'], {}, '--port'],
    [['--nonsense'], {}, '--nonsense'],
    [[], { PRESSMARK_LOG_LEVEL: 'shout' }, 'PRESSMARK_LOG_LEVEL'],
  ])('exits 2 with one line for %j %j', async (args, env, named) => {
    const { code, stdout, stderr } = await refused(args, env);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(named);
  });

  it('works without any model: the system says so in words', async () => {
    const server = await start(folder(), [], { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none' });
    const { data } = (await server.get<{ models: Record<string, { state: string; detail: string }> }>('/api/system')).body;
    expect(data.models.chat).toMatchObject({ state: 'absent', detail: expect.any(String) });
    expect(data.models.embedding).toMatchObject({ state: 'absent', detail: expect.any(String) });
  });
});
