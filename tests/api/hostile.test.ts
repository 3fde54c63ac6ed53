/** Uploads that mean harm or come from a program with mistakes: names, bytes that are not what they say, requests that break off, size. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Document, UploadItem, UploadResult } from '../../src-main/contract/documents';
import type { Page } from '../../src-main/contract/shared';
import { startServer, type TestServer, temporaryFolder } from '../support/server';
import { fieldPart, filePart, openUpload, uploadTexts } from './library';

const folder = temporaryFolder();
let server: TestServer;
let project_id: string;
beforeAll(async () => {
  server = await startServer({
    dataDir: folder.path,
    env: { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none', PRESSMARK_RATE_LIMIT: '0' },
  });
  project_id = (await server.createProject('Hostile')).id;
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

const B = 'hostile-boundary';
const END = `--${B}--\r\n`;
let texts = 0;
const text = () => `Text number ${++texts} of the hostile uploads.`;
/** One file part with the rest of its Content-Disposition as it is. */
const part = (disposition: string, content: string | Buffer = text()) =>
  Buffer.concat([
    Buffer.from(`--${B}\r\nContent-Disposition: form-data; name="file"${disposition}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);

async function send(...parts: (string | Buffer)[]): Promise<{ status: number; items: UploadItem[]; code: string | undefined }> {
  const { request, answer } = openUpload(server, `/api/documents/upload?project_id=${project_id}`, B);
  for (const one of parts) request.write(one);
  request.end();
  const { status, text: body } = await answer;
  const { data, error } = JSON.parse(body);
  return { status, items: data?.items ?? error?.details.items ?? [], code: error?.code };
}

const stored = async () => (await server.get<Page<Document>>(`/api/documents?project_id=${project_id}&limit=200`)).body.data.items.length;
const filesOnDisk = () =>
  readdirSync(join(folder.path, 'files'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;

describe('names', () => {
  it.each([
    ['a path', '; filename="../../../etc/passwd.txt"', 'passwd.txt'],
    ['an absolute path', '; filename="/etc/cron.d/job.txt"', 'job.txt'],
    ['a path of Windows', '; filename="C:\\Windows\\system.txt"', 'system.txt'],
    ['a path in RFC 5987 form', "; filename*=UTF-8''..%2f..%2fx.txt", 'x.txt'],
    ['a NUL in RFC 5987 form', "; filename*=UTF-8''a%00b.txt", 'ab.txt'],
    ['broken RFC 5987 form', "; filename*=UTF-8''%ZZ%.txt", '%ZZ%.txt'],
    ['a quoted quote', '; filename="a\\"b.txt"', 'a"b.txt'],
    ['a semicolon', '; filename="a;b.txt"', 'a;b.txt'],
    ['no quotes', '; filename=plain.txt', 'plain.txt'],
    ['marks that turn text around', '; filename="a\u202etxt.exe\u061c\u2066.txt"', 'atxt.exe.txt'],
    ['line separators', '; filename="a\u2028b\u2029c.txt"', 'abc.txt'],
    ['a family', '; filename="👨‍👩‍👧 家族 تقرير.txt"', '👨‍👩‍👧 家族 تقرير.txt'],
    ['letters and their accents apart', '; filename="re\u0301sume\u0301.txt"', 'r\u00e9sum\u00e9.txt'],
    ['a device of Windows', '; filename="CON"', 'CON'],
    ['encoded slashes, which are no slashes', '; filename="a%2f..%2fb.txt"', 'a%2f..%2fb.txt'],
    ['markup', '; filename="<img src=x>.txt"', '<img src=x>.txt'],
    ['blanks', '; filename="   "', 'unnamed'],
    ['nothing', '; filename=""', 'unnamed'],
    ['dots', '; filename=".."', 'unnamed'],
    ['too much', `; filename="${'x'.repeat(15_000)}.txt"`, `${'x'.repeat(251)}.txt`],
  ])('with %s come back as a name and nothing else', async (_what, disposition, name) => {
    const content = text();
    const { status, items } = await send(part(disposition, content), END);
    expect([status, items[0]?.filename, items[0]?.document?.filename]).toEqual([201, name, name]);
    const response = await fetch(new URL(`/api/documents/${items[0]?.document?.id}/file`, server.ready.url), {
      headers: { authorization: `Bearer ${server.ready.token}` },
    });
    expect([response.status, await response.text()]).toEqual([200, content]);
    expect(response.headers.get('content-disposition')).toMatch(
      /^inline; filename=("([^"\\]|\\.)*"|[^"\s;]+)(; filename\*=UTF-8''[\w%.!#$&+^`|~-]+)?$/,
    );
  });
});

describe('bytes', () => {
  it.each([
    ['a program named .pdf', 'a.pdf', Buffer.concat([Buffer.from('4d5a90000300', 'hex'), Buffer.alloc(4_000)]), 415, 'UNSUPPORTED_TYPE'],
    ['a program named .txt', 'a.txt', Buffer.concat([Buffer.from('7f454c460201', 'hex'), Buffer.alloc(4_000)]), 415, 'UNSUPPORTED_TYPE'],
    ['nothing', 'a.txt', Buffer.alloc(0), 422, 'UPLOAD_FAILED'],
  ])('%s is refused', async (_what, name, bytes, status, code) => {
    const before = filesOnDisk();
    const answer = await send(part(`; filename="${name}"`, bytes), END);
    expect([answer.status, answer.code, answer.items[0]?.document]).toEqual([status, code, null]);
    expect(filesOnDisk()).toBe(before);
  });

  it('decide what a file is, not its name', async () => {
    const { items } = await send(part('; filename="really.txt"', '%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF'), END);
    expect(items[0]?.document?.mime_type).toBe('application/pdf');
  });
});

