/** The audit log: who changed what, when, from which interface; paged, filtered, exported. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AuditEntry } from '../../src-main/contract/audit';
import type { Page } from '../../src-main/contract/shared';
import type { IssuedToken } from '../../src-main/contract/tokens';
import { type Library, openLibrary, rawRequest } from './library';

let library: Library;
let script: IssuedToken;
beforeAll(async () => {
  library = await openLibrary({ PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none' });
  script = (await library.server.post<IssuedToken>('/api/tokens', { name: 'Night script', scopes: ['write'] })).body.data;
});
afterAll(() => library.close());

const entries = async (query = '') => (await library.server.get<Page<AuditEntry>>(`/api/audit?limit=200${query}`)).body.data.items;
const asScript = () => ({ authorization: `Bearer ${script.token}` });

it('notes a change with who, what, when and from where', async () => {
  const before = new Date().toISOString();
  const { body, headers } = await library.server.request<{ id: string }>('POST', '/api/projects', { name: 'Audited' }, asScript());
  const [entry] = await entries('&action=projects.create');
  expect(entry).toMatchObject({
    action: 'projects.create',
    user: 'Night script',
    interface: 'http',
    outcome: 'done',
    request_id: headers.get('x-request-id'),
    details: { id: body.data.id, name: 'Audited' },
  });
  expect(Date.parse(entry?.timestamp ?? '')).toBeGreaterThanOrEqual(Date.parse(before));
});

it('notes uploads file by file, deletions, and questions without their words', async () => {
  await library.server.request(
    'POST',
    '/api/chat',
    { project_id: library.project_id, message: 'How long is the secret bridge?' },
    asScript(),
  );
  const found = await entries();
  expect(found.filter(({ action }) => action === 'documents.upload').map(({ details }) => details.filename)).toEqual(
    expect.arrayContaining(['garden.md', 'bridge.md']),
  );
  expect(found.some(({ action }) => action === 'chat.ask')).toBe(true);
  expect(JSON.stringify(found)).not.toContain('secret bridge');
});

it('notes what was refused, and why', async () => {
  await library.server.request('POST', '/api/tokens', { name: 'More' }, asScript());
  const [entry] = await entries('&action=tokens.create&outcome=refused');
  expect(entry).toMatchObject({ user: 'Night script', outcome: 'refused', details: { code: 'FORBIDDEN' } });
});

it('notes sign-ins once, and refused ones without filling up', async () => {
  for (let time = 0; time < 20; time += 1) await rawRequest(library.server.ready.url, '/api/projects', { authorization: 'Bearer wrong' });
  const found = await entries();
  expect(found.filter(({ action, user }) => action === 'sign_in' && user === 'Night script')).toHaveLength(1);
  expect(found.filter(({ action }) => action === 'sign_in_refused')).toHaveLength(1);
});

it('does not note reading', async () => {
  const before = (await entries()).length;
  await library.server.get('/api/projects');
  await library.server.post('/api/search', { project_id: library.project_id, query: 'bridge' });
  expect((await entries()).length).toBe(before);
});

it('pages through everything once, newest first', async () => {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const { body }: { body: { data: Page<AuditEntry> } } = await library.server.get<Page<AuditEntry>>(
      `/api/audit?limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    );
    ids.push(...body.data.items.map(({ id }) => id));
    cursor = body.data.next_cursor;
  } while (cursor);
  expect(ids).toEqual((await entries()).map(({ id }) => id));
  expect(ids).toEqual([...ids].sort().reverse());
});

it('filters by user, group and time', async () => {
  expect((await entries('&user=Night%20script')).every(({ user }) => user === 'Night script')).toBe(true);
  expect(new Set((await entries('&action=projects')).map(({ action }) => action))).toEqual(new Set(['projects.create']));
  expect(await entries('&since=2100-01-01T00:00:00Z')).toEqual([]);
  expect((await entries('&until=2100-01-01T00:00:00Z')).length).toBeGreaterThan(0);
});

it('is exported as JSON lines and as CSV', async () => {
  const headers = { authorization: `Bearer ${library.server.ready.token}` };
  const lines = await rawRequest(library.server.ready.url, '/api/audit/export', headers);
  expect(lines.headers['content-type']).toContain('application/x-ndjson');
  const parsed = lines.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEntry);
  expect(parsed.map(({ id }) => id)).toEqual((await entries()).map(({ id }) => id));
  const table = await rawRequest(library.server.ready.url, '/api/audit/export?format=csv', headers);
  expect(table.headers['content-type']).toContain('text/csv');
  expect(table.text.split('\n')[0]).toBe('id,timestamp,action,user,interface,outcome,request_id,details');
  expect(table.text).toContain('projects.create,Night script,http,done');
});
