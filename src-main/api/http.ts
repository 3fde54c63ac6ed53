/** The local web server: guards, then uploads, files, chat, REST, RPC, documentation and the page, and the WebSocket beside them. */
import { createServer, type ServerOptions } from 'node:http';
import express, { type Express } from 'express';
import { LIMITS } from '../core/limits';
import type { Api } from './api';
import { createArchiveDoor } from './archives';
import { bodyClock } from './body-clock';
import { answerBrokenRequests } from './broken-request';
import { createChatDoor } from './chat';
import { createDocs } from './docs';
import { createFileDoor } from './files';
import { addressGuard, anonymous, crossOrigin, securityHeaders, tokenGuard } from './guard';
import { createIdempotency } from './idempotency';
import { jsonBody } from './json-body';
import { closeServer, listenFrom, nameOf } from './listen';
import { createMcpDoor, type McpDoor } from './mcp/door';
import type { SessionLimits } from './mcp/sessions';
import { methodGuard } from './methods';
import type { UploadLimits } from './multipart';
import { createOpenAIDoor } from './openai/door';
import { openaiErrors } from './openai/errors';
import { createPage } from './page';
import { requestId, requestLog } from './request';
import { createRestDoor, errorAnswer, unknownRoute } from './rest';
import { createRpcDoor } from './rpc';
import { createUploadDoor } from './uploads';
import { createWebSocketDoor, explainWebSocket, wantsWebSocket } from './ws';
import type { WebSocketLimits } from './ws-session';

export interface HttpDoorOptions {
  api: Api;
  version: string;
  /** Folder of the built page. */
  rendererDir: string;
  /** Defaults in core/limits.ts; tests shorten them. */
  limits?: Partial<UploadLimits & WebSocketLimits & SessionLimits & { bodyMs: number }>;
}

export interface HttpDoor {
  /** Takes `port`, or the next free one up to 50 further; 0 takes any. */
  listen(host: string, port: number): Promise<{ url: string; port: number }>;
  /** Ends every connection, streams included, within two seconds. */
  close(): Promise<void>;
}

const SERVER_OPTIONS: ServerOptions = {
  headersTimeout: LIMITS.headersMs,
  // Bodies have clocks of their own (body-clock.ts, multipart.ts): a slow upload that moves may take as long as it takes.
  requestTimeout: 0,
  connectionsCheckingInterval: 5_000,
  shouldUpgradeCallback: wantsWebSocket,
};

export function createHttpDoor(options: HttpDoorOptions): HttpDoor {
  const limits = { ...LIMITS, ...options.limits };
  const { router, services, metrics, log } = options.api;
  const mcp = createMcpDoor({ router, log, version: options.version }, limits);
  const server = createServer(SERVER_OPTIONS, createApp(options, mcp, limits));
  answerBrokenRequests(server);
  const sockets = createWebSocketDoor({ server, router, services, log, limits });
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

function createApp({ api, version, rendererDir }: HttpDoorOptions, mcp: McpDoor, limits: UploadLimits & { bodyMs: number }): Express {
  const { services, router, gate, metrics, log } = api;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use('/v1', openaiErrors);
  app.use(requestId, requestLog(log, metrics), securityHeaders, bodyClock(limits.bodyMs));
  app.use(addressGuard(services), crossOrigin(services), methodGuard());
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
  app.use(createArchiveDoor({ services, gate, log, idempotency, limits }));
  app.use(createFileDoor(services, gate, log));
  app.use('/api', jsonBody(), idempotency);
  app.use(createChatDoor(router, log));
  app.use(rest);
  app.get('/api/ws', explainWebSocket);
  app.use('/api', unknownRoute);
  app.use(createOpenAIDoor(router, log));
  app.use(createDocs(version));
  app.use(createPage(rendererDir));
  app.use(unknownRoute);
  app.use(errorAnswer(log));
  return app;
}
