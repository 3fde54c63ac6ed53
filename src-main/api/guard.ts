/** Who may speak to the local server: right Host, own Origin, bearer token. Everything else is refused before any work. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { sendFailure } from './envelope';
import { type Failed, failed } from './errors';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Compares without telling by its duration how much was right; hashing makes the lengths equal. */
export function createTokenCheck(token: string): (given: string | undefined) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(token);
  return (given) => given !== undefined && timingSafeEqual(digest(given), expected);
}

/** The token of an `Authorization: Bearer …` header. */
export function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer +([^\s]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
}

/**
 * Null when the request was addressed to this machine by a name of its own, and comes from no foreign web page.
 * A page elsewhere that makes its own name point to 127.0.0.1 (DNS rebinding) still sends that name as Host.
 */
export function refusalOf(request: IncomingMessage): Failed | null {
  const { host = '', origin } = request.headers;
  const hostname = hostnameOf(host);
  if (hostname === null || !(LOOPBACK.has(hostname) || hostname === ownAddress(request))) {
    return failed('FORBIDDEN', 'The Host header must name this machine: use localhost or its address.', { header: 'Host' });
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return failed('FORBIDDEN', 'Web pages of other origins may not use this server.', { header: 'Origin' });
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
export function addressGuard(request: Request, response: Response, next: NextFunction): void {
  const refusal = refusalOf(request);
  if (refusal) sendFailure(response, refusal);
  else next();
}

/** The bearer token. */
export function tokenGuard(valid: (given: string | undefined) => boolean) {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (valid(bearerOf(request))) next();
    else
      sendFailure(response, failed('UNAUTHORIZED', 'Send the header "Authorization: Bearer TOKEN" with the token that Pressmark shows.'));
  };
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
