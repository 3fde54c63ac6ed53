/** What every HTTP request gets first: an id, and one line in the log when it is over. */
import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { Identity } from '../core/access/tokens';
import type { Log } from '../core/ports/runtime';
import type { Caller, CallerDoor } from './context';
import type { Metrics } from './metrics';

const GIVEN_ID = /^[\w.-]{1,64}$/;

/** Takes the caller's X-Request-Id when it is a plain word, and sends it back with the answer. */
export function requestId(request: Request, response: Response, next: NextFunction): void {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && GIVEN_ID.test(given) ? given : randomUUID();
  response.locals.request_id = id;
  response.setHeader('X-Request-Id', id);
  next();
}

export const requestIdOf = (response: Response): string => String(response.locals.request_id);

/** Whoever the token guard let in. Throws when a route stands before that guard by mistake. */
export function callerOf(response: Response, door: CallerDoor): Caller {
  const { identity } = response.locals as { identity?: Identity };
  if (!identity) throw new Error('this route has no token guard');
  return {
    ...identity,
    door,
    request_id: requestIdOf(response),
    entered: (operation) => {
      response.locals.operation = operation;
    },
    header: (name, value) => {
      if (!response.headersSent) response.setHeader(name, value);
    },
  };
}

/** Method, path without its query (which may hold what was searched for), status, duration. Reading is only told at the level debug. */
export function requestLog(log: Log, metrics: Metrics) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const start = performance.now();
    const { method, path } = request;
    response.once('close', () => {
      const ms = performance.now() - start;
      const status = response.writableFinished ? response.statusCode : 'aborted';
      const { operation = null, request_id } = response.locals as { operation?: string; request_id: string };
      metrics.request({ method, operation, status, seconds: ms / 1000 });
      const changes = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
      const tell = changes || response.statusCode >= 500 ? log.info : log.debug;
      tell('request', { method, path, status, ms: Math.round(ms), request_id });
    });
    next();
  };
}

/** Aborts when the client goes away before its answer is complete. */
export function clientSignal(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
