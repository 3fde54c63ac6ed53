/** MCP over stdio as a program: alone, beside a Pressmark that already runs, and when that one goes away. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterEach, describe, expect, it } from 'vitest';
import { GARDEN, uploadTexts } from '../api/library';
import { textOf } from '../clients/mcp-client';
import { ROOT, startServer, type TestServer, temporaryFolder } from '../support/server';

const HOST = join(ROOT, 'dist/main/mcp.cjs');
const ENV = { PRESSMARK_CHAT_MODEL: 'none' };
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function folder(): string {
  const { path, remove } = temporaryFolder();
  closers.push(remove);
  return path;
}

async function server(dataDir: string): Promise<TestServer> {
  const started = await startServer({ dataDir, env: ENV });
  closers.push(() => started.stop());
  return started;
}

async function withGarden(dataDir: string): Promise<TestServer> {
  const started = await server(dataDir);
  const { id } = await started.createProject('Garden');
  const { body } = await uploadTexts(started, id, { 'garden.md': GARDEN });
  await started.waitFor(body.data.items[0]?.document?.id ?? '');
  return started;
}

async function connect(dataDir: string): Promise<{ client: Client; pid: number | null }> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [HOST, '--data-dir', dataDir, '--port', '0'],
    env: { ...(process.env as Record<string, string>), ...ENV },
    stderr: 'ignore',
  });
  const client = new Client({ name: 'pressmark-test', version: '1.0.0' });
  await client.connect(transport as Transport);
  closers.push(() => client.close());
  return { client, pid: transport.pid };
}

const search = (client: Client) => client.callTool({ name: 'search_documents', arguments: { query: 'season ticket' } });

/** The host with raw pipes. */
function raw(dataDir: string): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [HOST, '--data-dir', dataDir, '--port', '0'], { env: { ...process.env, ...ENV } });
  closers.push(() => child.kill('SIGKILL'));
  return child;
}

function ended(child: ChildProcessWithoutNullStreams): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (piece) => {
    stdout += piece;
  });
  child.stderr.on('data', (piece) => {
    stderr += piece;
  });
  return new Promise((done) => child.once('close', (code) => done({ code, stdout, stderr })));
}

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'pipe', version: '1' } },
};

describe('MCP over stdio', () => {
  it('serves a library of its own', async () => {
    const dataDir = folder();
    await (await withGarden(dataDir)).stop();
    const { client } = await connect(dataDir);
    expect(client.getServerVersion()?.name).toBe('pressmark');
    expect(textOf(await search(client))).toContain('25 euros');
  });

  it('uses the Pressmark that already runs on the data folder, and so does a second client', async () => {
    const dataDir = folder();
    await withGarden(dataDir);
    const [first, second] = await Promise.all([connect(dataDir), connect(dataDir)]);
    const found = await Promise.all([search(first.client), search(second.client)]);
    for (const result of found) expect(textOf(result)).toContain('25 euros');
  });

  it('lets two start at once on the same folder: one serves, the other uses it', async () => {
    const dataDir = folder();
    const clients = await Promise.all([connect(dataDir), connect(dataDir)]);
    for (const { client } of clients) {
      expect((await client.callTool({ name: 'list_projects' })).structuredContent).toEqual({ items: [], next_cursor: null });
    }
  });

  it('goes on by itself when the one that it used ends', async () => {
    const dataDir = folder();
    const desktop = await withGarden(dataDir);
    const { client } = await connect(dataDir);
    expect(textOf(await search(client))).toContain('25 euros');
    await desktop.stop();
    expect(textOf(await search(client))).toContain('25 euros');
  });

  it('answers what was piped in, with nothing but the protocol on stdout, and ends with stdin', async () => {
    const child = raw(folder());
    const end = ended(child);
    const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
    child.stdin.end(
      [INITIALIZE, { jsonrpc: '2.0', method: 'notifications/initialized' }, list].map((m) => `${JSON.stringify(m)}\n`).join(''),
    );
    const { code, stdout, stderr } = await end;
    expect(code, stderr).toBe(0);
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: number; result: unknown });
    expect(answers.map(({ id }) => id)).toEqual([1, 2]);
  });

  it('ends on SIGTERM, and with 2 for a bad option', async () => {
    const child = raw(folder());
    const end = ended(child);
    await new Promise((first) => {
      child.stdout.once('data', first);
      child.stdin.write(`${JSON.stringify(INITIALIZE)}\n`);
    });
    child.kill('SIGTERM');
    expect((await end).code).toBe(0);
    const bad = spawn(process.execPath, [HOST, '--colour']);
    expect(await ended(bad)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--colour') });
  });
});
