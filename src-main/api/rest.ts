/** The public REST door: the contract's routes as JSON in envelopes. */
import { ORPCError } from '@orpc/client';
import { SmartCoercionPlugin } from '@orpc/json-schema';
import { OpenAPIHandler } from '@orpc/openapi/node';
import type { StandardHandlerOptions } from '@orpc/server/standard';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import express, { type Router as ExpressRouter, type NextFunction, type Request, type Response } from 'express';
import { LIMITS } from '../core/limits';
import type { Log } from '../core/ports/runtime';
import type { Caller } from './context';
import { failure, sendFailure, success } from './envelope';
import { describeError, type Failed, failed, invalid } from './errors';
import { callerOf, requestIdOf } from './request';
import type { Router } from './router';

/**
 * Reads a JSON body into `request.body`, where oRPC picks it up. It must stand behind every route that reads its body itself (uploads).
 * Other content types are refused instead of guessed: a form of a foreign page can only send those.
 */
export function jsonBody(limit: number = LIMITS.jsonBodyBytes): ExpressRouter {
  const router = express.Router();
  router.use((request, response, next) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    const empty = encoding === undefined && (length === undefined || length === '0');
    // oRPC would look for a body of the type that is announced; reading operations have none.
    if (empty || isReading(request)) delete request.headers['content-type'];
    if (empty || isReading(request) || request.is(['application/json', 'application/*+json'])) next();
    else
      sendFailure(
        response,
        failed('UNSUPPORTED_TYPE', 'Send the body as JSON with "Content-Type: application/json".', { header: 'Content-Type' }),
      );
  });
  router.use(express.json({ limit, strict: false, type: ['application/json', 'application/*+json'] }));
  router.use(({ body }, response, next) => {
    if (body === undefined || (typeof body === 'object' && body !== null && !Array.isArray(body))) next();
    else sendFailure(response, invalid([{ path: [], message: 'the body must be a JSON object' }]));
  });
  return router;
}

const isReading = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD';

/** Text of an address becomes the number or truth value that the contract asks for. JSON has these itself, so bodies stay as they are. */
function queryCoercion() {
  const made: StandardHandlerOptions<Caller> = {};
  new SmartCoercionPlugin<Caller>({ schemaConverters: [new ZodToJsonSchemaConverter()] }).init(made);
  const [coerce] = made.clientInterceptors ?? [];
  const interceptor: typeof coerce = (options) =>
    coerce && options.procedure['~orpc'].route.method === 'GET' ? coerce(options) : options.next();
  return interceptor;
}

/** Serves every operation whose door is `everywhere`. */
export function createRestDoor(router: Router, log: Log) {
  const handler = new OpenAPIHandler(router, {
    filter: ({ contract }) => contract['~orpc'].meta.door === 'everywhere',
    clientInterceptors: [queryCoercion()],
    customErrorResponseBodyEncoder: ({ code, status, message, data }) =>
      failure({ ...failed('INTERNAL'), code, status, message, details: data } as Failed),
    rootInterceptors: [
      async ({ next }) => {
        const result = await next();
        if (!result.matched || result.response.status >= 400 || result.response.body instanceof Blob) return result;
        const { body, headers } = result.response;
        return { ...result, response: { ...result.response, headers: { ...headers, ...etagOf(body) }, body: success(body) } };
      },
    ],
    interceptors: [
      async ({ next, context }) => {
        try {
          return await next();
        } catch (error) {
          const { code, status, message, details } = withoutHeader(describeError(error, log, context.request_id), context);
          if (typeof details.retry_after_s === 'number') context.header?.('Retry-After', String(details.retry_after_s));
          throw new ORPCError(code, { status, message, data: details });
        }
      },
    ],
  });
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    // Node leaves the body out of an answer to HEAD by itself.
    if (request.method === 'HEAD') request.method = 'GET';
    const { matched } = await handler.handle(request, response, { context: { ...callerOf(response, 'http'), ...matchOf(request) } });
    if (!matched) next();
  };
}

/** What can be changed has a version, which is its ETag (RFC 9110 §8.8.3). */
function etagOf(body: unknown): { etag?: string } {
  const versioned = typeof body === 'object' && body !== null && 'version' in body && typeof body.version === 'number';
  return versioned ? { etag: `"${body.version}"` } : {};
}

/** `If-Match` (RFC 9110 §13.1.1): only strong tags can match, and those of ours are numbers. */
function matchOf({ headers }: Request): { expected?: number[] } {
  const given = headers['if-match']?.trim();
  if (given === undefined || given === '*') return {};
  const tags = given.split(',').map((tag) => /^\s*"(\d{1,15})"\s*$/.exec(tag)?.[1]);
  return { expected: tags.map((tag) => (tag === undefined ? -1 : Number(tag))) };
}

/** 412 is about a header; a version in the body that is not the present one is a conflict. */
function withoutHeader(problem: Failed, { expected }: Caller): Failed {
  const { code, message, details } = problem;
  return code === 'PRECONDITION_FAILED' && expected === undefined ? failed('CONFLICT', message, details) : problem;
}

/** The end of the chain below /api. */
export function unknownRoute(request: Request, response: Response): void {
  sendFailure(response, failed('NOT_FOUND', `There is no ${request.method} ${request.baseUrl}${request.path}; /docs lists every address.`));
}

/** Express recognises error handlers by their four parameters. */
export function errorAnswer(log: Log) {
  return (error: unknown, _request: Request, response: Response, _next: NextFunction): void => {
    sendFailure(response, describeBodyError(error) ?? describeError(error, log, requestIdOf(response)));
  };
}

/** Errors of the body parser and of Express itself carry a `status` and, mostly, a `type`. */
function describeBodyError(error: unknown): Failed | null {
  if (!(error instanceof Error) || !('status' in error) || error instanceof ORPCError) return null;
  const type = 'type' in error ? error.type : '';
  if (type === 'entity.too.large') {
    const limit_bytes = 'limit' in error ? error.limit : LIMITS.jsonBodyBytes;
    return failed('PAYLOAD_TOO_LARGE', `A JSON body may have ${limit_bytes} bytes here.`, { limit_bytes });
  }
  if (type === 'entity.parse.failed') return failed('BAD_REQUEST', `The body is not valid JSON: ${error.message}`);
  if (error.status === 415) return failed('UNSUPPORTED_TYPE', 'The body must be JSON in UTF-8.');
  if (error.status === 404) return failed('NOT_FOUND');
  return Number(error.status) < 500 ? failed('BAD_REQUEST', 'The request could not be read.') : null;
}
