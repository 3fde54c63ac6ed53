/** The MCP clients that are connected over HTTP: a bounded number, each bound to who opened it, gone when idle. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Caller } from '../context';
import { Replay } from './replay';
import { createMcpServer, type McpOptions } from './server';

/** A client whose stream broke waits this long before it takes it up again. */
const RECONNECT_MS = 1_000;

export interface SessionLimits {
  mcpSessions: number;
  mcpSessionIdleMs: number;
  mcpRequestsPerSession: number;
}

export interface Session {
  /** Whose token must come with every request. */
  owner: string;
  transport: StreamableHTTPServerTransport;
  /** HTTP requests that are being answered, the stream of notifications included. */
  open: number;
  usedAt: number;
  /** When the client last took up a stream again. */
  resumedAt: number;
}

export interface Sessions {
  find(id: string, caller: Caller): Session | null;
  /** Null when all places are taken by clients that are at work. */
  begin(caller: Caller): Promise<Session | null>;
  /** A server for one request only. */
  once(caller: Caller): Promise<StreamableHTTPServerTransport>;
  handle: typeof handle;
  close(): void;
}

/** A session belongs to the token that opened it: knowing its id is not enough. */
const ownerOf = ({ token_id, user }: Caller): string => token_id ?? user;

export function createSessions(options: McpOptions, limits: SessionLimits): Sessions {
  const sessions = new Map<string, Session>();
  const isIdle = ({ open, usedAt }: Session, ms: number) => open === 0 && Date.now() - usedAt >= ms;
  const sweep = setInterval(
    () => {
      for (const session of sessions.values()) if (isIdle(session, limits.mcpSessionIdleMs)) void session.transport.close();
    },
    Math.min(60_000, limits.mcpSessionIdleMs / 2),
  ).unref();

  function makeRoom(): boolean {
    if (sessions.size < limits.mcpSessions) return true;
    const [oldest] = [...sessions.values()].filter((session) => isIdle(session, 0)).sort((a, b) => a.usedAt - b.usedAt);
    void oldest?.transport.close();
    return oldest !== undefined;
  }

  return {
    find(id, caller) {
      const session = sessions.get(id);
      return session?.owner === ownerOf(caller) ? session : null;
    },
    async begin(caller) {
      if (!makeRoom()) return null;
      const id = randomUUID();
      const transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: () => id,
        eventStore: new Replay(),
        retryInterval: RECONNECT_MS,
      });
      transport.onclose = () => sessions.delete(id);
      const session = { owner: ownerOf(caller), transport, open: 0, usedAt: Date.now(), resumedAt: 0 };
      sessions.set(id, session);
      await createMcpServer(options, caller).connect(transport as Transport);
      return session;
    },
    async once(caller) {
      const transport = new StreamableHTTPServerTransport();
      await createMcpServer(options, caller).connect(transport as Transport);
      return transport;
    },
    handle,
    close() {
      clearInterval(sweep);
      for (const { transport } of sessions.values()) void transport.close();
    },
  };
}

type Handled = { request: IncomingMessage; response: ServerResponse; body: unknown; caller: Caller };

/** Gives the request to the transport together with its caller. */
async function handle(transport: StreamableHTTPServerTransport, { request, response, body, caller }: Handled): Promise<void> {
  const auth = { token: '', clientId: caller.request_id, scopes: [caller.scope], extra: { caller } };
  await transport.handleRequest(Object.assign(request, { auth }), response, body);
}
