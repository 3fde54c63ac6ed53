/** /mcp: the Model Context Protocol over Streamable HTTP, with sessions or one request at a time. */
import type { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import express, { type Router as ExpressRouter, type NextFunction, type Request, type Response } from 'express';
import { LIMITS } from '../../core/limits';
import { callerOf } from '../request';
import { messagesOf, opens, problemOf } from './body';
import type { McpOptions } from './server';
import type { Session, SessionLimits, Sessions } from './sessions';

export interface McpDoor {
  router: ExpressRouter;
  /** Ends every session. */
  close(): void;
}

const METHODS = 'GET, POST, DELETE';
const RETRY_AFTER_S = '5';
/** Clients try again after a second or two. */
const RESUME_MS = 10_000;
/** The protocol's code for an id that no session has: clients begin a new session then. */
const SESSION_NOT_FOUND = -32001;
const SERVER_ERROR = -32000;
const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;

/** Stands behind the guards of address and token. */
export function createMcpDoor(options: McpOptions, limits: SessionLimits): McpDoor {
  // The SDK takes a while to load, which no start of Pressmark should wait for.
  let loading: Promise<Sessions> | null = null;
  const loaded = () => {
    loading ??= import('./sessions').then(({ createSessions }) => createSessions(options, limits));
    return loading;
  };
  const router = express.Router();
  router.use(express.json({ limit: LIMITS.jsonBodyBytes, type: ['application/json', 'application/*+json'] }));

  router.post('/', async (request, response) => {
    // Without a body, or with one of another type, the transport says what is wrong.
    const problem = request.body === undefined ? null : problemOf(request.body, request.get('mcp-protocol-version'));
    if (problem !== null) return refuse(response, 400, INVALID_REQUEST, problem);
    const sessions = await loaded();
    const caller = callerOf(response, 'mcp');
    const id = request.get('mcp-session-id');
    if (id !== undefined) return inSession(sessions.find(id, caller), request, response);
    if (opens(request.body)) {
      const session = await sessions.begin(caller);
      if (session) return inSession(session, request, response);
      response.setHeader('Retry-After', RETRY_AFTER_S);
      return refuse(response, 503, SERVER_ERROR, `All ${limits.mcpSessions} places for MCP clients are taken; try again later.`);
    }
    const transport = await sessions.once(caller);
    response.once('close', () => void transport.close());
    await sessions.handle(transport, { request, response, body: request.body, caller });
  });

  for (const method of ['get', 'delete'] as const) {
    router[method]('/', async (request, response) => {
      const id = request.get('mcp-session-id');
      if (id === undefined) return refuse(response, 400, SERVER_ERROR, 'Send the Mcp-Session-Id that initialize gave you.');
      await inSession((await loaded()).find(id, callerOf(response, 'mcp')), request, response);
    });
  }
  router.all('/', (_request, response) => {
    response.setHeader('Allow', METHODS);
    refuse(response, 405, SERVER_ERROR, `This address takes ${METHODS}.`);
  });

  async function inSession(session: Session | null, request: Request, response: Response): Promise<void> {
    if (!session) return refuse(response, 404, SESSION_NOT_FOUND, 'There is no such session (any more); begin a new one with initialize.');
    if (session.open >= limits.mcpRequestsPerSession) {
      response.setHeader('Retry-After', RETRY_AFTER_S);
      return refuse(response, 429, SERVER_ERROR, `At most ${limits.mcpRequestsPerSession} requests of one session at once.`);
    }
    session.open += 1;
    if (request.headers['last-event-id'] !== undefined) session.resumedAt = Date.now();
    response.once('close', () => {
      session.open -= 1;
      session.usedAt = Date.now();
      if (!response.writableFinished) cancelUnlessResumed(session, request.body);
    });
    const { handle } = await loaded();
    await handle(session.transport, { request, response, body: request.body, caller: callerOf(response, 'mcp') });
    // An initialize that was refused leaves nothing to come back to.
    if (session.transport.sessionId === undefined) await session.transport.close();
  }

  router.use(bodyError);
  return { router, close: () => void loading?.then((sessions) => sessions.close()) };
}

function refuse(response: Response, status: number, code: number, message: string): void {
  response.status(status).json({ jsonrpc: '2.0', error: { code, message }, id: null });
}

/** A lost connection is no cancellation by itself, but nobody should wait for the answer to a client that stays away. */
function cancelUnlessResumed(session: Session, body: unknown): void {
  const lostAt = Date.now();
  const ended = () => {
    if (session.resumedAt < lostAt) cancel(session.transport, body);
  };
  setTimeout(ended, RESUME_MS).unref();
}

function cancel(transport: StreamableHTTPServerTransport, body: unknown): void {
  for (const { method, id: requestId } of messagesOf(body)) {
    if (method === undefined || (typeof requestId !== 'string' && typeof requestId !== 'number')) continue;
    transport.onmessage?.({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId, reason: 'the connection closed' } });
  }
}

/** Express recognises error handlers by their four parameters. A body that is no JSON gets the protocol's own answer. */
function bodyError(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  const type = error instanceof Error && 'type' in error ? error.type : '';
  if (type === 'entity.parse.failed') refuse(response, 400, PARSE_ERROR, 'The body is not valid JSON.');
  else if (type === 'entity.too.large') refuse(response, 413, SERVER_ERROR, `A message may have ${LIMITS.jsonBodyBytes} bytes.`);
  else next(error);
}
