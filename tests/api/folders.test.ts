/** Followed folders from outside: files come, change, move and go while the server runs, or while it does not. */
import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../src-main/contract/audit';
import type { Document } from '../../src-main/contract/documents';
import type { Folder } from '../../src-main/contract/folders';
import type { Job } from '../../src-main/contract/jobs';
import type { Page } from '../../src-main/contract/shared';
import type { IssuedToken } from '../../src-main/contract/tokens';
import { pause, startServer, type TestServer, temporaryFolder } from '../support/server';
import { uploadTexts } from './library';

const ENV = { PRESSMARK_CHAT_MODEL: 'none' };
const LIMIT_MS = 20_000;

const disk = temporaryFolder();
const home = join(disk.path, 'home');
const watched = join(disk.path, 'Papers');
const file = (path: string) => join(watched, path);
let server: TestServer;
let project_id: string;
let folder: Folder;

const write = (path: string, text: string) => {
  mkdirSync(join(file(path), '..'), { recursive: true });
  writeFileSync(file(path), text);
};
const at = () => `/api/projects/${project_id}/folders/${folder.id}`;
const look = async () => (await server.get<Folder>(at())).body.data;
const documents = async () =>
  (await server.get<Page<Document>>(`/api/documents?project_id=${project_id}&limit=200`)).body.data.items.sort((a, b) =>
    a.filename.localeCompare(b.filename),
  );
const names = async () => (await documents()).map(({ filename }) => filename);
const jobs = async () => (await server.get<Page<Job>>(`/api/jobs?project_id=${project_id}&limit=200`)).body.data.items.length;

/** Asks again until the answer is as wanted; the last answer is what the test then says was wrong. */
async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > end) throw new Error(`not in ${LIMIT_MS} ms: ${JSON.stringify(answer)}\n${server.stderr().slice(-2000)}`);
    await pause(50);
  }
}

const named = (...wanted: string[]) => until(names, (found) => JSON.stringify(found) === JSON.stringify([...wanted].sort()));
/** Until a scan that began after now has ended. */
async function rescanned(): Promise<Folder> {
  const { last_scan_at } = await look();
  expect((await server.post<Folder>(`${at()}/rescan`)).status).toBe(202);
  return until(look, (now) => now.state === 'watching' && now.last_scan_at !== last_scan_at);
}

const start = async () => {
  server = await startServer({ dataDir: home, env: ENV });
};
const add = (path: unknown, ignore?: string[]) => server.post<Folder>(`/api/projects/${project_id}/folders`, { path, ignore });

beforeAll(async () => {
  write('garden.md', '# Garden\n\nThe walled garden opens at seven in the morning.');
  write('deep/er/bridge.txt', 'The iron bridge over the Tamber was built in 1884.');
  write('drafts/unfinished.md', 'This is not to be seen.');
  write('notes.log', 'Neither is this.');
  write('.hidden.md', 'Nor this.');
  write('~$letter.docx', 'A lock.');
  writeFileSync(file('picture.bin'), Buffer.from([0, 1, 2, 3, 255, 254, 0, 0]));
  writeFileSync(file('empty.md'), '');
  symlinkSync(watched, file('circle'));
  symlinkSync(disk.path, file('deep/up'));
  await start();
  project_id = (await server.createProject('Followed')).id;
});
afterAll(async () => {
  await server.stop();
  disk.remove();
});

describe('adding a folder', () => {
  it('takes its files in, and leaves out what is hidden, ignored, a link or unreadable', async () => {
    const { status, body } = await add(watched, ['drafts/', '*.log']);
    expect(status).toBe(201);
    folder = body.data;
    expect(folder).toMatchObject({ project_id, path: watched, ignore: ['drafts/', '*.log'], last_scan_at: null });
    await named('bridge.txt', 'garden.md');
    const now = await until(look, ({ state }) => state === 'watching');
    expect(now).toMatchObject({
      counts: { files: 4, documents: 2, unsupported: 1, failed: 1 },
      errors: [{ path: 'empty.md', error: { code: 'EMPTY_FILE' } }],
      detail: null,
    });
    expect(now.last_scan_at).not.toBeNull();
    for (const { id } of await documents()) await server.waitFor(id);
    const listed = (await server.get<Page<Folder>>(`/api/projects/${project_id}/folders`)).body.data;
    expect(listed).toEqual({ items: [await look()], next_cursor: null });
  });

  it('refuses with the field what is no folder of this machine', async () => {
    const path = async (given: unknown) => {
      const { status, body } = await add(given);
      return [status, (body.error?.details as { issues?: { path: string }[] } | undefined)?.issues?.[0]?.path];
    };
    expect(await path('Papers')).toEqual([422, 'path']);
    expect(await path('../Papers')).toEqual([422, 'path']);
    expect(await path('/')).toEqual([422, 'path']);
    expect(await path(7)).toEqual([422, 'path']);
    expect(await path(undefined)).toEqual([422, 'path']);
    expect(await path(file('garden.md'))).toEqual([409, 'path']);
    expect(await path(home)).toEqual([409, 'path']);
    expect(await path(join(home, 'files'))).toEqual([409, 'path']);
    expect(await path(join(disk.path, 'nowhere'))).toEqual([409, 'path']);
    expect(await path(join(disk.path, 'no\0where'))).toEqual([409, 'path']);
    expect((await add(watched)).status).toBe(409);
    expect((await add(`${watched}/deep/..`)).status).toBe(409);
    expect((await server.post('/api/projects/nobody/folders', { path: watched })).status).toBe(404);
  });

  it('is for administrators, and belongs to its project', async () => {
    const { token } = (await server.post<IssuedToken>('/api/tokens', { name: 'Writer', scopes: ['write'] })).body.data;
    const as = { authorization: `Bearer ${token}` };
    const refused = await server.request('POST', `/api/projects/${project_id}/folders`, { path: disk.path }, as);
    expect(refused.status).toBe(403);
    expect((await server.request('DELETE', at(), undefined, as)).status).toBe(403);
    const other = await server.createProject('Other');
    expect((await server.get(`/api/projects/${other.id}/folders/${folder.id}`)).status).toBe(404);
    const { items } = (await server.get<Page<AuditEntry>>('/api/audit?action=folders')).body.data;
    expect(items.some(({ action, outcome }) => action === 'folders.add' && outcome === 'done')).toBe(true);
  });
});

