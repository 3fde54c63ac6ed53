/** The OpenAPI 3.1 description, made from the contract and then dressed as the HTTP door answers: envelopes, uploads, streams. */
import { type OpenAPI, OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { contract } from '../contract';
import { chatAnswer, citation, conversation, message } from '../contract/chat';
import { chunk, document, documentPage, failure, uploadItem } from '../contract/documents';
import { ERRORS } from '../contract/errors';
import { job } from '../contract/jobs';
import { project } from '../contract/projects';
import { pressmark, searchHit } from '../contract/search';
import { systemInfo } from '../contract/system';
import { dressOpenAI, OPENAI_ERROR_SCHEMA } from './openai/describe';

const DESCRIPTION = `Answers from your own documents. Everything runs on this machine.

Every answer below /api is \`{"status":"success","data":…,"message":…,"timestamp":…}\` or
\`{"status":"error","error":{"code","message","details"},"message":…,"timestamp":…}\`. Lists are
\`{"items":[…],"next_cursor":null}\` with \`?limit=&cursor=\`. A trailing slash is optional. Send the token that Pressmark shows as
\`Authorization: Bearer TOKEN\`. Changes and streamed answers also come over the WebSocket at \`/api/ws\`.`;

/** Builds the document; it depends on nothing but the contract. */
export async function openapiDocument(version: string): Promise<OpenAPI.Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const output = 'output' as const;
  const schemas = {
    Project: project,
    Document: document,
    DocumentPage: documentPage,
    Chunk: chunk,
    UploadItem: uploadItem,
    Failure: failure,
  };
  const more = { Job: job, Pressmark: pressmark, SearchHit: searchHit, Citation: citation, Message: message, ChatAnswer: chatAnswer };
  const rest = { Conversation: conversation, SystemInfo: systemInfo };
  const made = await generator.generate(contract, {
    info: { title: 'Pressmark', version, description: DESCRIPTION, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/', description: 'This machine' }],
    security: [{ bearer: [] }],
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'The token of this installation.' } },
    },
    filter: ({ contract: { '~orpc': operation } }) => operation.meta.door === 'everywhere',
    commonSchemas: Object.fromEntries(
      Object.entries({ ...schemas, ...more, ...rest }).map(([name, schema]) => [name, { strategy: output, schema }]),
    ),
    customErrorResponseBodySchema: ERROR_REF,
  });
  made.components = {
    ...made.components,
    schemas: { ...made.components?.schemas, Error: errorSchema(), OpenAIError: OPENAI_ERROR_SCHEMA },
  };
  for (const [path, item] of Object.entries(made.paths ?? {})) {
    for (const method of ['get', 'post', 'put', 'delete'] as const) {
      const operation = item?.[method];
      if (operation && path.startsWith('/v1/')) dressOpenAI(operation, path);
      else if (operation) dress(operation, path);
    }
  }
  return made;
}

function dress(operation: OpenAPI.OperationObject, path: string): void {
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    if ('$ref' in response) continue;
    if (Number(status) < 300) wrapSuccess(response);
    else response.description = describeStatus(Number(status));
  }
  for (const parameter of operation.parameters ?? []) {
    if ('$ref' in parameter) continue;
    delete parameter.allowEmptyValue;
    delete parameter.allowReserved;
  }
  if (path === '/api/health') operation.security = [];
  if (path === '/api/documents/upload') asMultipart(operation);
  if (path === '/api/documents/{id}/file') asFile(operation);
  if (path === '/api/chat') asStream(operation);
}

function wrapSuccess(response: OpenAPI.ResponseObject): void {
  const json = response.content?.['application/json'];
  if (!json?.schema) return;
  json.schema = {
    type: 'object',
    properties: {
      status: { const: 'success' },
      data: json.schema,
      message: { type: 'string' },
      timestamp: { type: 'string', format: 'date-time' },
    },
    required: ['status', 'data', 'message', 'timestamp'],
  } as NonNullable<typeof json.schema>;
}

const ERROR_REF = { $ref: '#/components/schemas/Error' } as const;

function errorSchema(): OpenAPI.SchemaObject {
  return {
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
}

/** "NOT_FOUND: There is nothing at this address." for each code that has the status. */
function describeStatus(status: number): string {
  const codes = Object.entries(ERRORS).filter(([, error]) => error.status === status);
  return codes.map(([code, { message }]) => `${code}: ${message}`).join(' ');
}

function asMultipart(operation: OpenAPI.OperationObject): void {
  operation.requestBody = {
    required: true,
    content: {
      'multipart/form-data': {
        schema: {
          type: 'object',
          properties: {
            project_id: { type: 'string', minLength: 1, maxLength: 64, description: 'Best sent before the first file.' },
            file: {
              type: 'array',
              description: 'PDF, DOCX, Markdown, HTML, CSV or text; each file gets its own verdict. At least one must be readable.',
              items: { type: 'string', contentMediaType: 'application/octet-stream' },
              minItems: 1,
              // Empty files, and text with zero characters, are never readable. Of the bytes of a PDF or DOCX file this says nothing.
              contains: { type: 'string', pattern: '^[^\\u0000]+$' },
            } as OpenAPI.SchemaObject,
          },
          required: ['project_id', 'file'],
        },
      },
    },
  };
  operation.parameters = [];
}

function asFile(operation: OpenAPI.OperationObject): void {
  const content = { '*/*': { schema: { type: 'string', contentMediaType: 'application/octet-stream' } } } as const;
  operation.description = 'The header `Range: bytes=0-1023` asks for a part; the answer is 206 then, or 416 when it lies outside the file.';
  operation.responses = {
    ...operation.responses,
    200: { description: 'The original bytes', content },
    206: { description: 'The asked range of them', content },
    416: { description: 'The range lies outside the file' },
  };
}

function asStream(operation: OpenAPI.OperationObject): void {
  const ok = operation.responses?.['200'];
  if (!ok || '$ref' in ok) return;
  ok.content = {
    ...ok.content,
    // OpenAPI 3.1 has no word for streams: the schema is that of each event.
    'text/event-stream': {
      schema: EVENT,
      example: 'event: token\ndata: {"text":"The fee is 25 euros [1]."}\n\n',
    },
  };
}

/** An event of an answer; `data` is JSON. */
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
