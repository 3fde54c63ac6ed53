/** The fetch of models against a local server: redirects, cut connections with resume, wrong checksums, dead hosts, archives. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

type Ensure = (options: { modelsDir: string; log: (line: string) => void; manifest: { models: object[] } }) => Promise<boolean>;
const script = join(import.meta.dirname, '..', '..', 'scripts', 'setup', 'models.mjs');
const { ensureModels }: { ensureModels: Ensure } = await import(script);

const BODY = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7) % 251));
const sha256 = createHash('sha256').update(BODY).digest('hex');
let server: Server;
let origin = '';
let asked: { path: string; range: string | undefined }[] = [];
let modelsDir = '';
const lines: string[] = [];

function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? '';
  const { range } = request.headers;
  asked.push({ path, range });
  const start = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
  if (path === '/moved') response.writeHead(302, { location: '/whole' }).end();
  else if (path === '/gone') response.writeHead(404).end();
  else if (path === '/wrong') response.end(Buffer.alloc(BODY.length, 1));
  else if (path === '/cut' && start === 0) {
    response.writeHead(200, { 'content-length': BODY.length });
    response.write(BODY.subarray(0, 80_000), () => setTimeout(() => request.socket.destroy(), 50));
  } else {
    response.writeHead(start > 0 ? 206 : 200);
    response.end(BODY.subarray(start));
  }
}

beforeAll(async () => {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  asked = [];
  lines.length = 0;
  if (modelsDir) rmSync(modelsDir, { recursive: true });
  modelsDir = mkdtempSync(join(tmpdir(), 'pressmark-models-'));
});

function fetchFrom(...urls: string[]): Promise<boolean> {
  const sources = urls.map((url) => ({ type: 'url', url: url.startsWith('/') ? origin + url : url }));
  const files = [{ name: 'weights.bin', bytes: BODY.length, sha256, sources }];
  return ensureModels({ modelsDir, log: (line) => lines.push(line), manifest: { models: [{ id: 'm', starter: true, files }] } });
}
const fetched = () => readFileSync(join(modelsDir, 'm', 'weights.bin'));

it('follows a redirect; the second run asks nobody', async () => {
  expect(await fetchFrom('/moved')).toBe(true);
  expect(fetched().equals(BODY)).toBe(true);
  expect(readdirSync(join(modelsDir, 'm'))).toEqual(['weights.bin']);
  asked = [];
  expect(await fetchFrom('/moved')).toBe(true);
  expect(asked).toEqual([]);
});

it('goes on where a cut connection stopped', async () => {
  expect(await fetchFrom('/cut')).toBe(true);
  expect(asked).toHaveLength(2);
  expect(Number(/bytes=(\d+)-/.exec(asked[1]?.range ?? '')?.[1])).toBeGreaterThan(0);
  expect(fetched().equals(BODY)).toBe(true);
});

it('throws away what has a wrong checksum and takes the next source', async () => {
  expect(await fetchFrom('/wrong', '/gone', '/whole')).toBe(true);
  expect(fetched().equals(BODY)).toBe(true);
});

it('says in one sentence what failed, and leaves no file that looks whole', async () => {
  expect(await fetchFrom('/wrong', '/gone')).toBe(false);
  expect(existsSync(join(modelsDir, 'm', 'weights.bin'))).toBe(false);
  const said = lines.filter((line) => line.includes('could not be fetched'));
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/checksum.*404/);
});

it('asks a host that cannot be reached only once', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const dead = [`http://127.0.0.1:${port}/a`, `http://127.0.0.1:${port}/b`];
  expect(await fetchFrom(...dead)).toBe(false);
  expect(lines.at(-1)).toMatch(/cannot be reached.*could not be reached before/);
  expect(await fetchFrom(...dead, '/whole')).toBe(true);
});
