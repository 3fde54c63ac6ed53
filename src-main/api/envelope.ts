/** The envelope around every answer below /api. */
import type { Response } from 'express';
import type { Failed } from './errors';

export interface SuccessEnvelope {
  status: 'success';
  data: unknown;
  message: string;
  timestamp: string;
}

export interface ErrorEnvelope {
  status: 'error';
  error: { code: string; message: string; details: Record<string, unknown> };
  message: string;
  timestamp: string;
}

export const success = (data: unknown, message = 'OK'): SuccessEnvelope => ({
  status: 'success',
  data,
  message,
  timestamp: new Date().toISOString(),
});

export const failure = ({ code, message, details }: Failed): ErrorEnvelope => ({
  status: 'error',
  error: { code, message, details },
  message,
  timestamp: new Date().toISOString(),
});

/** How errors look on this answer, when the protocol of its door has shapes of its own; a guard before all others sets it. */
type FailureShape = (failed: Failed) => { status: number; body: object };

/** Gives all errors of this answer that shape. */
export function shapeFailures(response: Response, shape: FailureShape): void {
  response.locals.shape_failure = shape;
}

const enveloped: FailureShape = (failed) => ({ status: failed.status, body: failure(failed) });

/** Answers with the error's status; too late for an answer that has begun, which is cut instead. */
export function sendFailure(response: Response, failed: Failed): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.removeHeader('Content-Disposition');
  if (failed.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  const { retry_after_s } = failed.details;
  if (typeof retry_after_s === 'number') response.setHeader('Retry-After', String(retry_after_s));
  const shape = (response.locals.shape_failure as FailureShape | undefined) ?? enveloped;
  const { status, body } = shape(failed);
  response.status(status).type('json').json(body);
}
