/** The OpenAPI 3.1 description, made from the contract and then dressed as the HTTP door answers. */
import { type OpenAPI, OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { contract } from '../../contract';
import type { OperationMeta } from '../../contract/op';
import { dressOpenAI, OPENAI_ERROR_SCHEMA } from '../openai/describe';
import { NAMED_SCHEMAS } from './named-schemas';
import { ERROR_REF, ERROR_SCHEMA, errorResponse, errorStatuses, HEADERS, successHeaders, wrapSuccess } from './responses';
import { createSampler, type Schema } from './sample';
import { SPECIAL } from './special';
import { DESCRIPTION, TAGS } from './words';

const METHODS = ['get', 'post', 'put', 'delete'] as const;

interface Described {
  operation: OpenAPI.OperationObject;
  method: (typeof METHODS)[number];
  path: string;
  meta: OperationMeta;
}

/** Builds the document; it depends on nothing but the contract. */
export async function openapiDocument(version: string): Promise<OpenAPI.Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const made = await generator.generate(contract, {
    info: { title: 'Pressmark', version, description: DESCRIPTION, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/', description: 'This machine' }],
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'The token that Pressmark shows, or one of /api/tokens.',
        },
      },
    },
    filter: ({ contract: { '~orpc': operation } }) => operation.meta.door === 'everywhere',
    commonSchemas: NAMED_SCHEMAS,
    customErrorResponseBodySchema: ERROR_REF,
  });
  const schemas = { ...made.components?.schemas, Error: ERROR_SCHEMA, OpenAIError: OPENAI_ERROR_SCHEMA };
  made.components = { ...made.components, schemas, headers: HEADERS };
  const described = operationsOf(made);
  for (const one of described) dress(one);
  for (const one of described) addExamples(one, createSampler(schemas));
  const used = new Set(described.flatMap(({ operation }) => operation.tags ?? []));
  made.tags = [...used].map((name) => ({ name, ...(TAGS[name] ? { description: TAGS[name] } : {}) }));
  return made;
}

function operationsOf({ paths = {} }: OpenAPI.Document): Described[] {
  const all = Object.entries(paths).flatMap(([path, item]) => METHODS.map((method) => ({ path, method, operation: item?.[method] })));
  return all.flatMap(({ operation, ...at }) => (operation ? [{ ...at, operation, meta: metaOf(operation.operationId) }] : []));
}

/** `projects.create` is the member `create` of the contract's group `projects`. */
function metaOf(operationId = ''): OperationMeta {
  const [group = '', name = ''] = operationId.split('.');
  const operations = contract as unknown as Record<string, Record<string, { '~orpc': { meta: OperationMeta } }>>;
  const found = operations[group]?.[name];
  if (!found) throw new Error(`the contract has no operation ${operationId}`);
  return found['~orpc'].meta;
}

function dress(one: Described): void {
  const { operation, path, meta } = one;
  secure(operation, path === '/api/health' ? null : meta.scope);
  allowNoBody(operation);
  for (const parameter of operation.parameters ?? []) {
    if ('$ref' in parameter) continue;
    delete parameter.allowEmptyValue;
    delete parameter.allowReserved;
  }
  if (meta.protocol === 'openai') dressOpenAI(operation, path);
  else dressAnswers(one);
}

function secure(operation: OpenAPI.OperationObject, scope: OperationMeta['scope'] | null): void {
  operation.security = scope === null ? [] : [{ bearer: [scope] }];
  Object.assign(operation, { 'x-required-scope': scope });
}

/** A body whose fields may all be left out may be left out itself. */
function allowNoBody({ requestBody }: OpenAPI.OperationObject): void {
  if (!requestBody || '$ref' in requestBody) return;
  const schema = requestBody.content['application/json']?.schema;
  if (schema && 'properties' in schema && !schema.required?.length) requestBody.required = false;
}

function dressAnswers(one: Described): void {
  const { operation, method, path, meta } = one;
  const found = Object.entries(operation.responses ?? {}).find(([status]) => Number(status) < 300);
  if (!found || '$ref' in found[1]) return;
  const [status, success] = found;
  success.headers = successHeaders({ meta, versioned: isVersioned(success) });
  wrapSuccess(success);
  const errors = Object.fromEntries(errorStatuses(one).map((code) => [code, errorResponse(code)]));
  operation.responses = { [status]: success, ...errors };
  operation.description = [operation.description, hintOf(one)].filter(Boolean).join('\n\n');
  SPECIAL[`${method} ${path}`]?.(operation);
}

const VERSIONED = new Set(['Project', 'Conversation', 'Settings'].map((name) => `#/components/schemas/${name}`));

function isVersioned({ content }: OpenAPI.ResponseObject): boolean {
  const schema = content?.['application/json']?.schema;
  return schema !== undefined && '$ref' in schema && VERSIONED.has(schema.$ref);
}

/** Headers that every operation of a kind takes; they are no parameters, since most callers leave them out. */
function hintOf({ method, path }: Described): string {
  if (method === 'post') return 'With the header `Idempotency-Key` a request that is sent again gets the first answer again.';
  if (method === 'put' && path !== '/api/settings')
    return 'With the header `If-Match: "VERSION"` it is refused (412) unless that is the present version.';
  return '';
}

function addExamples({ operation, meta }: Described, { sample }: ReturnType<typeof createSampler>): void {
  for (const parameter of operation.parameters ?? []) {
    if ('$ref' in parameter || !parameter.required) continue;
    parameter.example = sample(parameter.schema as Schema, parameter.name, { whole: true });
  }
  const body = operation.requestBody;
  const request = body && !('$ref' in body) ? body.content['application/json'] : undefined;
  if (request?.schema) request.example ??= sample(request.schema as Schema, 'body', { whole: false });
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    const answer = '$ref' in response ? undefined : response.content?.['application/json'];
    if (answer?.schema && (Number(status) < 300 || meta.protocol) && !answer.examples)
      answer.example ??= sample(answer.schema as Schema, 'answer', { whole: true });
  }
}
