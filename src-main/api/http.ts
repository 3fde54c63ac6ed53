/** The local web server: guards, then uploads, files, chat, REST, RPC, documentation and the page, and the WebSocket beside them. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { LIMITS } from '../core/limits';
import type { Log } from '../core/ports/runtime';
import type { Services } from '../core/services';
import { createChatDoor } from './chat';
import { createDocs } from './docs';
import { createFileDoor } from './files';
import { createGate, type Gate } from './gate';
import { addressGuard, anonymous, crossOrigin, securityHeaders, tokenGuard } from './guard';
import { createIdempotency } from './idempotency';
import { createMcpDoor, type McpDoor } from './mcp/door';
import type { SessionLimits } from './mcp/sessions';
import { methodGuard } from './methods';
import { createMetrics, type Metrics } from './metrics';
import { createOpenAIDoor } from './openai/door';
import { openaiErrors } from './openai/errors';
import { createPage } from './page';
import { requestId, requestLog } from './request';
import { createRestDoor, errorAnswer, jsonBody, unknownRoute } from './rest';
import { createRouter, type Router } from './router';
import { createRpcDoor } from './rpc';
import { createUploadDoor, type UploadLimits } from './uploads';
import { createWebSocketDoor, type WebSocketLimits } from './ws';

export interface HttpDoorOptions {
  services: Services;
  version: string;
  /** Folder of the built page. */
  rendererDir: string;
  log: Log;
  /** Defaults in core/limits.ts; tests shorten them. */
  limits?: Partial<UploadLimits & WebSocketLimits & SessionLimits>;
}

export interface HttpDoor {
  /** Takes `port`, or the next free one up to 50 further; 0 takes any. */
  listen(host: string, port: number): Promise<{ url: string; port: number }>;
  /** Ends every connection, streams included, within two seconds. */
  close(): Promise<void>;
}

const PORTS_TRIED = 51;
const CLOSE_GRACE_MS = 1_000;

export function createHttpDoor(options: HttpDoorOptions): HttpDoor {
  const limits = { ...LIMITS, ...options.limits };
  const metrics = createMetrics(options.services);
  const gate = createGate(options.services, metrics);
  const router = createRouter(options.services, options.log, metrics, gate);
  const mcp = createMcpDoor({ router, log: options.log, version: options.version }, limits);
  const server = createServer(createApp(options, { router, gate, metrics, mcp }, limits));
  // Uploads have their own clocks (uploads.ts); a slow but moving one may take longer than Node's default of five minutes.
  server.requestTimeout = 0;
  server.headersTimeout = 15_000;
  const sockets = createWebSocketDoor({ server, router, services: options.services, log: options.log, limits });
  metrics.sockets(sockets.count);
  return {
    async listen(host, port) {
      const taken = await listenFrom(server, host, port);
      return { url: `http://${nameOf(host)}:${taken}`, port: taken };
    },
    async close() {
      sockets.close();
      mcp.close();
      await closeServer(server);
    },
  };
}

/** What the doors share. */
interface Parts {
  router: Router;
  gate: Gate;
  metrics: Metrics;
  mcp: McpDoor;
}

function createApp(
  { services, version, rendererDir, log }: HttpDoorOptions,
  { router, gate, metrics, mcp }: Parts,
  limits: UploadLimits,
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use('/v1', openaiErrors);
  app.use(requestId, requestLog(log, metrics), securityHeaders, addressGuard(services), crossOrigin(services), methodGuard());
  const rest = createRestDoor(router, log);
  const idempotency = createIdempotency(services, log);
  app.get('/api/health', anonymous, rest);
  app.use('/rpc', tokenGuard(services, 'page'));
  app.use('/mcp', tokenGuard(services, 'mcp'));
  app.use('/v1', tokenGuard(services, 'openai'));
  app.use(['/api', '/metrics'], tokenGuard(services, 'http'));
  app.get('/metrics', rest);
  app.use('/api', (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  app.use('/rpc', createRpcDoor(router), unknownRoute);
  app.use('/mcp', mcp.router);
  app.use('/api/documents/upload', idempotency);
  app.use(createUploadDoor(services, gate, log, limits));
  app.use(createFileDoor(services));
  app.use('/api', jsonBody(), idempotency);
  app.use(createChatDoor(router, log));
  app.use(rest);
  app.use('/api', unknownRoute);
  app.use(createOpenAIDoor(router, log));
  app.use(createDocs(version));
  app.use(createPage(rendererDir));
  app.use(unknownRoute);
  app.use(errorAnswer(log));
  return app;
}

/** How to reach a bound address; `0.0.0.0` and `::` are every address of this machine and the name of none. */
function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

async function listenFrom(server: Server, host: string, port: number): Promise<number> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await listenOn(server, host, port === 0 ? 0 : port + tried);
    } catch (error) {
      const busy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!busy || port === 0 || tried + 1 >= PORTS_TRIED || port + tried >= 65_535) throw error;
    }
  }
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Requests that are nearly done may finish; streams never would, so they are cut after a moment. */
async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearTimeout(cut);
}
