/** `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a request that is sent again gets the first answer again. */
import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { LIMITS } from '../core/limits';
import type { Log } from '../core/ports/runtime';
import type { Services } from '../core/services';
import { sendFailure } from './envelope';
import { failed } from './errors';
import { callerOf } from './request';

const LONGEST_KEY = 255;
const RETRY_S = 2;

/**
 * For POST requests that carry the header; stands behind the token guard and, where a body is JSON, behind its parser.
 * An answer is kept when it is final: one that only says "not now" (408, 429, 5xx), or that nobody got to see the end of, gives the key free.
 */
export function createIdempotency({ idempotency }: Pick<Services, 'idempotency'>, log: Log): RequestHandler {
  return async (request, response, next) => {
    const key = request.headers['idempotency-key'];
    if (key === undefined || request.method !== 'POST' || response.locals.idempotent) return next();
    if (typeof key !== 'string' || key === '' || key.length > LONGEST_KEY) {
      const message = `Idempotency-Key: must have 1 to ${LONGEST_KEY} characters.`;
      return sendFailure(response, failed('VALIDATION_FAILED', message, { issues: [{ path: 'Idempotency-Key', message }] }));
    }
    response.locals.idempotent = true;
    const owner = callerOf(response, 'http').token_id ?? '';
    const earlier = await idempotency.begin(owner, key, fingerprintOf(request));
    if (earlier === 'other request') {
      const message = 'Idempotency-Key: this key was used for another request; take a new one.';
      return sendFailure(response, failed('VALIDATION_FAILED', message, { issues: [{ path: 'Idempotency-Key', message }] }));
    }
    if (earlier === 'unfinished') {
      const message = 'The first request with this Idempotency-Key is still being answered.';
      return sendFailure(response, failed('CONFLICT', message, { retry_after_s: RETRY_S }));
    }
    if (earlier) return replay(request, response, earlier);
    keepAnswer(response, {
      keep: (answer) => idempotency.finish(owner, key, answer),
      release: () => idempotency.release(owner, key),
      failed: (error) => log.warn('an idempotent answer was not kept', { reason: String(error) }),
    });
    next();
  };
}

/** Method, address and body; of an upload, whose body is not read yet, its length. */
function fingerprintOf({ method, originalUrl, headers, body }: Request): string {
  const content = body === undefined ? (headers['content-length'] ?? '') : JSON.stringify(body);
  return createHash('sha256')
    .update(`${method} ${originalUrl.replace(/\/(?=\?|$)/, '')}\n${content}`)
    .digest('base64url');
}

interface Answer {
  status: number;
  content_type: string;
  etag?: string;
  body: string;
}

function replay(request: Request, response: Response, { status, content_type, etag, body }: Answer): void {
  // An upload is still being sent; its bytes are not wanted again.
  request.resume();
  if (etag !== undefined) response.setHeader('ETag', etag);
  response.status(status).setHeader('Idempotency-Replayed', 'true').setHeader('Content-Type', content_type).end(body);
}

interface Keeping {
  keep(answer: Answer): Promise<void>;
  release(): Promise<void>;
  failed(error: unknown): void;
}

/** Listens to what is written, a JSON answer as well as a stream of events. */
function keepAnswer(response: Response, { keep, release, failed: warn }: Keeping): void {
  const pieces: Buffer[] = [];
  let size = 0;
  const hear = (piece: unknown) => {
    if (typeof piece !== 'string' && !Buffer.isBuffer(piece)) return;
    size += piece.length;
    if (size <= LIMITS.idempotencyBodyBytes) pieces.push(Buffer.from(piece));
  };
  const write = response.write.bind(response) as (...words: unknown[]) => boolean;
  const end = response.end.bind(response) as (...words: unknown[]) => Response;
  let settled: Promise<void> | null = null;
  const settle = (complete: boolean) => {
    const { statusCode: status } = response;
    const final = complete && size <= LIMITS.idempotencyBodyBytes && status < 500 && status !== 429 && status !== 408;
    const content_type = String(response.getHeader('content-type') ?? 'application/json');
    const etag = response.getHeader('etag');
    const tagged = typeof etag === 'string' ? { etag } : {};
    settled ??= (final ? keep({ status, content_type, ...tagged, body: Buffer.concat(pieces).toString('utf8') }) : release()).catch(warn);
    return settled;
  };
  response.write = ((...words: unknown[]) => {
    hear(words[0]);
    return write(...words);
  }) as Response['write'];
  response.end = ((...words: unknown[]) => {
    hear(words[0]);
    // Kept before the client can have seen the end: whoever asks again from then on finds it.
    void settle(true).then(() => end(...words));
    return response;
  }) as Response['end'];
  response.once('close', () => void settle(false));
}
