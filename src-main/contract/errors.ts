/** Every error code that a client can meet, with its HTTP status. */
import { z } from 'zod';

/** `details` of an error: free-form facts that name the offending field, limit or id. */
export const errorDetails = z.record(z.string(), z.unknown()).optional();

const error = <S extends number>(status: S, message: string) => ({ status, message, data: errorDetails });

/** Code → HTTP status and default sentence. Add codes here; never reuse one with another meaning. */
export const ERRORS = {
  BAD_REQUEST: error(400, 'The request could not be read.'),
  CONTEXT_LENGTH_EXCEEDED: error(400, 'The prompt is longer than the model can read.'),
  UNAUTHORIZED: error(401, 'A valid bearer token is needed.'),
  FORBIDDEN: error(403, 'This caller may not do that.'),
  NOT_FOUND: error(404, 'There is nothing at this address.'),
  METHOD_NOT_ALLOWED: error(405, 'This address does not take that method.'),
  REQUEST_TIMEOUT: error(408, 'The request did not arrive in time.'),
  CONFLICT: error(409, 'This clashes with the present state.'),
  PRECONDITION_FAILED: error(412, 'It was changed since you last read it.'),
  PAYLOAD_TOO_LARGE: error(413, 'The request is larger than the limit.'),
  UNSUPPORTED_TYPE: error(415, 'This kind of content is not supported.'),
  VALIDATION_FAILED: error(422, 'A field is missing or invalid.'),
  UPLOAD_FAILED: error(422, 'No file could be accepted.'),
  TOO_MANY_REQUESTS: error(429, 'Too many requests; try again later.'),
  TIMED_OUT: error(503, 'The operation took longer than its limit.'),
  UNAVAILABLE: error(503, 'This part of Pressmark is not available right now.'),
  DISK_FULL: error(507, 'The disk that holds the library is full.'),
  INTERNAL: error(500, 'Something went wrong inside Pressmark.'),
} as const;

export type ErrorCode = keyof typeof ERRORS;
