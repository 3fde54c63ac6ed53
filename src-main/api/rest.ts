/** The public REST door: the contract's routes as JSON in envelopes. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { ORPCError } from '@orpc/client';
import type { ErrorMap, Schema } from '@orpc/contract';
import { call, isProcedure, type Procedure } from '@orpc/server';
import { create as contentDisposition } from 'content-disposition';
import express, { type Router as ExpressRouter, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import type { OperationMeta } from '../contract/op';
import { LIMITS } from '../core/limits';
import type { Log } from '../core/ports/runtime';
import type { Caller } from './context';
import { sendFailure, success } from './envelope';
import { describeError, type Failed, failed, invalid } from './errors';
import { groupOf } from './methods';
import { callerOf, clientSignal, requestIdOf } from './request';
import { createInputReader } from './rest-input';
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

/** Serves every operation whose door is `everywhere`, at the address that the contract gives it. */
export function createRestDoor(router: Router, log: Log): RequestHandler {
  const groups = new Map<string, ExpressRouter>();
  for (const procedure of proceduresOf(router)) {
    const { method, path } = procedure['~orpc'].route;
    const group = groups.get(groupOf(path)) ?? express.Router({ caseSensitive: true });
    groups.set(groupOf(path), group);
    group[methodName(method)](path.replaceAll(/\{(\w+)\}/g, ':$1'), answering(procedure, log));
  }
  return (request, response, next) => {
    const group = groups.get(groupOf(request.path));
    if (group) group(request, response, next);
    else next();
  };
}

type AnyProcedure = Procedure<Caller, Caller, Schema<unknown, unknown>, Schema<unknown, unknown>, ErrorMap, OperationMeta>;
type Served = AnyProcedure & { '~orpc': { route: { method: string; path: `/${string}` } } };

/** Those with fixed addresses first, so that `/tokens/rotate-key` is no token. */
function proceduresOf(router: Router): Served[] {
  const all = Object.values(router)
    .flatMap((group): unknown[] => Object.values(group))
    .filter(isServed);
  return all.sort((a, b) => Number(a['~orpc'].route.path.includes('{')) - Number(b['~orpc'].route.path.includes('{')));
}

function isServed(procedure: unknown): procedure is Served {
  if (!isProcedure(procedure)) return false;
  const { meta, route } = procedure['~orpc'] as AnyProcedure['~orpc'];
  return meta.door === 'everywhere' && !meta.protocol && route.path !== undefined && route.method !== undefined;
}

const methodName = (method: string) => method.toLowerCase() as 'get' | 'post' | 'put' | 'delete';

function answering(procedure: Served, log: Log): RequestHandler {
  const { route, inputSchema } = procedure['~orpc'];
  const read = createInputReader(inputSchema, route.method);
  return async (request, response) => {
    const caller = { ...callerOf(response, 'http'), ...matchOf(request) };
    try {
      const output = await call(procedure, read(request), { context: caller, signal: clientSignal(response) });
      if (output instanceof Blob) return await sendBlob(response, output);
      const etag = etagOf(output);
      if (etag) response.setHeader('ETag', etag);
      response.status(route.successStatus ?? 200).json(success(output));
    } catch (error) {
      sendFailure(response, withoutHeader(describeError(error, log, requestIdOf(response)), caller));
    }
  };
}

async function sendBlob(response: Response, blob: Blob): Promise<void> {
  response.setHeader('Content-Type', blob.type || 'application/octet-stream');
  response.setHeader('Content-Length', String(blob.size));
  if (blob instanceof File) response.setHeader('Content-Disposition', contentDisposition(blob.name, { type: 'inline' }));
  await pipeline(Readable.fromWeb(blob.stream() as ReadableStream), response);
}

/** What can be changed has a version, which is its ETag (RFC 9110 §8.8.3). */
function etagOf(body: unknown): string | null {
  const versioned = typeof body === 'object' && body !== null && 'version' in body && typeof body.version === 'number';
  return versioned ? `"${body.version}"` : null;
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
