/** A protected document asks for its password, and reads on with the right one, which is kept nowhere. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Document } from '../../src-main/contract/documents';
import { pause, SAMPLES, startServer, type TestServer, temporaryFolder } from '../support/server';

const home = temporaryFolder();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ dataDir: home.path });
});
afterAll(async () => {
  await server.stop();
  home.remove();
});

async function settled(id: string): Promise<Document> {
  for (let tries = 0; tries < 400; tries += 1) {
    const { data } = (await server.get<Document>(`/api/documents/${id}`)).body;
    if (['failed', 'ready'].includes(data.state)) return data;
    await pause(50);
  }
  throw new Error('the document did not settle');
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const found = statSync(path);
    if (found.isDirectory()) return filesBelow(path);
    return found.isFile() ? [path] : [];
  });

describe('a protected document', () => {
  it('asks, says when the password is wrong, and is read with the right one', async () => {
    const project_id = (await server.createProject()).id;
    const [item] = (await server.upload(project_id, join(SAMPLES, 'password.pdf'))).body.data.items;
    const id = item?.document?.id ?? '';
    const unlock = (password: unknown) => server.post<{ document: Document }>(`/api/documents/${id}/unlock`, { password });
    expect((await settled(id)).error).toMatchObject({ code: 'PASSWORD_NEEDED', action: expect.stringContaining('password') });
    expect((await unlock('Open-Sesame-Wrong')).status).toBe(202);
    expect((await settled(id)).error?.code).toBe('PASSWORD_WRONG');
    expect((await unlock('')).body).toMatchObject({ error: { code: 'VALIDATION_FAILED' } });
    expect((await unlock('open-sesame')).body.data.document.state).toBe('queued');
    const ready = await settled(id);
    expect([ready.state, ready.error, (ready.content ?? '').length > 20]).toEqual(['ready', null, true]);
    expect((await unlock('open-sesame')).body).toMatchObject({ error: { code: 'CONFLICT' } });
    for (const path of filesBelow(home.path)) expect(readFileSync(path).includes('open-sesame'), path).toBe(false);
  });
});