describe('what a followed folder ignores', () => {
  it('can be changed: documents come and go by the new rules', async () => {
    const put = (ignore: unknown) => server.request<Folder>('PUT', at(), { ignore });
    expect((await put(['garden.md', 'drafts/', '*.log'])).body.data.ignore).toEqual(['garden.md', 'drafts/', '*.log']);
    await named('bridge.txt');
    expect((await put('garden.md')).status).toBe(422);
    expect((await put(['drafts/', '*.log'])).status).toBe(200);
    await named('bridge.txt', 'garden.md');
    expect((await until(look, ({ state }) => state === 'watching')).ignore).toEqual(['drafts/', '*.log']);
  });
});

describe('a followed folder', () => {
  it('follows new and changed files', async () => {
    write('later/tower.md', '# Tower\n\nThe tower has 212 steps.');
    await named('bridge.txt', 'garden.md', 'tower.md');
    write('garden.md', '# Garden\n\nThe walled garden now opens at nine.');
    // The new text is there before the old one goes.
    const isNew = (one: Document) => one.filename !== 'garden.md' || one.size_bytes === 46;
    const changed = await until(documents, (found) => found.length === 3 && found.every(isNew));
    expect(changed.map(({ filename }) => filename)).toEqual(['bridge.txt', 'garden.md', 'tower.md']);
    for (const { id } of changed) await server.waitFor(id);
    const { body } = await server.post<{ items: { text: string }[] }>('/api/search', {
      project_id,
      query: 'walled garden opens',
      mode: 'keyword',
    });
    expect(JSON.stringify(body.data)).toContain('at nine');
    expect(JSON.stringify(body.data)).not.toContain('at seven');
  });

  it('keeps the document of a file that moves, is renamed, touched or copied: nothing is made again', async () => {
    const before = await documents();
    const made = await jobs();
    renameSync(file('garden.md'), file('deep/garden.md'));
    renameSync(file('deep/er/bridge.txt'), file('viaduct.txt'));
    renameSync(file('later'), file('earlier'));
    writeFileSync(file('tower, once more.md'), '# Tower\n\nThe tower has 212 steps.');
    utimesSync(file('viaduct.txt'), new Date(), new Date());
    await named('garden.md', 'tower.md', 'viaduct.txt');
    await until(look, ({ counts, state }) => state === 'watching' && counts.files === 6);
    const after = await documents();
    expect(after.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
    expect(await jobs()).toBe(made);
  });

  it('lets a document go with the last file that has its bytes', async () => {
    rmSync(file('earlier'), { recursive: true });
    await named('garden.md', 'tower, once more.md', 'viaduct.txt');
    rmSync(file('tower, once more.md'));
    await named('garden.md', 'viaduct.txt');
  });

  it('never takes a document that somebody uploaded, nor brings back one that somebody deleted', async () => {
    await uploadTexts(server, project_id, { 'mine.md': '# Mine\n\nThis was uploaded.' });
    write('theirs.md', '# Mine\n\nThis was uploaded.');
    await until(look, ({ counts }) => counts.documents === 3);
    rmSync(file('theirs.md'));
    await until(look, ({ counts }) => counts.documents === 2);
    await named('garden.md', 'mine.md', 'viaduct.txt');
    const garden = (await documents()).find(({ filename }) => filename === 'garden.md');
    await server.request('DELETE', `/api/documents/${garden?.id}`);
    await rescanned();
    await named('mine.md', 'viaduct.txt');
  });

  it('takes a file when it is whole, however slowly it is written', async () => {
    const made = await jobs();
    let text = '# Slow\n';
    for (let line = 0; line < 10; line += 1) {
      text += `\nLine ${line} of a slow file.`;
      write('slow.md', text);
      await pause(150);
    }
    await named('mine.md', 'slow.md', 'viaduct.txt');
    expect(await jobs()).toBe(made + 1);
    expect((await documents()).find(({ filename }) => filename === 'slow.md')?.size_bytes).toBe(Buffer.byteLength(text));
  });

  // Other systems have no such names.
  it.skipIf(process.platform !== 'linux')('takes files with names from before UTF-8, and names them in words', async () => {
    const before = await names();
    const old = (path: string) => Buffer.from(file(path), 'latin1');
    mkdirSync(old('L\u00f6wen'));
    writeFileSync(old('L\u00f6wen/\u00dcbersicht.txt'), 'The lions of the old disk sleep.');
    writeFileSync(old('L\u00f6wen/Fr\u00fch.txt'), '');
    await until(
      async () => (await rescanned()).counts.failed,
      (failed) => failed === 2,
    );
    expect((await look()).errors.map(({ path }) => path)).toContain('Löwen/Früh.txt');
    await until(names, (found) => found.includes('Übersicht.txt'));
    renameSync(old('L\u00f6wen/\u00dcbersicht.txt'), old('L\u00f6wen/\u00c4lter.txt'));
    await rescanned();
    await until(names, (found) => found.includes('Älter.txt') && !found.includes('Übersicht.txt'));
    rmSync(old('L\u00f6wen'), { recursive: true });
    await rescanned();
    await rescanned();
    await named(...before);
  });

  it('says which file could not be taken, and tries it again when asked', async () => {
    expect((await server.request('PUT', '/api/settings', { max_file_mib: 1 })).status).toBe(200);
    write('large.txt', 'All work and no play makes Jack a dull boy. '.repeat(40_000));
    const refused = await until(look, ({ counts }) => counts.failed === 2);
    expect(refused.errors).toMatchObject([{ path: 'empty.md' }, { path: 'large.txt', error: { code: 'TOO_LARGE' } }]);
    await server.request('PUT', '/api/settings', { max_file_mib: 100 });
    expect((await rescanned()).errors).toMatchObject([{ path: 'empty.md' }]);
    await named('large.txt', 'mine.md', 'slow.md', 'viaduct.txt');
    rmSync(file('large.txt'));
    await named('mine.md', 'slow.md', 'viaduct.txt');
  });
});

describe('a restart', () => {
  it('finds what changed while the server was away, and makes nothing else again', async () => {
    await named('mine.md', 'slow.md', 'viaduct.txt');
    const kept = (await documents()).find(({ filename }) => filename === 'viaduct.txt');
    await server.stop('SIGKILL');
    rmSync(file('slow.md'));
    renameSync(file('viaduct.txt'), file('bridge.txt'));
    write('new.md', '# New\n\nThis came while nobody looked.');
    await start();
    await named('bridge.txt', 'mine.md', 'new.md');
    expect((await documents()).find(({ filename }) => filename === 'bridge.txt')?.id).toBe(kept?.id);
  });

  it('keeps the documents of a folder that is not there, until it is back', async () => {
    renameSync(watched, `${watched} away`);
    await rescannedTo('missing');
    await named('bridge.txt', 'mine.md', 'new.md');
    mkdirSync(watched);
    const empty = await rescannedTo('missing');
    expect(empty.detail).toContain('disk');
    await named('bridge.txt', 'mine.md', 'new.md');
    rmSync(watched, { recursive: true });
    renameSync(`${watched} away`, watched);
    await until(look, ({ state }) => state === 'watching');
    await named('bridge.txt', 'mine.md', 'new.md');
    write('more.md', '# More\n\nIt is followed again.');
    await named('bridge.txt', 'mine.md', 'more.md', 'new.md');
  });

  async function rescannedTo(state: Folder['state']): Promise<Folder> {
    await server.post(`${at()}/rescan`);
    return until(look, (now) => now.state === state);
  }
});

describe('removing a folder', () => {
  it('keeps its documents, or takes them along', async () => {
    expect((await server.request('DELETE', at())).body.data).toEqual({ id: folder.id, deleted: true });
    expect((await server.get(at())).status).toBe(404);
    await named('bridge.txt', 'mine.md', 'more.md', 'new.md');
    const again = join(disk.path, 'Again');
    mkdirSync(again);
    writeFileSync(join(again, 'one.md'), '# One\n\nJust this.');
    folder = (await add(again)).body.data;
    await named('bridge.txt', 'mine.md', 'more.md', 'new.md', 'one.md');
    await until(look, ({ state }) => state === 'watching');
    expect((await server.request('DELETE', `${at()}?documents=remove`)).status).toBe(200);
    await named('bridge.txt', 'mine.md', 'more.md', 'new.md');
    expect((await server.get<Page<Folder>>(`/api/projects/${project_id}/folders`)).body.data.items).toEqual([]);
  });

  it('goes with its project', async () => {
    const { id } = await server.createProject('Short');
    const { body } = await server.post<Folder>(`/api/projects/${id}/folders`, { path: watched });
    expect(body.data.project_id).toBe(id);
    expect((await server.request('DELETE', `/api/projects/${id}`)).status).toBe(200);
    expect((await server.get(`/api/projects/${id}/folders`)).status).toBe(404);
    expect(server.stderr()).not.toContain('could not be looked through');
  });
});
