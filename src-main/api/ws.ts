/** The WebSocket at /api/ws: upgrade, token, heartbeat; the frames themselves are the session's. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Request, Response } from 'express';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Identity } from '../core/access/tokens';
import { LIMITS } from '../core/limits';
import type { Log } from '../core/ports/runtime';
import type { Services } from '../core/services';
import { sendRaw } from './broken-request';
import { sendFailure } from './envelope';
import { failed } from './errors';
import { bearerOf, identify, refusalOf } from './guard';
import type { Router } from './router';
import { turnAway } from './ws-close';
import { startSession, type WebSocketLimits } from './ws-session';

export interface WebSocketDoorOptions {
  server: Server;
  router: Router;
  services: Services;
  log: Log;
  limits: WebSocketLimits;
}

/** Application close codes (RFC 6455 §7.4.2 leaves 4000–4999 to applications). */
const CLOSE_UNAUTHORIZED = 4401;
const TOO_MANY = failed('UNAVAILABLE', `At most ${LIMITS.sockets} WebSockets at once.`, { retry_after_s: 10 });
/** RFC 6455's "policy violation". */
const CLOSE_POLICY = 1008;
const AUTH_MS = 10_000;
const MOST_HELD = 16;
const PING_MS = 30_000;
const PROTOCOL = 'pressmark';

/** Attaches to the server's upgrades. `close` ends every socket. */
export function createWebSocketDoor({ server, router, services, log, limits }: WebSocketDoorOptions) {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.jsonBodyBytes,
    // A browser drops the connection unless one of its protocols is chosen; the token may be the only one.
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : ([...offered][0] ?? false)),
  });
  server.on('upgrade', (request, socket, head) => {
    const refusal = isOurs(request)
      ? refusalOf(request, services.settings.current)
      : failed('NOT_FOUND', 'WebSockets are served at /api/ws; everything else is HTTP/1.1, without the header "Upgrade".');
    if (refusal) return sendRaw(socket, refusal);
    if (sockets.clients.size >= LIMITS.sockets) return sendRaw(socket, TOO_MANY);
    sockets.handleUpgrade(request, socket, head, (client) => {
      const request_id = randomUUID();
      client.on('error', (error) => log.debug('websocket error', { request_id, reason: error.message }));
      welcome(client, request, request_id).catch((error: unknown) => {
        log.error('websocket failed', { request_id, reason: String(error) });
        turnAway(client, 1011, 'Something went wrong inside Pressmark.');
      });
    });
  });

  async function welcome(client: WebSocket, request: IncomingMessage, request_id: string): Promise<void> {
    const identifyOne = (token: string) => identify(services, token, { door: 'ws', request_id });
    const held = holdFrames(client);
    for (const token of tokensOf(request)) {
      const identity = await identifyOne(token);
      if (identity) return begin(client, held, { identity, token, request_id });
    }
    if (tokensOf(request).length > 0) return turnAway(client, CLOSE_UNAUTHORIZED, 'The token is not valid.');
    const first = await firstFrame(client, held);
    if (!first) return;
    const identity = await identifyOne(first.token);
    if (!identity) return turnAway(client, CLOSE_UNAUTHORIZED, 'Send {"type":"auth","token":"…"} with a valid token first.');
    client.send(JSON.stringify({ id: first.id, type: 'authenticated' }));
    begin(client, held, { identity, token: first.token, request_id });
  }

  function begin(client: WebSocket, held: HeldFrames, { identity, token, request_id }: SignedIn): void {
    startSession(client, { router, log, limits, caller: { ...identity, door: 'ws', request_id } });
    held.release();
    keepAlive(client, async () => (await services.tokens.authenticate(token)) !== null);
  }

  return {
    count: () => sockets.clients.size,
    close(): void {
      for (const client of sockets.clients) {
        client.close(1001, 'Pressmark is closing.');
        setTimeout(() => client.terminate(), 500).unref();
      }
      sockets.close();
    },
  };
}

/** Other protocols (clients like to offer h2c) are not taken up: such a request is answered as if it had not asked. */
export const wantsWebSocket = ({ headers }: IncomingMessage): boolean => /\bwebsocket\b/i.test(headers.upgrade ?? '');

/** For those who ask for the WebSocket's address without wanting a WebSocket. */
export function explainWebSocket(_request: Request, response: Response): void {
  response.setHeader('Upgrade', 'websocket');
  sendFailure(response, {
    ...failed('BAD_REQUEST', 'This address takes WebSockets only, such as ws://127.0.0.1:4711/api/ws.'),
    status: 426,
  });
}

const isOurs = ({ url = '' }: IncomingMessage): boolean => /^\/api\/ws\/?(\?|$)/.test(url);

/** Candidates for the token: the header, or the offered protocols (bare, or `token.TOKEN`). */
function tokensOf(request: IncomingMessage): string[] {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const named = offered.filter((name) => name !== '' && name !== PROTOCOL).map((name) => name.replace(/^token\./, ''));
  const bearer = bearerOf(request);
  return bearer === undefined ? named : [bearer, ...named];
}

interface SignedIn {
  identity: Identity;
  token: string;
  request_id: string;
}

interface HeldFrames {
  /** The first frame, once it is there; null when the socket closed before. */
  first(): Promise<string | null>;
  /** Gives all that came meanwhile to the listeners of now on. */
  release(): void;
}

/** What comes while a token is checked must wait, or it would be lost; a client that sends much before its answer is cut off. */
function holdFrames(client: WebSocket): HeldFrames {
  const held: [data: RawData, isBinary: boolean][] = [];
  let came: () => void = () => undefined;
  const hold = (data: RawData, isBinary: boolean) => {
    // A client that was turned away may go on sending until its connection is cut.
    if (client.readyState !== client.OPEN) return;
    held.push([data, isBinary]);
    if (held.length > MOST_HELD) turnAway(client, CLOSE_POLICY, 'Wait until the token was checked.');
    came();
  };
  client.on('message', hold);
  return {
    async first() {
      if (held.length === 0 && client.readyState === client.OPEN) {
        await new Promise<void>((resolve) => {
          came = resolve;
          client.once('close', () => resolve());
        });
      }
      const frame = held.shift();
      return frame ? String(frame[0]) : null;
    },
    release() {
      client.off('message', hold);
      for (const frame of held.splice(0)) client.emit('message', ...frame);
    },
  };
}

/** The first message must be `{"type":"auth","token":"…"}`; null when the socket was closed for its lack. */
async function firstFrame(client: WebSocket, held: HeldFrames): Promise<{ id: unknown; token: string } | null> {
  const late = setTimeout(() => turnAway(client, CLOSE_UNAUTHORIZED, 'No token was sent.'), AUTH_MS);
  const text = await held.first();
  clearTimeout(late);
  if (text === null) return null;
  const { type, token, id = null } = parsed(text);
  return { id, token: type === 'auth' && typeof token === 'string' ? token : '' };
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** A peer that answers no ping for a whole round is gone, though TCP has not noticed; one whose token ended must sign in again. */
function keepAlive(client: WebSocket, mayStay: () => Promise<boolean>): void {
  let alive = true;
  client.on('pong', () => {
    alive = true;
  });
  const timer = setInterval(async () => {
    if (!alive) return client.terminate();
    alive = false;
    client.ping();
    if (!(await mayStay().catch(() => true))) turnAway(client, CLOSE_UNAUTHORIZED, 'The token has ended or was revoked.');
  }, PING_MS);
  timer.unref();
  client.once('close', () => clearInterval(timer));
}
