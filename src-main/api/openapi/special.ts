/** Operations whose requests or answers are no plain JSON: uploads, files, streams. */
import type { OpenAPI } from '@orpc/openapi';

type Operation = OpenAPI.OperationObject;

const bytes = (description?: string) => ({
  schema: { type: 'string' as const, contentMediaType: 'application/octet-stream', ...(description ? { description } : {}) },
});
const plain = { schema: { type: 'string' as const } };

const rows = { type: 'array' as const, items: { type: 'object' as const } };
const wholeGraph = {
  schema: { type: 'object' as const, required: ['entities', 'relations'], properties: { entities: rows, relations: rows } },
};

/** By path and method; applied after everything else. */
export const SPECIAL: Record<string, (operation: Operation) => void> = {
  'post /api/documents/upload': asMultipart,
  'get /api/documents/{id}/file': asFile,
  'get /api/backup/{name}/file': asFile,
  'post /api/chat': asStream,
  'post /api/conversations/{id}/messages/{message_id}/regenerate': asStream,
  'post /api/models/import': (operation) => asEither(operation, 'url', { kind: 'chat', path: '/home/ada/models/tiny.gguf' }),
  'post /api/restore': asArchive,
  'get /api/projects/{id}/export': (operation) => answers(operation, { 'application/zip': bytes('The archive.') }),
  'get /api/projects/{id}/graph/export': (operation) =>
    answers(operation, { 'application/json': wholeGraph, 'application/graphml+xml': plain }),
  'post /api/projects/import': asUploadedArchive,
  'get /metrics': (operation) => answers(operation, { 'text/plain': { ...plain, example: 'pressmark_uptime_seconds 42\n' } }),
  'get /api/audit/export': (operation) => answers(operation, { 'application/x-ndjson': plain, 'text/csv': plain }),
};

function answers(operation: Operation, content: OpenAPI.ResponseObject['content']): void {
  const ok = operation.responses?.['200'];
  if (ok && !('$ref' in ok) && content) ok.content = content;
}

function asMultipart(operation: Operation): void {
  const file = {
    type: 'array',
    description:
      'PDF, Word, Excel, PowerPoint, OpenDocument, RTF, e-books, mail, archives, web pages, Markdown, tables, JSON, text, source code or pictures, told by their content; each file gets its own verdict. At least one must be readable.',
    items: { type: 'string', contentMediaType: 'application/octet-stream' },
    minItems: 1,
    // Empty files, and text with zero characters, are never readable. Of the bytes of a PDF or DOCX file this says nothing.
    contains: { type: 'string', pattern: '^[^\\u0000]+$' },
  } as OpenAPI.SchemaObject;
  const project_id = { type: 'string', minLength: 1, maxLength: 64, description: 'Best sent before the first file.' } as const;
  operation.requestBody = {
    required: true,
    content: { 'multipart/form-data': { schema: { type: 'object', properties: { project_id, file }, required: ['project_id', 'file'] } } },
  };
  operation.parameters = [];
}

/** JSON Schema can say what the contract checks by itself: one of the two, not both. */
function asEither({ requestBody }: Operation, other: string, example: object): void {
  const json = requestBody && !('$ref' in requestBody) ? requestBody.content['application/json'] : undefined;
  if (!json?.schema) return;
  Object.assign(json.schema, { oneOf: [{ required: ['path'] }, { required: [other] }] });
  json.example = example;
}

function asArchive(operation: Operation): void {
  asEither(operation, 'name', { name: 'pressmark-20261123-161500.zip' });
  const { requestBody } = operation;
  if (!requestBody || '$ref' in requestBody) return;
  requestBody.required = true;
  Object.assign(requestBody.content, { 'application/zip': bytes('A backup.') });
}

function asUploadedArchive(operation: Operation): void {
  const file = { ...bytes('The archive of a project.').schema };
  operation.requestBody = {
    required: true,
    content: {
      'multipart/form-data': { schema: { type: 'object', properties: { file }, required: ['file'] } },
      'application/zip': bytes('The archive of a project.'),
    },
  };
  operation.parameters = [];
}

function asFile(operation: Operation): void {
  const content = { '*/*': bytes() };
  operation.description = 'The header `Range: bytes=0-1023` asks for a part; the answer is 206 then, or 416 when it lies outside the file.';
  const { 200: ok, ...others } = operation.responses ?? {};
  const headers = ok && !('$ref' in ok) ? ok.headers : undefined;
  operation.responses = {
    200: { description: 'All bytes', ...(headers ? { headers } : {}), content },
    206: { description: 'The asked range of them', ...(headers ? { headers } : {}), content },
    ...others,
    416: {
      description: 'The range lies outside the file; `Content-Range` tells its size.',
      content: others['400'] ? errorOf(others['400']) : {},
    },
  };
}

const errorOf = (response: OpenAPI.ReferenceObject | OpenAPI.ResponseObject) => ('$ref' in response ? {} : (response.content ?? {}));

function asStream(operation: Operation): void {
  const ok = operation.responses?.['200'];
  if (!ok || '$ref' in ok) return;
  const events = [
    'event: token\ndata: {"text":"The iron bridge was built in 1884 [1]."}\n\n',
    'event: error\ndata: {"code":"UNAVAILABLE","message":"The answer was stopped before it was complete.","details":{}}\n\n',
  ];
  ok.content = { ...ok.content, 'text/event-stream': { schema: EVENT, example: events.join('') } };
}

/** An event of an answer. OpenAPI 3.1 has no word for streams: the schema is that of each event, whose `data` is JSON. */
const EVENT = {
  type: 'object',
  description: 'One server-sent event. The stream ends with `done` or `error`.',
  properties: { event: { enum: ['token', 'citation', 'done', 'error'] }, data: { type: 'string', contentMediaType: 'application/json' } },
  required: ['event', 'data'],
  oneOf: [
    eventOf('token', { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }),
    eventOf('citation', { $ref: '#/components/schemas/Citation' }),
    eventOf('done', { $ref: '#/components/schemas/ChatAnswer' }),
    eventOf('error', { $ref: '#/components/schemas/Error/properties/error' }),
  ],
} as OpenAPI.SchemaObject;

function eventOf(name: string, contentSchema: object) {
  return { properties: { event: { const: name }, data: { contentMediaType: 'application/json', contentSchema } } };
}
