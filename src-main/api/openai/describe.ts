/** How the operations of the OpenAI protocol are described: answers without the envelope, that protocol's errors, and its stream. */
import type { OpenAPI } from '@orpc/openapi';

const ERROR_REF = { $ref: '#/components/schemas/OpenAIError' } as const;

export const OPENAI_ERROR_SCHEMA = {
  type: 'object',
  properties: {
    error: {
      type: 'object',
      properties: {
        message: { type: 'string', description: 'For people.' },
        type: { type: 'string', enum: ['invalid_request_error', 'rate_limit_error', 'server_error'] },
        param: { type: ['string', 'null'], description: 'The field that is wrong.' },
        code: { type: ['string', 'null'], description: '`model_not_found`, `context_length_exceeded`, `invalid_api_key`…' },
      },
      required: ['message', 'type', 'param', 'code'],
    },
  },
  required: ['error'],
} as OpenAPI.SchemaObject;

const ERRORS: Record<number, string> = {
  400: 'The request is invalid, or longer than the model reads (`context_length_exceeded`).',
  401: 'A valid bearer token is needed.',
  403: 'This token may not do that.',
  404: 'There is no such model (`model_not_found`).',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  429: 'Too many requests; `Retry-After` says when to try again.',
  500: 'Something went wrong inside Pressmark.',
  503: 'No such model is installed, or too many answers are being written; then `Retry-After` says when to try again.',
};

/** Replaces what was made for the other routes. */
export function dressOpenAI(operation: OpenAPI.OperationObject, path: string): void {
  const ok = operation.responses?.['200'];
  const errors = Object.entries(ERRORS).map(([status, description]) => [
    status,
    { description, content: { 'application/json': { schema: ERROR_REF } } },
  ]);
  operation.responses = { ...(ok ? { 200: ok } : {}), ...Object.fromEntries(errors) };
  if (path !== '/v1/chat/completions' || !ok || '$ref' in ok) return;
  ok.content = {
    ...ok.content,
    'text/event-stream': {
      schema: { type: 'string', description: 'With `stream: true`: `data: {chat.completion.chunk}` …, then `data: [DONE]`.' },
      example:
        'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Hello"},"logprobs":null,"finish_reason":null}]}\n\ndata: [DONE]\n\n',
    },
  };
}