describe('one request', () => {
  it('names of equal files the first as the original', async () => {
    const same = text();
    const names = ['one.txt', 'two.txt', 'three.txt'];
    const { items } = await send(...names.map((name) => part(`; filename="${name}"`, same)), END);
    expect(items.map(({ filename }) => filename)).toEqual(names);
    const id = items[0]?.document?.id;
    expect(items.map(({ duplicate_of }) => duplicate_of)).toEqual([null, id, id]);
    expect(items.map(({ document }) => document?.filename)).toEqual(['one.txt', 'one.txt', 'one.txt']);
  });

  it.each([
    ['breaks off in its second file', [part('; filename="half.txt"').subarray(0, -30)]],
    ['has no end', []],
    ['has a part of an unknown name', [part('; filename="odd.txt"').toString().replace('"file"', '"document"'), END]],
    ['has a header without end', [`--${B}\r\n${'x'.repeat(200_000)}`]],
  ])('that %s leaves nothing, not even its whole files', async (_what, rest) => {
    const before = { rows: await stored(), files: filesOnDisk() };
    const { status } = await send(part('; filename="whole.txt"'), ...rest);
    expect([400, 422]).toContain(status);
    expect({ rows: await stored(), files: filesOnDisk() }).toEqual(before);
  });

  it('whose client goes away after its first whole file leaves nothing', async () => {
    const before = { rows: await stored(), files: filesOnDisk() };
    const { request, answer } = openUpload(server, `/api/documents/upload?project_id=${project_id}`, B);
    answer.catch(() => undefined);
    request.write(Buffer.concat([part('; filename="whole.txt"'), Buffer.from(filePart(B, 'half.txt'))]));
    request.write('Words that never end. '.repeat(100_000));
    await expect.poll(filesOnDisk, { timeout: 5_000 }).toBeGreaterThan(before.files);
    request.destroy();
    await expect.poll(filesOnDisk, { timeout: 5_000 }).toBe(before.files);
    expect(await stored()).toBe(before.rows);
  });

  it.each([
    ['another boundary', 'multipart/form-data; boundary=other', 400],
    ['no boundary', 'multipart/form-data', 400],
    ['an endless boundary', `multipart/form-data; boundary=${'b'.repeat(5_000)}`, 400],
    ['another multipart', `multipart/mixed; boundary=${B}`, 415],
  ])('with %s is refused', async (_what, type, status) => {
    const response = await fetch(new URL(`/api/documents/upload?project_id=${project_id}`, server.ready.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${server.ready.token}`, 'content-type': type },
      body: Buffer.concat([part('; filename="a.txt"'), Buffer.from(END)]),
    });
    expect(response.status).toBe(status);
  });

  it('of ten thousand empty parts is answered soon', async () => {
    const { status } = await send(
      Array(10_000)
        .fill(`${filePart(B, 'a')}\r\n`)
        .join(''),
      END,
    );
    expect(status).toBe(422);
    expect((await server.get('/api/health')).status).toBe(200);
  }, 30_000);

  it('may name the project behind a hundred files', async () => {
    const { request, answer } = openUpload(server, '/api/documents/upload', B);
    for (let n = 0; n < 100; n += 1) request.write(part(`; filename="late-${n}.txt"`));
    request.end(fieldPart(B, 'project_id', project_id) + END);
    const { status, text: body } = await answer;
    expect(status).toBe(201);
    expect((JSON.parse(body).data as UploadResult).items.every(({ error }) => error === null)).toBe(true);
  });
});

describe('size', () => {
  const residentMiB = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.ready.pid}/status`, 'utf8'))?.[1]) / 1024;

  it('of 400 MB takes seconds, and memory that does not grow with it', async () => {
    const { request, answer } = openUpload(server, `/api/documents/upload?project_id=${project_id}`, B);
    const measured = process.platform === 'linux';
    const before = measured ? residentMiB() : 0;
    let most = before;
    const began = performance.now();
    const piece = Buffer.alloc(1024 * 1024, 'Lorem ipsum dolor sit amet, consectetur adipiscing elit.\n');
    const files = ['first', 'second', 'third', 'fourth'];
    for (const name of files) {
      request.write(`${filePart(B, `${name}.txt`) + text()} ${name}\n`);
      for (let sent = 0; sent < 99; sent += 1) {
        if (!request.write(piece)) await new Promise((resume) => request.once('drain', resume));
        if (measured) most = Math.max(most, residentMiB());
      }
      request.write('\r\n');
    }
    request.end(END);
    const { status, text: body } = await answer;
    expect(status).toBe(201);
    expect(performance.now() - began).toBeLessThan(files.length * 10_000);
    // Buffers that were written wait for the garbage collector; V8 calls it when tens of MiB of them have come together.
    expect(most - before).toBeLessThan(200);
    const { items } = JSON.parse(body).data as UploadResult;
    expect(items.map(({ error }) => error)).toEqual(files.map(() => null));
    for (const { document } of items) await server.request('DELETE', `/api/documents/${document?.id}`);
  }, 60_000);

  it('over the limit of the settings is refused, and the other files are taken', async () => {
    expect((await server.request('PUT', '/api/settings', { max_file_mib: 1 })).status).toBe(200);
    const { status, body } = await uploadTexts(server, project_id, { 'big.txt': 'x'.repeat(1024 * 1024 + 1), 'fits.txt': text() });
    expect(status).toBe(201);
    expect(body.data.items.map(({ error }) => error?.code ?? null)).toEqual(['TOO_LARGE', null]);
    const alone = await uploadTexts(server, project_id, { 'big.txt': 'x'.repeat(1024 * 1024 + 1) });
    expect([alone.status, alone.body.error?.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });
});
