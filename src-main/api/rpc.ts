/** The typed door of the renderer when it runs in a browser: the same router over HTTP at /rpc. */
import { BodyLimitPlugin, RPCHandler } from '@orpc/server/node';
import type { NextFunction, Request, Response } from 'express';
import { LIMITS } from '../core/limits';
import type { Caller } from './context';
import { callerOf } from './request';
import type { Router } from './router';

/** Must stand before any body parser: oRPC reads its own bodies. */
export function createRpcDoor(router: Router) {
  const handler = new RPCHandler<Caller>(router, { plugins: [new BodyLimitPlugin({ maxBodySize: LIMITS.jsonBodyBytes })] });
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    response.setHeader('Cache-Control', 'no-store');
    const { matched } = await handler.handle(request, response, { prefix: '/rpc', context: callerOf(response, 'page') });
    if (!matched) next();
  };
}
