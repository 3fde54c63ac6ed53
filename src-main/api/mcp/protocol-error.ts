/** Errors of JSON-RPC, made from those of the contract. */
import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import type { Log } from '../../core/ports/runtime';
import { describeError } from '../errors';

/** The protocol's code for a resource that is not there. */
const RESOURCE_NOT_FOUND = -32002;

/** The SDK's own class writes its code into the message, which clients then do once more. */
export class ProtocolError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
  }
}

/** What to answer for any thrown value. */
export function protocolError(error: unknown, log: Log, request_id: string): ProtocolError {
  if (error instanceof ProtocolError) return error;
  const { code, status, message, details } = describeError(error, log, request_id);
  if (code === 'NOT_FOUND') return new ProtocolError(RESOURCE_NOT_FOUND, message, details);
  return new ProtocolError(status < 500 ? ErrorCode.InvalidParams : ErrorCode.InternalError, message, details);
}
