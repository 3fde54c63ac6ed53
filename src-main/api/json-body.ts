/** Reads JSON bodies, and says what is wrong with those that cannot be read. */
import { isUtf8 } from 'node:buffer';
import { ORPCError } from '@orpc/client';
import express, { type Router as ExpressRouter, type Request } from 'express';
import { LIMITS } from '../core/limits';
import { sendFailure } from './envelope';
import { type Failed, failed, invalid } from './errors';

/** Of a body that is too large, this many times the limit. */
const PASSED_OVER = 8;
const JSON_TYPES = ['application/json', 'application/*+json'];

/**
 * Reads a JSON body into `request.body`. It must stand behind every route that reads its body itself (uploads).
 * Other content types are refused instead of guessed: a form of a foreign page can only send those.
 */
export function jsonBody(limit: number = LIMITS.jsonBodyBytes): ExpressRouter {
  const router = express.Router();
  router.use((request, response, next) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    const empty = encoding === undefined && (length === undefined || length === '0');
    if (empty || isReading(request)) {
      delete request.headers['content-type'];
      next();
    } else if (!request.is(JSON_TYPES)) sendFailure(response, NOT_JSON);
    // The parser would read all of it before it says so.
    else if (Number(length) > limit) afterBody(request, limit * PASSED_OVER, () => sendFailure(response, tooLarge(limit)));
    else next();
  });
  router.use(express.json({ limit, strict: false, type: JSON_TYPES, verify: requireUtf8 }));
  router.use(({ body }, response, next) => {
    if (body === undefined) return next();
    if (!isObject(body) || Array.isArray(body)) sendFailure(response, invalid([{ path: [], message: 'the body must be a JSON object' }]));
    else if (isDeeper(body, LIMITS.jsonDepth)) sendFailure(response, TOO_DEEP);
    else next();
  });
  return router;
}

/**
 * A connection that is closed while the other side still sends is reset, and the answer may be lost with it (RFC 9112 §9.6): what is
 * left of a body is passed over first, unless it is very long.
 */
function afterBody(request: Request, most: number, answer: () => void): void {
  if (Number(request.headers['content-length']) > most) answer();
  else request.once('end', answer).resume();
}

const NOT_JSON = failed('UNSUPPORTED_TYPE', 'Send the body as JSON with "Content-Type: application/json".', { header: 'Content-Type' });
const TOO_DEEP = failed('BAD_REQUEST', `The body has more than ${LIMITS.jsonDepth} objects or lists within each other.`, {
  limit: LIMITS.jsonDepth,
});
const tooLarge = (limit_bytes: unknown) => failed('PAYLOAD_TOO_LARGE', `A JSON body may have ${limit_bytes} bytes here.`, { limit_bytes });

const isReading = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD';

/** JSON is UTF-8 (RFC 8259 §8.1); anything else would be kept as question marks. */
function requireUtf8(_request: unknown, _response: unknown, body: Buffer, encoding: string): void {
  if (encoding === 'utf-8' && !isUtf8(body))
    throw Object.assign(new Error('it is not UTF-8'), { status: 400, type: 'entity.parse.failed' });
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Level by level: a deep one would overflow the stack of what works by recursion, such as JSON.stringify. */
function isDeeper(value: object, most: number): boolean {
  let level = [value];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > most) return true;
    level = level.flatMap((one) => Object.values(one).filter(isObject));
  }
  return false;
}

/** Errors of the body parser and of Express itself carry a `status` and, mostly, a `type`. */
export function describeBodyError(error: unknown): Failed | null {
  if (!(error instanceof Error) || !('status' in error) || error instanceof ORPCError) return null;
  const type = 'type' in error ? error.type : '';
  if (type === 'entity.too.large') return tooLarge('limit' in error ? error.limit : LIMITS.jsonBodyBytes);
  if (type === 'entity.parse.failed') return failed('BAD_REQUEST', `The body is not valid JSON: ${error.message}`);
  if (error.status === 415) return failed('UNSUPPORTED_TYPE', 'The body must be JSON in UTF-8.');
  if (error.status === 404) return failed('NOT_FOUND');
  return Number(error.status) < 500 ? failed('BAD_REQUEST', 'The request could not be read.') : null;
}
