/** Who may speak to the local server: right Host, own Origin, bearer token. Everything else is refused before any work. */
import type { IncomingMessage } from 'node:http';
import cors from 'cors';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Identity } from '../core/access/tokens';
import type { Services } from '../core/services';
import type { CallerDoor } from './context';
import { sendFailure } from './envelope';
import { type Failed, failed } from './errors';
import { requestIdOf } from './request';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** What the settings allow beyond this machine's own names and pages. */
export interface Allowed {
  allowed_hosts: string[];
  cors_origins: string[];
}

/** The token of an `Authorization: Bearer …` header. */
export function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer +([^\s]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
}

/**
 * Null when the request was addressed to this machine by a name of its own, and comes from no foreign web page.
 * A page elsewhere that makes its own name point to 127.0.0.1 (DNS rebinding) still sends that name as Host.
 */
export function refusalOf(request: IncomingMessage, { allowed_hosts, cors_origins }: Allowed): Failed | null {
  const { host = '', origin } = request.headers;
  const hostname = hostnameOf(host);
  const known = hostname !== null && (LOOPBACK.has(hostname) || allowed_hosts.some((name) => name.toLowerCase() === hostname));
  if (!known && (hostname === null || hostname !== ownAddress(request))) {
    const message = 'The Host header must name this machine: use localhost or its address, or add the name to allowed_hosts.';
    return failed('FORBIDDEN', message, { header: 'Host' });
  }
  if (origin !== undefined && origin !== `http://${host}` && !cors_origins.includes(origin)) {
    const message = 'Web pages of other origins may not use this server, unless the setting cors_origins names them.';
    return failed('FORBIDDEN', message, { header: 'Origin' });
  }
  return null;
}

function hostnameOf(host: string): string | null {
  if (!/^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(host)) return null;
  return host.replace(/:\d{1,5}$/, '').toLowerCase();
}

function ownAddress({ socket }: IncomingMessage): string {
  const address = (socket.localAddress ?? '').replace(/^::ffff:/i, '');
  return address.includes(':') ? `[${address}]` : address;
}

/** Host and Origin, for every request. */
export function addressGuard({ settings }: Pick<Services, 'settings'>): RequestHandler {
  return (request, response, next) => {
    const refusal = refusalOf(request, settings.current);
    if (refusal) sendFailure(response, refusal);
    else next();
  };
}

const SHOWN_TO_PAGES = [
  ...['ETag', 'X-Request-Id', 'Retry-After', 'Content-Disposition', 'Content-Range', 'Mcp-Session-Id', 'Idempotency-Replayed'],
  ...['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset', 'RateLimit-Policy'],
];

/** Lets pages of the origins in the settings read the answers; stands behind the address guard, which refuses all others. */
export function crossOrigin({ settings }: Pick<Services, 'settings'>): RequestHandler {
  const allow = cors({ origin: true, methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'], exposedHeaders: SHOWN_TO_PAGES, maxAge: 600 });
  return (request, response, next) => {
    const { origin } = request.headers;
    if (origin === undefined || !settings.current.cors_origins.includes(origin)) return next();
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    allow(request, response, next);
  };
}

/** Who must not be told apart by a door: a missing token and a wrong one. */
export const NO_TOKEN = failed(
  'UNAUTHORIZED',
  'Send the header "Authorization: Bearer TOKEN" with a valid token, such as the one that Pressmark shows.',
);

/** The bearer token; leaves the caller's identity for `callerOf`. `refuse` answers in the shape of the door. */
export function tokenGuard(services: Pick<Services, 'tokens' | 'audit'>, door: CallerDoor, refuse = sendFailure) {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const identity = await identify(services, bearerOf(request), { door, request_id: requestIdOf(response) });
    if (!identity) return refuse(response, NO_TOKEN);
    response.locals.identity = identity;
    next();
  };
}

/** Whom a token belongs to, with sign-ins and refusals noted in the audit log; null when it is not valid. */
export async function identify(
  { tokens, audit }: Pick<Services, 'tokens' | 'audit'>,
  token: string | undefined,
  { door, request_id }: { door: CallerDoor; request_id: string },
): Promise<Identity | null> {
  const identity = token === undefined ? null : await tokens.authenticate(token);
  if (identity) await audit.signIn({ user: identity.user, door, request_id }, identity.token_id);
  else if (token !== undefined) await audit.refuse({ user: null, door, request_id }, {});
  return identity;
}

/** For what needs no token, such as the health check. */
export function anonymous(_request: Request, response: Response, next: NextFunction): void {
  response.locals.identity = { token_id: null, user: 'anonymous', scope: 'read' };
  next();
}

/** What a page of ours may load; the window has the same. */
export const CSP = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  // Interface libraries place style elements and attributes at run time.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of every answer; they let the own page work and nothing else. */
export function securityHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Content-Security-Policy', CSP);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  next();
}
