/** Every error becomes one of the contract's; what nobody expected is logged and answered without its details. */
import { ORPCError } from '@orpc/client';
import { ValidationError } from '@orpc/contract';
import { ERRORS, type ErrorCode } from '../contract/errors';
import { AppError, storageFault } from '../core/errors';
import type { Log } from '../core/ports/runtime';

/** An error as it leaves a door. */
export interface Failed {
  code: ErrorCode;
  status: number;
  message: string;
  details: Record<string, unknown>;
}

/** One thing that is wrong with an input; `path` is dotted, empty for the input as a whole. */
export interface Issue {
  path: string;
  message: string;
}

type SchemaIssue = ValidationError['issues'][number];

/** A `Failed` with the status that the contract gives the code. */
export function failed(code: ErrorCode, message: string = ERRORS[code].message, details: Record<string, unknown> = {}): Failed {
  return { code, status: ERRORS[code].status, message, details };
}

/** Names every offending field, in the words of its schema. */
export function invalid(issues: readonly SchemaIssue[]): Failed {
  const named: Issue[] = issues.map(({ path = [], message }) => ({
    path: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
    message: plain(message),
  }));
  const [first] = named;
  const message = first ? (first.path ? `${first.path}: ${first.message}` : first.message) : ERRORS.VALIDATION_FAILED.message;
  return failed('VALIDATION_FAILED', message, { issues: named });
}

/** zod's wording of a field that was not sent is about its own types. */
const plain = (message: string): string =>
  message.replace(/^Invalid input: expected (.+), received undefined$/, 'this field is required ($1)').replace(/^Invalid input: /, '');

/** What to answer for any thrown value. Unknown ones are logged with their stack; the caller only gets the request id. */
export function describeError(error: unknown, log: Log, request_id: string): Failed {
  const known = error instanceof AppError ? error : storageFault(error);
  if (known) return failed(known.code, known.message, known.details);
  if (error instanceof ORPCError) return describeORPCError(error, log, request_id);
  return unexpected(error, log, request_id);
}

function describeORPCError(error: ORPCError<string, unknown>, log: Log, request_id: string): Failed {
  if (isCode(error.code)) return failed(error.code, error.message, isRecord(error.data) ? error.data : {});
  if (error.status >= 500) return unexpected(error.cause ?? error, log, request_id);
  const code = BY_STATUS[error.status] ?? 'BAD_REQUEST';
  return failed(code, error.message);
}

function unexpected(error: unknown, log: Log, request_id: string): Failed {
  const stack = error instanceof Error ? error.stack : String(error);
  const issues = error instanceof ValidationError ? { issues: error.issues } : {};
  log.error('unexpected error', { request_id, stack, ...issues });
  return failed('INTERNAL', `Something went wrong inside Pressmark; its log has the details under ${request_id}.`, { request_id });
}

/** The same error for oRPC, which passes it on typed. */
export function toContractError(error: unknown, log: Log, request_id: string): ORPCError<ErrorCode, Record<string, unknown>> {
  const { code, status, message, details } = isInvalidInput(error) ? invalid(error.cause.issues) : describeError(error, log, request_id);
  return new ORPCError(code, { status, message, data: details });
}

function isInvalidInput(error: unknown): error is { cause: ValidationError } {
  return error instanceof ORPCError && error.code === 'BAD_REQUEST' && error.cause instanceof ValidationError;
}

const isCode = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const BY_STATUS: Partial<Record<number, ErrorCode>> = {
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_TYPE',
  422: 'VALIDATION_FAILED',
  429: 'TOO_MANY_REQUESTS',
};
