/** Where the stdio host's messages go: to the Pressmark that already runs on the data folder, else to a backend of its own. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { z } from 'zod';
import { version } from '../../../package.json';
import { createMcpServer } from '../../api/mcp/server';
import { type Backend, startBackend } from '../backend';
import type { Config } from '../config';
import { InstanceError } from '../instance';

export interface Link {
  /** Not started yet, so that no message is missed. */
  transport: Transport;
  /** False once nobody answers there any more. */
  isAlive(): Promise<boolean>;
  close(): Promise<void>;
}

/** The other one may be starting, or be a command that ends soon. */
const WAIT_MS = 20_000;
const RETRY_MS = 200;
const ANSWER_MS = 3_000;

const published = z.object({ url: z.url(), token: z.string() });

/** @throws InstanceError when another process holds the data folder and serves nothing */
export async function openLink(config: Config): Promise<Link> {
  const until = Date.now() + WAIT_MS;
  for (;;) {
    try {
      return await ownBackend(config);
    } catch (error) {
      if (!(error instanceof InstanceError)) throw error;
      const link = await running(config.dataDir);
      if (link) return link;
      if (Date.now() >= until) throw error;
    }
    await pause(RETRY_MS);
  }
}

/** It serves its HTTP door too, so that a second agent client or a script finds it. */
async function ownBackend(config: Config): Promise<Link> {
  const backend = await startBackend(config, 'headless');
  const [transport, far] = InMemoryTransport.createLinkedPair();
  await serveOn(far as Transport, backend);
  return {
    transport: transport as Transport,
    isAlive: async () => true,
    async close() {
      await transport.close();
      await backend.stop();
    },
  };
}

/** Whoever may launch this host may also read the token in `server.json`, so nothing is gained by less than its scope. */
async function serveOn(transport: Transport, { api: { router, log } }: Backend): Promise<void> {
  const caller = { door: 'mcp', scope: 'admin', user: 'stdio', token_id: null, request_id: randomUUID() } as const;
  await createMcpServer({ router, log, version }, caller).connect(transport);
}

/** Null while nobody serves. */
async function running(dataDir: string): Promise<Link | null> {
  const server = await readFile(join(dataDir, 'server.json'), 'utf8')
    .then((text) => published.safeParse(JSON.parse(text)).data)
    .catch(() => undefined);
  if (!server || !(await answers(server.url))) return null;
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', server.url), {
    requestInit: { headers: { authorization: `Bearer ${server.token}` } },
  });
  return {
    transport: transport as Transport,
    isAlive: () => answers(server.url),
    async close() {
      const ended = AbortSignal.timeout(ANSWER_MS);
      const bye = transport.terminateSession().catch(() => undefined);
      await Promise.race([bye, new Promise((resolve) => ended.addEventListener('abort', resolve, { once: true }))]);
      await transport.close();
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(new URL('/api/health', url), { signal: AbortSignal.timeout(ANSWER_MS) })).ok;
  } catch {
    return false;
  }
}
