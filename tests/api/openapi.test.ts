/** The OpenAPI document: valid, complete, and true to what the server answers; the interactive page beside it. */
import { isContractProcedure } from '@orpc/contract';
import { compileErrors, validate } from '@readme/openapi-parser';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract } from '../../src-main/contract';
import { startServer, type TestServer, temporaryFolder } from '../support/server';

type Content = Record<string, { schema: Record<string, unknown>; example?: unknown; examples?: unknown }>;
interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  responses: Record<string, { description: string; content?: Content }>;
  security?: unknown[];
  requestBody?: { content: Content };
  'x-required-scope': string | null;
}
interface OpenApi {
  openapi: string;
  info: { version: string };
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: Record<string, unknown> };
}

const folder = temporaryFolder();
let server: TestServer;
let api: OpenApi;
beforeAll(async () => {
  server = await startServer({ dataDir: folder.path, env: { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none' } });
  api = (await (await fetch(new URL('/openapi.json', server.ready.url))).json()) as OpenApi;
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

const expected = Object.entries(contract).flatMap(([group, members]) =>
  Object.entries(members).flatMap(([name, procedure]) => {
    if (!isContractProcedure(procedure)) throw new Error(`${group}.${name} is no operation`);
    const { route, meta } = procedure['~orpc'];
    return meta.door === 'everywhere'
      ? [{ name: `${group}.${name}`, method: (route.method ?? '').toLowerCase(), path: (route.path ?? '').replace('{+', '{') }]
      : [];
  }),
);

describe('/openapi.json', () => {
  it('is valid OpenAPI 3.1 of this version', async () => {
    expect(api.openapi).toMatch(/^3\.1\./);
    expect(api.info.version).toBe(server.ready.version);
    const result = await validate(structuredClone(api) as unknown as Parameters<typeof validate>[0]);
    expect(result.valid ? '' : compileErrors(result)).toBe('');
  });

  it('lists exactly the public operations of the contract', () => {
    const listed = Object.entries(api.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { operationId }]) => ({ name: operationId, method, path })),
    );
    const order = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
    expect(listed.sort(order)).toEqual([...expected].sort(order));
  });

  it('describes envelopes, errors, the token, uploads and streams', () => {
    const health = api.paths['/api/health']?.get;
    const project = api.paths['/api/projects/{id}']?.get;
    expect(health?.security).toEqual([]);
    expect(project?.security).toEqual([{ bearer: ['read'] }]);
    expect(api.paths['/api/tokens']?.post?.security).toEqual([{ bearer: ['admin'] }]);
    expect(Object.keys(api.components.securitySchemes)).toEqual(['bearer']);
    expect(project?.responses['200']?.content?.['application/json']?.schema.required).toEqual(['status', 'data', 'message', 'timestamp']);
    expect(project?.responses['404']?.description).toContain('NOT_FOUND');
    expect(Object.keys(api.paths['/api/documents/upload']?.post?.requestBody?.content ?? {})).toEqual(['multipart/form-data']);
    expect(api.paths['/api/documents/upload']?.post?.responses['201']).toBeDefined();
    expect(api.paths['/api/chat']?.post?.responses['200']?.content?.['text/event-stream']).toBeDefined();
    expect(api.paths['/api/documents/{id}/file']?.get?.responses['206']).toBeDefined();
  });
});

/** Every example beside its schema: of bodies, answers and parameters. */
function examplesOf({ paths }: OpenApi): { where: string; schema: object; value: unknown }[] {
  const found: { where: string; schema: object; value: unknown }[] = [];
  const visit = (node: unknown, where: string): void => {
    if (typeof node !== 'object' || node === null) return;
    const { schema, example, examples } = node as { schema?: object; example?: unknown; examples?: Record<string, { value: unknown }> };
    const isStream = /text.(event-stream|plain)/.test(where);
    if (schema && example !== undefined && !isStream) found.push({ where, schema, value: example });
    if (schema) for (const [name, { value }] of Object.entries(examples ?? {})) found.push({ where: `${where}/${name}`, schema, value });
    if (!schema) for (const [key, child] of Object.entries(node)) visit(child, `${where} ${key}`);
  };
  visit(paths, '');
  return found;
}

describe('examples', () => {
  it('are what their schemas say', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(ajv);
    ajv.addSchema({ $id: 'api', ...api });
    const examples = examplesOf(api);
    for (const { where, schema, value } of examples) {
      const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/'));
      const validate = ajv.compile(absolute);
      expect(validate(value) ? null : validate.errors, `${where}: ${JSON.stringify(value)}`).toBeNull();
    }
    expect(examples.length).toBeGreaterThan(100);
  });

  it('exist for every JSON body and answer, with a summary, a described tag and a scope', () => {
    const tags = new Map(api.tags.map(({ name, description }) => [name, description]));
    for (const [path, item] of Object.entries(api.paths)) {
      for (const [method, operation] of Object.entries(item)) {
        const where = `${method} ${path}`;
        expect(operation.summary.length, where).toBeGreaterThan(5);
        expect(
          operation.tags.map((tag) => tags.get(tag)),
          where,
        ).toEqual([expect.stringMatching(/\w/)]);
        expect(['read', 'write', 'admin', null], where).toContain(operation['x-required-scope']);
        for (const [status, { content = {} }] of Object.entries(operation.responses)) {
          const json = content['application/json'];
          if (json) expect(json.example ?? json.examples, `${where} ${status}`).toBeDefined();
        }
        const body = operation.requestBody?.content['application/json'];
        if (body) expect(body.example, where).toBeDefined();
      }
    }
  });
});

describe('/docs', () => {
  it('loads nothing from elsewhere and runs nothing inline', async () => {
    const page = await (await fetch(new URL('/docs/', server.ready.url))).text();
    const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) {
      expect(link.startsWith('/docs/')).toBe(true);
      expect((await fetch(new URL(link, server.ready.url))).status, link).toBe(200);
    }
    expect(page).not.toMatch(/<script>|<style>| on\w+=/);
  });
});
