/** The OpenAPI document: valid, complete, and true to what the server answers; the interactive page beside it. */
import { isContractProcedure } from '@orpc/contract';
import { compileErrors, validate } from '@readme/openapi-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract } from '../../src-main/contract';
import { startServer, type TestServer, temporaryFolder } from '../support/server';

type Responses = Record<string, { description: string; content?: Record<string, { schema: Record<string, unknown> }> }>;
interface OpenApi {
  openapi: string;
  info: { version: string };
  paths: Record<
    string,
    Record<string, { operationId: string; responses: Responses; security?: unknown[]; requestBody?: { content: object } }>
  >;
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
    expect(project?.security).toBeUndefined();
    expect(Object.keys(api.components.securitySchemes)).toEqual(['bearer']);
    expect(project?.responses['200']?.content?.['application/json']?.schema.required).toEqual(['status', 'data', 'message', 'timestamp']);
    expect(project?.responses['404']?.description).toContain('NOT_FOUND');
    expect(Object.keys(api.paths['/api/documents/upload']?.post?.requestBody?.content ?? {})).toEqual(['multipart/form-data']);
    expect(api.paths['/api/documents/upload']?.post?.responses['201']).toBeDefined();
    expect(api.paths['/api/chat']?.post?.responses['200']?.content?.['text/event-stream']).toBeDefined();
    expect(api.paths['/api/documents/{id}/file']?.get?.responses['206']).toBeDefined();
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
