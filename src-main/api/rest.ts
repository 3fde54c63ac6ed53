/** The public REST door: the contract's routes as JSON in envelopes. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { ErrorMap, Schema } from '@orpc/contract';
import { call, isProcedure, type Procedure } from '@orpc/server';
import { create as contentDisposition } from 'content-disposition';
import express, { type Router as ExpressRouter, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import type { OperationMeta } from '../contract/op';
import type { Log } from '../core/ports/runtime';
import type { Caller } from './context';
import { sendFailure, success } from './envelope';
import { describeError, type Failed, failed } from './errors';
import { describeBodyError } from './json-body';
import { groupOf } from './methods';
import { callerOf, clientSignal, requestIdOf } from './request';
import { createInputReader } from './rest-input';
import type { Router } from './router';

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
      response.status(route.successStatus ?? 200);
      if (etag) response.setHeader('ETag', etag).json(success(output));
      else sendJson(response, success(output));
    } catch (error) {
      sendFailure(response, withoutHeader(describeError(error, log, requestIdOf(response)), caller));
    }
  };
}

/** Without what Express does for conditional requests; and text, which Node sends in one piece with the headers, where Express makes bytes of it. */
function sendJson(response: Response, body: object): void {
  const text = JSON.stringify(body);
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text, 'utf8');
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
