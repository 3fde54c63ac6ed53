/** Which answers an operation gives, in which envelope, with which headers and for which mistakes. */
import type { OpenAPI } from '@orpc/openapi';
import { ERRORS, type ErrorCode } from '../../contract/errors';
import type { OperationMeta } from '../../contract/op';

export const ERROR_REF = { $ref: '#/components/schemas/Error' } as const;
const TIME = '2026-03-14T09:26:53.589Z';

/** Around the data of every answer below /api. */
export function wrapSuccess(response: OpenAPI.ResponseObject): void {
  const json = response.content?.['application/json'];
  if (!json?.schema) return;
  json.schema = {
    type: 'object',
    properties: {
      status: { const: 'success' },
      data: json.schema,
      message: { type: 'string', examples: ['OK'] },
      timestamp: { type: 'string', format: 'date-time' },
    },
    required: ['status', 'data', 'message', 'timestamp'],
  } as NonNullable<typeof json.schema>;
}

export const ERROR_SCHEMA = {
  type: 'object',
  properties: {
    status: { const: 'error' },
    error: {
      type: 'object',
      properties: {
        code: { type: 'string', enum: Object.keys(ERRORS) },
        message: { type: 'string', description: 'For people.' },
        details: { type: 'object', description: 'Facts for programs; `issues` [{path, message}] when a field is invalid.' },
      },
      required: ['code', 'message', 'details'],
    },
    message: { type: 'string' },
    timestamp: { type: 'string', format: 'date-time' },
  },
  required: ['status', 'error', 'message', 'timestamp'],
} as OpenAPI.SchemaObject;

/** Their bodies name something that may not be there. */
const NAMING = ['/api/models/import', '/api/restore'];

interface Described {
  operation: OpenAPI.OperationObject;
  method: string;
  path: string;
  meta: OperationMeta;
}

/** The mistakes that can be made with this operation, instead of all that there are. */
export function errorStatuses({ operation, method, path, meta }: Described): number[] {
  const changes = method !== 'get';
  const asks = changes || (operation.parameters ?? []).length > 0;
  const named =
    NAMING.includes(path) || path.includes('{') || JSON.stringify([operation.parameters, operation.requestBody]).includes('_id"');
  const wanted: [number, boolean][] = [
    [400, true],
    [401, path !== '/api/health'],
    [403, true],
    [404, named],
    [408, changes],
    [409, changes],
    [412, method === 'put'],
    [413, changes],
    [415, changes],
    [422, asks],
    [429, meta.cost !== 'light'],
    [500, true],
    [503, true],
  ];
  return wanted.filter(([, possible]) => possible).map(([status]) => status);
}

/** One error answer: "NOT_FOUND: There is nothing at this address." and an example of each code that has the status. */
export function errorResponse(status: number): OpenAPI.ResponseObject {
  const codes = (Object.keys(ERRORS) as ErrorCode[]).filter((code) => ERRORS[code].status === status);
  const examples = Object.fromEntries(codes.map((code) => [code, { value: errorExample(code) }]));
  return {
    description: codes.map((code) => `${code}: ${ERRORS[code].message}`).join(' '),
    headers: { ...COMMON_HEADERS, ...(status === 429 || status === 503 ? { 'Retry-After': headerRef('RetryAfter') } : {}) },
    content: { 'application/json': { schema: ERROR_REF, examples } },
  };
}

function errorExample(code: ErrorCode) {
  const { message } = ERRORS[code];
  const issues = [{ path: 'name', message: 'this field is required (string)' }];
  const details =
    code === 'VALIDATION_FAILED' ? { issues } : code === 'TOO_MANY_REQUESTS' ? { limit: 120, window_s: 60, retry_after_s: 17 } : {};
  return { status: 'error', error: { code, message, details }, message, timestamp: TIME };
}

const headerRef = (name: string): OpenAPI.ReferenceObject => ({ $ref: `#/components/headers/${name}` });
const COMMON_HEADERS = { 'X-Request-Id': headerRef('RequestId') };
const LIMIT_HEADERS = {
  'RateLimit-Limit': headerRef('RateLimitLimit'),
  'RateLimit-Remaining': headerRef('RateLimitRemaining'),
  'RateLimit-Reset': headerRef('RateLimitReset'),
  'RateLimit-Policy': headerRef('RateLimitPolicy'),
};

/** Headers of a successful answer. */
export function successHeaders({ meta, versioned }: { meta: OperationMeta; versioned: boolean }) {
  return {
    ...COMMON_HEADERS,
    ...(versioned ? { ETag: headerRef('ETag') } : {}),
    ...(meta.cost === 'light' ? {} : LIMIT_HEADERS),
  };
}

const count = { type: 'integer', minimum: 0 } as const;
export const HEADERS: Record<string, OpenAPI.HeaderObject> = {
  RequestId: {
    description: 'Stands in the log too. A plain word sent as `X-Request-Id` is taken over.',
    required: true,
    schema: { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,64}$' },
  },
  ETag: { description: 'The `version`, for `If-Match` of a change.', schema: { type: 'string', pattern: '^"[0-9]+"$' } },
  RetryAfter: { description: 'Seconds until another try makes sense.', schema: count },
  RateLimitLimit: { description: 'Requests of this kind in a window; absent without a limit.', schema: count },
  RateLimitRemaining: { description: 'Those that are left.', schema: count },
  RateLimitReset: { description: 'Seconds until the window ends.', schema: count },
  RateLimitPolicy: { description: 'For example `120;w=60`: 120 in 60 seconds.', schema: { type: 'string' } },
};
