/** A request's body must arrive in time, or a client that sends a byte now and then would keep its connection for ever. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { sendFailure } from './envelope';
import { failed } from './errors';

const clocks = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/** For all requests with a body, whether anybody reads it or not: 408, or the end of the connection when the answer is out already. */
export function bodyClock(limit_ms: number) {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (hasBody(request)) {
      const clock = setTimeout(() => late(request, response, limit_ms), limit_ms);
      clock.unref();
      clocks.set(request, clock);
      request.once('end', () => clearTimeout(clock));
      request.once('close', () => clearTimeout(clock));
    }
    next();
  };
}

/** Whoever reads a long body piece by piece has a clock of their own. */
export function stopBodyClock(request: IncomingMessage): void {
  clearTimeout(clocks.get(request));
}

function hasBody({ headers }: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  return encoding !== undefined || (length !== undefined && length !== '0');
}

function late(request: IncomingMessage, response: Response, limit_ms: number): void {
  if (request.complete) return;
  if (response.headersSent) cut(request, response);
  else {
    response.setHeader('Connection', 'close');
    sendFailure(response, failed('REQUEST_TIMEOUT', `The body of the request did not arrive within ${limit_ms / 1000} s.`, { limit_ms }));
  }
}

function cut({ socket }: IncomingMessage, response: ServerResponse): void {
  if (response.writableFinished) socket.destroy();
  else response.once('finish', () => socket.destroy());
}
