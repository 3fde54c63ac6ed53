/** The typed door of the page: the contract's own client over HTTP, with streams, typed errors and nothing that names local files. */
import { createORPCClient, safe } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Contract } from '../../src-main/contract';
import { type Library, openLibrary, uploadTexts } from './library';

type Client = ContractRouterClient<Contract>;
let library: Library;
let client: Client;
const clientWith = (token: string): Client =>
  createORPCClient(new RPCLink({ url: `${library.server.ready.url}/rpc`, headers: { authorization: `Bearer ${token}` } }));

beforeAll(async () => {
  library = await openLibrary();
  client = clientWith(library.server.ready.token);
});
afterAll(() => library.close());

describe('calls', () => {
  it('are typed both ways', async () => {
    const { items } = await client.documents.list({ project_id: library.project_id, limit: 1 });
    expect(items).toHaveLength(1);
    expect((await client.system.health()).status).toBe('ok');
  });

  it('need the token', async () => {
    const { error } = await safe(clientWith('wrong').projects.list({}));
    expect(error).toMatchObject({ status: 401 });
  });

  it('get the errors of the contract', async () => {
    const missing = await safe(client.projects.get({ id: 'nowhere' }));
    expect(missing.isDefined && missing.error.code).toBe('NOT_FOUND');
    const invalid = await safe(client.projects.create({ name: '' }));
    expect(invalid.isDefined && invalid.error.code).toBe('VALIDATION_FAILED');
    expect(invalid.isDefined && invalid.error.data).toMatchObject({ issues: [{ path: 'name' }] });
  });

  it('may not name local files', async () => {
    const { error } = await safe(client.documents.import({ project_id: library.project_id, paths: ['/etc/hostname'] }));
    expect(error).toMatchObject({ code: 'FORBIDDEN', status: 403 });
  });

  it('carry files', async () => {
    const file = await client.documents.file({ id: library.garden.id });
    expect(file.name).toBe('garden.md');
    expect(await file.text()).toContain('25 euros');
    const sent = new File(['Words of a file inside a call.'], '../odd/inside.md');
    const { items } = await client.documents.upload({ project_id: library.project_id, file: sent });
    expect(items[0]).toMatchObject({ filename: 'inside.md', error: null });
  });
});

describe('streams', () => {
  it('follow an answer as it grows', async () => {
    const types: string[] = [];
    const question = { project_id: library.project_id, message: 'Who built the iron bridge over the Tamber?' };
    for await (const event of await client.chat.stream(question)) types.push(event.type);
    expect(types[0]).toBe('start');
    expect(types).toContain('token');
    expect(types.at(-1)).toBe('done');
  });

  it('push changes until they are aborted', async () => {
    const stop = new AbortController();
    const events = await client.system.events({}, { signal: stop.signal });
    const next = events.next();
    await uploadTexts(library.server, library.project_id, { 'pushed.md': 'Words that are pushed.' });
    expect((await next).value).toMatchObject({ type: expect.stringMatching(/^(document|job)$/), event_id: expect.any(Number) });
    stop.abort();
    await events.return?.();
  });
});
