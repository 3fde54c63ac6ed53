/** The WebSocket at /api/ws: upgrade, token, heartbeat; the frames themselves are the session's. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { LIMITS } from '../core/limits';
import type { Log } from '../core/ports/runtime';
import { failure } from './envelope';
import { failed } from './errors';
import { bearerOf, refusalOf } from './guard';
import type { Router } from './router';
import { startSession } from './ws-session';

export interface WebSocketLimits {
  /** Bytes waiting for a client before it is dropped. */
  socketBufferBytes: number;
}

export interface WebSocketDoorOptions {
  server: Server;
  router: Router;
  valid: (token: string | undefined) => boolean;
  log: Log;
  limits: WebSocketLimits;
}

/** Application close codes (RFC 6455 §7.4.2 leaves 4000–4999 to applications). */
const CLOSE_UNAUTHORIZED = 4401;
const AUTH_MS = 10_000;
const PING_MS = 30_000;
const PROTOCOL = 'pressmark';

/** Attaches to the server's upgrades. `close` ends every socket. */
export function createWebSocketDoor({ server, router, valid, log, limits }: WebSocketDoorOptions) {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.jsonBodyBytes,
    // A browser drops the connection unless one of its protocols is chosen; the token may be the only one.
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : ([...offered][0] ?? false)),
  });
  server.on('upgrade', (request, socket, head) => {
    const refusal = isOurs(request) ? refusalOf(request) : failed('NOT_FOUND', 'WebSockets are served at /api/ws.');
    if (refusal) return refuseUpgrade(socket, refusal);
    sockets.handleUpgrade(request, socket, head, (client) => welcome(client, request));
  });

  function welcome(client: WebSocket, request: IncomingMessage): void {
    const request_id = randomUUID();
    client.on('error', (error) => log.debug('websocket error', { request_id, reason: error.message }));
    keepAlive(client);
    const begin = () => startSession(client, { router, log, limits, request_id });
    const given = tokenOf(request);
    if (given.some(valid)) begin();
    else if (given.length > 0) client.close(CLOSE_UNAUTHORIZED, 'The token is not valid.');
    else awaitToken(client, valid, begin);
  }

  return {
    close(): void {
      for (const client of sockets.clients) {
        client.close(1001, 'Pressmark is closing.');
        setTimeout(() => client.terminate(), 500).unref();
      }
      sockets.close();
    },
  };
}

const isOurs = ({ url = '' }: IncomingMessage): boolean => /^\/api\/ws\/?(\?|$)/.test(url);

/** Candidates for the token: the header, or the offered protocols (bare, or `token.TOKEN`). */
function tokenOf(request: IncomingMessage): string[] {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const named = offered.filter((name) => name !== '' && name !== PROTOCOL).map((name) => name.replace(/^token\./, ''));
  const bearer = bearerOf(request);
  return bearer === undefined ? named : [bearer, ...named];
}

/** The first message must be `{"type":"auth","token":"…"}`. */
function awaitToken(client: WebSocket, valid: (token: string | undefined) => boolean, begin: () => void): void {
  const late = setTimeout(() => client.close(CLOSE_UNAUTHORIZED, 'No token was sent.'), AUTH_MS);
  client.once('close', () => clearTimeout(late));
  client.once('message', (data) => {
    clearTimeout(late);
    const frame = parsed(String(data));
    if (frame.type !== 'auth' || typeof frame.token !== 'string' || !valid(frame.token)) {
      return client.close(CLOSE_UNAUTHORIZED, 'Send {"type":"auth","token":"…"} with a valid token first.');
    }
    begin();
    client.send(JSON.stringify({ id: frame.id ?? null, type: 'authenticated' }));
  });
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** A peer that answers no ping for a whole round is gone, though TCP has not noticed. */
function keepAlive(client: WebSocket): void {
  let alive = true;
  client.on('pong', () => {
    alive = true;
  });
  const timer = setInterval(() => {
    if (!alive) return client.terminate();
    alive = false;
    client.ping();
  }, PING_MS);
  timer.unref();
  client.once('close', () => clearInterval(timer));
}

function refuseUpgrade(socket: Duplex, refusal: ReturnType<typeof failed>): void {
  const body = JSON.stringify(failure(refusal));
  const head = [
    `HTTP/1.1 ${refusal.status} ${refusal.status === 404 ? 'Not Found' : 'Forbidden'}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.on('error', () => undefined);
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
