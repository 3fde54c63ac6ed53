/** Uploads: order of the parts, verdicts, hostile names, aborted and standing requests, size limit. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Document, UploadResult } from '../../src-main/contract/documents';
import type { Page } from '../../src-main/contract/shared';
import { safeFilename } from '../../src-main/core/documents/filename';
import { pause, startServer, type TestServer, temporaryFolder } from '../support/server';
import { fieldPart, filePart, openUpload, uploadTexts } from './library';

const folder = temporaryFolder();
let server: TestServer;
let project_id: string;
beforeAll(async () => {
  server = await startServer({ dataDir: folder.path, env: { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none' } });
  project_id = (await server.createProject('Uploads')).id;
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

const B = 'sample-boundary';
const stored = async () => (await server.get<Page<Document>>(`/api/documents?project_id=${project_id}&limit=200`)).body.data.items.length;
/** All files below the data folder's store of originals. */
const filesOnDisk = () =>
  readdirSync(join(folder.path, 'files'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

async function sendRaw(path: string, ...parts: string[]) {
  const { request, answer } = openUpload(server, path, B);
  for (const part of parts) request.write(part);
  request.end();
  const { status, text } = await answer;
  return { status, body: JSON.parse(text) };
}

describe('parts', () => {
  it('gives each file its own verdict', async () => {
    const { status, body } = await uploadTexts(server, project_id, {
      'one.md': '# One\n\nText.',
      'odd.bin': 'one\u0000two three',
      'none.txt': '',
    });
    expect(status).toBe(201);
    const [one, odd, none] = body.data.items;
    expect(one).toMatchObject({ filename: 'one.md', document: { filename: 'one.md', project_id }, duplicate_of: null, error: null });
    expect(one?.job_id).toEqual(expect.any(String));
    expect(odd).toMatchObject({ document: null, error: { code: 'UNSUPPORTED_TYPE' } });
    expect(none).toMatchObject({ document: null, error: { code: 'EMPTY_FILE' } });
  });

  it('returns the same document for the same bytes', async () => {
    const first = await uploadTexts(server, project_id, { 'twice.md': 'The same words.' });
    const second = await uploadTexts(server, project_id, { 'copy.md': 'The same words.' });
    expect(second.status).toBe(201);
    expect(second.body.data.items[0]?.duplicate_of).toBe(first.body.data.items[0]?.document?.id);
  });

  it('answers with the status of the first error when nothing was accepted', async () => {
    const odd = await uploadTexts(server, project_id, { 'odd.bin': 'one\u0000two three' });
    expect([odd.status, odd.body.error?.code]).toEqual([415, 'UNSUPPORTED_TYPE']);
    expect(odd.body.error?.details).toMatchObject({ items: [{ filename: 'odd.bin', document: null }] });
    const empty = await uploadTexts(server, project_id, { 'none.txt': '' });
    expect([empty.status, empty.body.error?.code]).toEqual([422, 'UPLOAD_FAILED']);
  });

  it('takes project_id before the files, after them, and from the address', async () => {
    const file = (name: string) => `${filePart(B, name)}Some words of ${name}.\r\n`;
    const late = await sendRaw('/api/documents/upload', file('late.md'), fieldPart(B, 'project_id', project_id), `--${B}--\r\n`);
    expect([late.status, late.body.data?.items[0].document.project_id]).toEqual([201, project_id]);
    const inAddress = await sendRaw(`/api/documents/upload/?project_id=${project_id}`, file('address.md'), `--${B}--\r\n`);
    expect(inAddress.status).toBe(201);
    const files = filesOnDisk();
    const never = await sendRaw('/api/documents/upload', file('never.md'), `--${B}--\r\n`);
    expect([never.status, never.body.error.details.issues[0].path]).toEqual([422, 'project_id']);
    const unknown = await sendRaw('/api/documents/upload', file('unknown.md'), fieldPart(B, 'project_id', 'x'), `--${B}--\r\n`);
    expect([unknown.status, unknown.body.error.code]).toEqual([404, 'NOT_FOUND']);
    expect(filesOnDisk()).toEqual(files);
  });

  it.each([
    ['no part at all', ''],
    ['a field instead of a file', fieldPart(B, 'file', 'words')],
    ['a file that nobody chose', `${filePart(B, '')}\r\n`],
    ['a file in a part of another name', `${filePart(B, 'a.md').replace('"file"', '"document"')}Words.\r\n`],
  ])('asks for "file" when there is %s', async (_name, part) => {
    const { status, body } = await sendRaw('/api/documents/upload', fieldPart(B, 'project_id', project_id), part, `--${B}--\r\n`);
    expect([status, body.error.code, body.error.details.issues[0].path]).toEqual([422, 'VALIDATION_FAILED', 'file']);
  });

  it.each([
    ['no file', [fieldPart(B, 'project_id', 'x'), `--${B}--\r\n`], 422, 'VALIDATION_FAILED'],
    ['an unknown project', [fieldPart(B, 'project_id', 'x'), `${filePart(B, 'a.md')}Words.\r\n`, `--${B}--\r\n`], 404, 'NOT_FOUND'],
    ['a body that breaks off', [fieldPart(B, 'project_id', 'x'), `${filePart(B, 'a.md')}Wor`], 400, 'BAD_REQUEST'],
    ['no multipart at all', ['{"project_id":"x"}'], 400, 'BAD_REQUEST'],
  ])('refuses %s', async (name, parts, status, code) => {
    const before = await stored();
    const sent = name === 'a body that breaks off' ? parts.map((part) => part.replace('\r\n\r\nx', `\r\n\r\n${project_id}`)) : parts;
    const answer = await sendRaw('/api/documents/upload', ...sent);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect(await stored()).toBe(before);
  });

  it('refuses another content type', async () => {
    const { status } = await server.post('/api/documents/upload', { project_id });
    expect(status).toBe(415);
  });

  it('takes only so many files at once', async () => {
    const files = Object.fromEntries(Array.from({ length: 1_002 }, (_, n) => [`many-${n}.md`, `Text number ${n}.`]));
    const { status, body } = await uploadTexts(server, (await server.createProject('Many')).id, files);
    expect(status).toBe(201);
    expect(body.data.items.filter(({ document }) => document !== null)).toHaveLength(1_000);
    expect(body.data.items.slice(1_000).map(({ error }) => error?.code)).toEqual(['TOO_MANY_FILES', 'TOO_MANY_FILES']);
  }, 60_000);
});

describe('names', () => {
  it.each([
    ['../../../etc/passwd.md', 'passwd.md'],
    ['C:\\Users\\me\\notes.md', 'notes.md'],
    ['bell\u0007tab\tname.md', 'belltabname.md'],
    ['\u202egpj.md', 'gpj.md'],
    ['год 中文 عربى 🦊.md', 'год 中文 عربى 🦊.md'],
    ['..', 'unnamed'],
    ['', 'unnamed'],
  ])('%j is kept as %j', async (given, kept) => {
    expect(safeFilename(given)).toBe(kept);
    if (/["\r\n]/.test(given) || given === '') return;
    const text = `A text for the name ${JSON.stringify(given)}.`;
    const { status, body } = await sendRaw(
      '/api/documents/upload',
      fieldPart(B, 'project_id', project_id),
      `${filePart(B, given.replaceAll('\\', '\\\\'))}${text}\r\n`,
      `--${B}--\r\n`,
    );
    expect([status, body.data.items[0].filename]).toEqual([201, kept]);
  });

  it('keeps at most 255 bytes and the extension', () => {
    for (const letter of ['x', 'é', '中', '🦊']) {
      const name = safeFilename(`${letter.repeat(300)}.pdf`);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(Buffer.byteLength(name)).toBeGreaterThan(245);
      expect(name.endsWith('.pdf')).toBe(true);
      expect(Buffer.from(name).toString()).toBe(name);
    }
  });

  it('reads RFC 5987 names', async () => {
    const head = `--${B}\r\nContent-Disposition: form-data; name="file"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.md\r\n\r\n`;
    const parts = [fieldPart(B, 'project_id', project_id), `${head}Naive words.\r\n`, `--${B}--\r\n`];
    const { body } = await sendRaw('/api/documents/upload', ...parts);
    expect(body.data.items[0].filename).toBe('naïve €.md');
  });
});

describe('bad connections and sizes', () => {
  it('leaves nothing of an upload that its client aborts', async () => {
    const before = { rows: await stored(), files: filesOnDisk().length };
    const { request, answer } = openUpload(server, '/api/documents/upload', B);
    answer.catch(() => undefined);
    request.write(fieldPart(B, 'project_id', project_id) + filePart(B, 'gone.md'));
    request.write('Words that never end. '.repeat(200_000));
    await pause(300);
    request.destroy();
    await expect.poll(() => filesOnDisk().length, { timeout: 5_000 }).toBe(before.files);
    expect(await stored()).toBe(before.rows);
  });

  it('refuses a file over the limit and still takes the next one', async () => {
    const before = filesOnDisk().length;
    const { request, answer } = openUpload(server, `/api/documents/upload?project_id=${project_id}`, B);
    request.write(filePart(B, 'huge.txt'));
    const piece = Buffer.alloc(1024 * 1024, 'huge ');
    for (let sent = 0; sent < 101; sent += 1) {
      if (!request.write(piece)) await new Promise((resume) => request.once('drain', resume));
    }
    request.write(`\r\n${filePart(B, 'small.md')}A small text after a huge one.\r\n--${B}--\r\n`);
    request.end();
    const { status, text } = await answer;
    const { items } = JSON.parse(text).data as UploadResult;
    expect(status).toBe(201);
    expect(items[0]).toMatchObject({ filename: 'huge.txt', document: null, error: { code: 'TOO_LARGE' } });
    expect(items[1]).toMatchObject({ filename: 'small.md', error: null });
    expect(filesOnDisk().length).toBe(before + 1);
  });

  it('ends an upload that does not begin', async () => {
    const { request, answer } = openUpload(server, '/api/documents/upload', B);
    request.flushHeaders();
    const { status, text } = await answer;
    expect([status, JSON.parse(text).error.code]).toEqual([408, 'REQUEST_TIMEOUT']);
  }, 30_000);
});
