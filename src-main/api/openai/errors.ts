/** Errors as the OpenAI protocol has them, so that its clients raise the exception that fits. */
import type { NextFunction, Request, Response } from 'express';
import type { ErrorCode } from '../../contract/errors';
import { shapeFailures } from '../envelope';
import type { Failed, Issue } from '../errors';

export interface OpenAIError {
  error: { message: string; type: string; param: string | null; code: string | null };
}

/** Below /v1 every refusal, of whatever guard, takes this shape. */
export function openaiErrors(_request: Request, response: Response, next: NextFunction): void {
  shapeFailures(response, (failed) => ({ status: statusOf(failed), body: openaiError(failed) }));
  next();
}

/** What is invalid is a bad request in this protocol; its clients know 422 but its servers never send it. */
const statusOf = ({ status }: Failed): number => (status === 422 ? 400 : status);

const CODES: Partial<Record<ErrorCode, string>> = {
  UNAUTHORIZED: 'invalid_api_key',
  FORBIDDEN: 'insufficient_permissions',
  NOT_FOUND: 'unknown_url',
  METHOD_NOT_ALLOWED: 'method_not_supported',
  CONTEXT_LENGTH_EXCEEDED: 'context_length_exceeded',
  PAYLOAD_TOO_LARGE: 'request_too_large',
  UNSUPPORTED_TYPE: 'unsupported_content_type',
  VALIDATION_FAILED: 'invalid_value',
  TOO_MANY_REQUESTS: 'rate_limit_exceeded',
  TIMED_OUT: 'timed_out',
  UNAVAILABLE: 'service_unavailable',
};

/** `details.param` and `details.reason` of an error, or its first issue, become `param` and `code`. */
export function openaiError({ code, status, message, details }: Failed): OpenAIError {
  const [issue] = (Array.isArray(details.issues) ? details.issues : []) as Issue[];
  const missing = issue?.message.startsWith('this field is required') ? 'missing_required_parameter' : undefined;
  const param = typeof details.param === 'string' ? details.param : issue ? bracketed(issue.path) : null;
  const reason = typeof details.reason === 'string' ? details.reason : (missing ?? CODES[code] ?? null);
  return {
    error: {
      message: issue ? message.replace(issue.path, bracketed(issue.path)) : message,
      type: typeOf(status),
      param: param || null,
      code: reason,
    },
  };
}

function typeOf(status: number): string {
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** `messages.0.content` as the protocol writes it: `messages[0].content`. */
const bracketed = (path: string): string => path.replace(/\.(\d+)(?=\.|$)/g, '[$1]');
