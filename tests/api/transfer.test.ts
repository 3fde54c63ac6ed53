/** Projects in one file, from outside: what comes back in another installation, and archives that are not to be trusted. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { fromBuffer } from 'yauzl';
import { ZipFile } from 'yazl';
import type { ChatAnswer, Conversation, Message } from '../../src-main/contract/chat';
import type { Document } from '../../src-main/contract/documents';
import type { ImportedProject, Project } from '../../src-main/contract/projects';
import type { SearchResult } from '../../src-main/contract/search';
import type { Page } from '../../src-main/contract/shared';
import { SAMPLES, startServer, type TestServer, temporaryFolder } from '../support/server';
import { uploadTexts } from './library';

const ENV = { PRESSMARK_CHAT_MODEL: 'none' };
const NAME = 'Bridges & Gärten: 1/2';
const folder = temporaryFolder();
const place = (name: string) => join(folder.path, name);
let first: TestServer;
let second: TestServer;
let project_id: string;
let archive: Buffer;
let talk: Message[];

/** Hears how far imports are. */
async function follow({ ready }: TestServer) {
  const events: { type: string; project_id: string | null }[] = [];
  const socket = new WebSocket(`${ready.url.replace('http', 'ws')}/api/ws`, ['pressmark', `token.${ready.token}`]);
  socket.on('open', () => socket.send(JSON.stringify({ id: 's', type: 'subscribe' })));
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data));
    if (frame.type === 'import') events.push(frame);
  });
  await once(socket, 'open');
  return { events, close: () => socket.close() };
}

type Members = Record<string, Buffer>;

async function exported(of: TestServer, id: string) {
  const response = await fetch(new URL(`/api/projects/${id}/export`, of.ready.url), {
    headers: { authorization: `Bearer ${of.ready.token}` },
  });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

async function imported(of: TestServer, bytes: Buffer, form = true) {
  if (form) {
    const body = new FormData();
    body.set('file', new Blob([new Uint8Array(bytes)]), 'project.zip');
    return of.post<ImportedProject>('/api/projects/import', body);
  }
  const response = await fetch(new URL('/api/projects/import', of.ready.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${of.ready.token}`, 'content-type': 'application/zip' },
    body: new Uint8Array(bytes),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as { data: ImportedProject } };
}

function unzip(bytes: Buffer): Promise<Members> {
  return new Promise((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error);
      const members: Members = {};
      zip.on('end', () => resolve(members));
      zip.on('error', reject);
      zip.on('entry', (entry) =>
        zip.openReadStream(entry, async (failed, stream) => {
          if (failed) return reject(failed);
          const pieces: Buffer[] = [];
          for await (const piece of stream) pieces.push(piece as Buffer);
          members[entry.fileName] = Buffer.concat(pieces);
          zip.readEntry();
        }),
      );
      zip.readEntry();
    });
  });
}

async function zipOf(members: Members, compress = true): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, bytes] of Object.entries(members)) zip.addBuffer(bytes, name, { compress });
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const replaced = (bytes: Buffer, from: string, to: string) => Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');
const json = (value: unknown) => Buffer.from(`${JSON.stringify(value)}\n`);

/** The archive with some members changed, and `project.json` saying so unless it is changed itself. */
async function forged(change: (members: Members, project: Record<string, unknown>, listed: unknown) => void): Promise<Buffer> {
  const members = await unzip(archive);
  const project = JSON.parse(String(members['project.json'])) as Record<string, unknown>;
  delete members['project.json'];
  const { members: before } = project;
  delete project.members;
  change(members, project, before);
  project.members ??= Object.entries(members).map(([name, bytes]) => ({ name, size_bytes: bytes.length, sha256: sha256(bytes) }));
  return zipOf({ ...members, ...(members['project.json'] ? {} : { 'project.json': json(project) }) });
}

const documentsOf = async (of: TestServer, id: string) =>
  (await of.get<Page<Document>>(`/api/documents?project_id=${id}&limit=200&sort=created_at`)).body.data.items;

beforeAll(async () => {
  first = await startServer({ dataDir: place('first'), env: ENV });
  second = await startServer({ dataDir: place('second'), env: ENV });
  project_id = (await first.post<Project>('/api/projects', { name: NAME, settings: { colour: 'green' } })).body.data.id;
  await first.ingest(project_id, join(SAMPLES, 'annual-report.pdf'), join(SAMPLES, 'handbook.md'), join(SAMPLES, 'contract.docx'));
  const { body } = await uploadTexts(first, project_id, {
    'tower.md': '# The tower\n\nThe iron tower of Amsel was built in 1901 by the engineer Rosa Lindqvist.\n',
    'gone.md': '# The mill\n\nThe paper mill of Amsel burnt down in 1911 and was never built again.\n',
  });
  for (const { document } of body.data.items) await first.waitFor(document?.id ?? '');
  const ask = (message: string, conversation_id?: string) => first.post<ChatAnswer>('/api/chat', { project_id, conversation_id, message });
  const { conversation_id } = (await ask('Who built the iron tower of Amsel?')).body.data;
  await ask('When did the paper mill burn down?', conversation_id);
  const { items } = (await first.get<Page<Message>>(`/api/conversations/${conversation_id}/messages`)).body.data;
  await first.post(`/api/conversations/${conversation_id}/messages/${items[1]?.id}/regenerate`, {});
  await first.request('DELETE', `/api/documents/${body.data.items[1]?.document?.id}`);
  talk = (await first.get<Page<Message>>(`/api/conversations/${conversation_id}/messages`)).body.data.items;
});
afterAll(async () => {
  await Promise.all([first.stop(), second.stop()]);
  folder.remove();
});

describe('an exported project', () => {
  it('is one archive that anybody can read', async () => {
    const { status, headers, bytes } = await exported(first, project_id);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/zip');
    expect(headers.get('content-disposition')).toContain('pressmark.zip');
    archive = bytes;
    const members = await unzip(bytes);
    const project = JSON.parse(String(members['project.json']));
    expect(project).toMatchObject({
      format: 'pressmark-project',
      format_version: 1,
      project: { name: NAME, settings: { colour: 'green' } },
    });
    expect(project.counts).toEqual({ documents: 4, originals: 4, conversations: 1, messages: 5 });
    for (const { name, size_bytes, sha256: hash } of project.members) {
      expect([members[name]?.length, sha256(members[name] ?? Buffer.alloc(0))]).toEqual([size_bytes, hash]);
    }
    const documents = String(members['documents.jsonl'])
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(documents.map(({ filename }) => filename).sort()).toEqual(['annual-report.pdf', 'contract.docx', 'handbook.md', 'tower.md']);
    for (const { original, sha256: hash } of documents) expect(sha256(members[original] ?? Buffer.alloc(0))).toBe(hash);
  });

  it('is not there for a project that is not, and answers HEAD', async () => {
    expect((await exported(first, '00000000-0000-7000-8000-000000000000')).status).toBe(404);
    const head = await fetch(new URL(`/api/projects/${project_id}/export`, first.ready.url), {
      method: 'HEAD',
      headers: { authorization: `Bearer ${first.ready.token}` },
    });
    expect(head.status).toBe(200);
  });
});

describe('an imported project', () => {
  it('has its documents read, its conversations with their citations, and the same answers to a search', async () => {
    const told = await follow(second);
    const { status, body } = await imported(second, archive);
    expect(status).toBe(201);
    await expect.poll(() => told.events.at(-1), { timeout: 20_000 }).toMatchObject({ project_id: body.data.project.id });
    expect(told.events[0]).toMatchObject({ name: NAME, progress: { done: 0, total: 4, unit: 'documents' }, project_id: null });
    told.close();
    expect(body.data).toMatchObject({
      project: { name: NAME, settings: { colour: 'green' }, documents: 4 },
      documents: 4,
      conversations: 1,
      messages: 5,
      skipped: [],
    });
    const { id } = body.data.project;
    for (const document of await documentsOf(second, id)) await second.waitFor(document.id);
    const [here, there] = [await documentsOf(first, project_id), await documentsOf(second, id)];
    const facts = ({ filename, mime_type, sha256: hash, size_bytes, pages, chunks, state }: Document) => ({
      filename,
      mime_type,
      hash,
      size_bytes,
      pages,
      chunks,
      state,
    });
    expect(there.map(facts)).toEqual(here.map(facts));
    const found = (of: TestServer, project: string) =>
      of.post<SearchResult>('/api/search', { project_id: project, query: 'iron tower engineer' });
    const texts = ({ body: { data } }: Awaited<ReturnType<typeof found>>) =>
      data.items.map(({ text, pressmark: { filename, quote } }) => ({ text, filename, quote }));
    expect(texts(await found(second, id))).toEqual(texts(await found(first, project_id)));
    const [conversation] = (await second.get<Page<Conversation>>(`/api/conversations?project_id=${id}`)).body.data.items;
    const messages = (await second.get<Page<Message>>(`/api/conversations/${conversation?.id}/messages`)).body.data.items;
    expect(messages.map(({ role, content, created_at }) => ({ role, content, created_at }))).toEqual(
      talk.map(({ role, content, created_at }) => ({ role, content, created_at })),
    );
    const parents = (all: Message[]) => all.map(({ parent_id }) => all.findIndex((one) => one.id === parent_id));
    expect(parents(messages)).toEqual(parents(talk));
    const citations = messages.flatMap((message) => message.citations);
    expect(citations.filter(({ deleted }) => !deleted).length).toBeGreaterThan(0);
    for (const { document_id, char_start, char_end, quote, deleted } of citations) {
      if (deleted) continue;
      const { content } = (await second.get<Document>(`/api/documents/${document_id}`)).body.data;
      expect(
        Array.from(content ?? '')
          .slice(char_start, char_end)
          .join(''),
      ).toBe(quote);
    }
    const more = await second.post<ChatAnswer>('/api/chat', {
      project_id: id,
      conversation_id: conversation?.id,
      message: 'Who built the iron tower?',
    });
    expect(more.body.data.message.content).toContain('Rosa Lindqvist');
  });

  it('comes in beside the first under another name, also as plain bytes, packed by another program', async () => {
    const members = await unzip(archive);
    const { status, body } = await imported(first, await zipOf(members, true), false);
    expect(status).toBe(201);
    expect(body.data.project.name).toBe(`${NAME} (2)`);
    expect((await first.request('DELETE', `/api/projects/${body.data.project.id}`)).status).toBe(200);
    const [document] = await documentsOf(first, project_id);
    const original = await fetch(new URL(`/api/documents/${document?.id}/file`, first.ready.url), {
      headers: { authorization: `Bearer ${first.ready.token}` },
    });
    expect(original.status).toBe(200);
  });

  it('leaves out what cannot be read here, and says so', async () => {
    const strange = Buffer.concat([Buffer.from('7f454c460201010000000000000000000300', 'hex'), Buffer.alloc(4_000)]);
    const bytes = await forged((members) => {
      const name = `originals/${sha256(strange)}-strange.bin`;
      const [line] = String(members['documents.jsonl']).split('\n');
      const extra = { ...JSON.parse(line ?? ''), sha256: sha256(strange), original: name, filename: '../../strange.bin' };
      members['documents.jsonl'] = Buffer.concat([members['documents.jsonl'] ?? Buffer.alloc(0), json(extra)]);
      members[name] = strange;
    });
    const { status, body } = await imported(second, bytes);
    expect(status).toBe(201);
    expect(body.data.skipped).toMatchObject([{ filename: 'strange.bin', error: { code: 'UNSUPPORTED_TYPE' } }]);
    expect(body.data.documents).toBe(4);
  });
});

describe('an archive that is not to be trusted', () => {
  const held = () => {
    const below = (path: string): string[] =>
      readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? below(join(path, entry.name)) : [join(path, entry.name)],
      );
    return below(join(place('second'), 'files'));
  };
  const refusal = async (bytes: Buffer) => {
    const files = held();
    const projects = (await second.get<Page<Project>>('/api/projects')).body.data.items.length;
    const { status, body } = await imported(second, bytes);
    expect(held()).toEqual(files);
    expect((await second.get<Page<Project>>('/api/projects')).body.data.items.length).toBe(projects);
    const { error, message } = body as unknown as { error?: { code: string }; message: string };
    return { status, code: error?.code, message };
  };
  const invalid = (message: string) => ({ status: 422, code: 'VALIDATION_FAILED', message: expect.stringContaining(message) });

  it('is refused when it is cut off, no archive, or another one', async () => {
    expect(await refusal(archive.subarray(0, archive.length - 500))).toMatchObject(invalid('no whole archive'));
    expect(await refusal(archive.subarray(0, archive.length / 2))).toMatchObject(invalid('no whole archive'));
    expect(await refusal(Buffer.from('This is no archive.'))).toMatchObject(invalid('no whole archive'));
    expect(await refusal(Buffer.alloc(0))).toMatchObject({ status: 422 });
    expect(await refusal(await zipOf({ 'readme.txt': Buffer.from('hello') }))).toMatchObject(invalid('project.json is missing'));
    expect(await refusal(await zipOf({ 'project.json': json({ format: 'something else' }) }))).toMatchObject(invalid('project.json'));
    expect(await refusal(await zipOf({ 'project.json': Buffer.from('{"format":') }))).toMatchObject(invalid('no JSON'));
  });

  it('is refused when something in it is not what it says', async () => {
    const original = (members: Members) => Object.keys(members).find((name) => name.endsWith('tower.md')) ?? '';
    expect(
      await refusal(
        await forged((members, project, listed) => {
          members[original(members)] = replaced(members[original(members)] ?? Buffer.alloc(0), 'Rosa', 'Rasa');
          project.members = listed;
        }),
      ),
    ).toMatchObject(invalid('changed or damaged'));
    expect(
      await refusal(
        await forged((members) => {
          members[original(members)] = replaced(members[original(members)] ?? Buffer.alloc(0), 'Rosa', 'Rasa');
        }),
      ),
    ).toMatchObject(invalid('another name than its bytes'));
    expect(await refusal(await forged((members) => (members['conversations.jsonl'] = Buffer.from('{"title":1}\n'))))).toMatchObject(
      invalid('conversations.jsonl'),
    );
    expect(
      await refusal(
        await forged((members, project, listed) => {
          delete members[original(members)];
          project.members = listed;
        }),
      ),
    ).toMatchObject(invalid('is missing'));
  });

  it('is refused when it leads elsewhere or holds something else', async () => {
    const name = `originals/${'a'.repeat(64)}-xxxxxxxx.md`;
    const bytes = await zipOf({ ...(await unzip(archive)), [name]: Buffer.from('evil') });
    expect(await refusal(bytes)).toMatchObject(invalid('does not belong there'));
    const slip = replaced(bytes, name, `../../../../${'a'.repeat(name.length - 12)}`);
    expect(await refusal(slip)).toMatchObject(invalid('relative path'));
    expect(await refusal(await zipOf({ ...(await unzip(archive)), 'run.sh': Buffer.from('x') }))).toMatchObject(invalid('run.sh'));
  });

  it('is refused when it would grow without end', async () => {
    const bomb = Buffer.alloc(400_000_000);
    const bytes = await forged((members) => {
      members['conversations.jsonl'] = bomb;
    });
    expect(bytes.length).toBeLessThan(2_000_000);
    expect(await refusal(bytes)).toMatchObject(invalid('longer than'));
    const lying = await forged((members, project, listed) => {
      members['documents.jsonl'] = Buffer.alloc(5_000_000, '\n');
      const small = { size_bytes: 5, sha256: sha256(Buffer.from('\n\n\n\n\n')) };
      project.members = (listed as { name: string }[]).map((one) => (one.name === 'documents.jsonl' ? { ...one, ...small } : one));
    });
    // The same size in both lists of contents: less than what comes out.
    const size = (bytes: number) => Buffer.from(new Uint32Array([bytes]).buffer).toString('latin1');
    expect(await refusal(replaced(lying, size(5_000_000), size(5)))).toMatchObject(invalid('damaged'));
  });

  it('is refused with 409 when it comes from a newer Pressmark', async () => {
    const newer = await forged((_members, project) => (project.format_version = 7));
    expect(await refusal(newer)).toMatchObject({ status: 409, code: 'CONFLICT', message: expect.stringContaining('newer Pressmark') });
  });

  it('asks for an archive, and for a token that may write', async () => {
    expect((await second.post('/api/projects/import', { file: 'x' })).status).toBe(422);
    const { token } = (await second.post<{ token: string }>('/api/tokens', { name: 'Reader', scopes: ['read'] })).body.data;
    const body = new FormData();
    body.set('file', new Blob([new Uint8Array(archive)]), 'project.zip');
    expect((await second.request('POST', '/api/projects/import', body, { authorization: `Bearer ${token}` })).status).toBe(403);
    expect(statSync(join(place('second'), 'library.sqlite')).size).toBeGreaterThan(0);
  });
});
