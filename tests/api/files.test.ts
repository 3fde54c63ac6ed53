/** The original's bytes: Range, headers, and documents that would like to run in a browser. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GARDEN, type Library, openLibrary, rawRequest, uploadTexts } from './library';

let library: Library;
beforeAll(async () => {
  library = await openLibrary({ PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_EMBEDDING_MODEL: 'none' });
});
afterAll(() => library.close());

const file = (id: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(new URL(`/api/documents/${id}/file`, library.server.ready.url), {
    method,
    headers: { authorization: `Bearer ${library.server.ready.token}`, ...headers },
  });

describe('bytes', () => {
  it('are those that were uploaded', async () => {
    const response = await file(library.garden.id);
    expect(response.status).toBe(200);
    expect(response.headers.get('accept-ranges')).toBe('bytes');
    expect(await response.text()).toBe(GARDEN);
  });

  it.each([
    ['bytes=0-4', GARDEN.slice(0, 5), 'bytes 0-4/'],
    ['bytes=10-', GARDEN.slice(10), 'bytes 10-'],
    ['bytes=-7', GARDEN.slice(-7), `bytes ${GARDEN.length - 7}-`],
    ['bytes=-99999', GARDEN, 'bytes 0-'],
    ['bytes=3-99999', GARDEN.slice(3), 'bytes 3-'],
  ])('come in ranges: %s', async (range, text, start) => {
    const response = await file(library.garden.id, { range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toMatch(start);
    expect(await response.text()).toBe(text);
  });

  it.each(['bytes=0-0,5-6', 'lines=1-2', 'bytes=abc'])('come whole where parts cannot be told: %s', async (range) => {
    const response = await file(library.garden.id, { range });
    expect([response.status, await response.text()]).toEqual([200, GARDEN]);
  });

  it('have their hash as ETag, which makes parts fit together and spares what is known', async () => {
    const etag = (await file(library.garden.id, {}, 'HEAD')).headers.get('etag') ?? '';
    expect(etag).toBe(`"${library.garden.sha256}"`);
    const { ready } = library.server;
    const answer = (headers: Record<string, string>) =>
      rawRequest(ready.url, `/api/documents/${library.garden.id}/file`, { authorization: `Bearer ${ready.token}`, ...headers });
    expect((await answer({ range: 'bytes=0-4', 'if-range': etag })).status).toBe(206);
    expect((await answer({ range: 'bytes=0-4', 'if-range': '"another"' })).status).toBe(200);
    expect(await answer({ 'if-none-match': etag })).toMatchObject({ status: 304, text: '' });
    expect((await answer({ 'if-match': etag })).status).toBe(200);
    const other = await answer({ 'if-match': '"another"' });
    expect([other.status, JSON.parse(other.text).error.code]).toEqual([412, 'PRECONDITION_FAILED']);
  });

  it.each(['bytes=999999-', 'bytes=-0', 'bytes=5-2'])('answer 416 to %s, in an envelope', async (range) => {
    const response = await file(library.garden.id, { range });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe(`bytes */${GARDEN.length}`);
    expect(await response.json()).toMatchObject({ status: 'error' });
  });

  it('answer HEAD', async () => {
    const response = await file(library.garden.id, {}, 'HEAD');
    expect([response.status, response.headers.get('content-length')]).toEqual([200, String(GARDEN.length)]);
  });
});

describe('headers', () => {
  it('name the file in any script (RFC 6266)', async () => {
    const name = 'Ünïcode "quoted" 中文.md';
    const { body } = await uploadTexts(library.server, library.project_id, { [name]: 'Some words of another file.' });
    const response = await file(body.data.items[0]?.document?.id ?? '');
    const disposition = response.headers.get('content-disposition') ?? '';
    const encoded = /filename\*=UTF-8''([^;]+)/.exec(disposition)?.[1] ?? '';
    expect(decodeURIComponent(encoded)).toBe(body.data.items[0]?.document?.filename);
    expect(disposition).toMatch(/^inline;/);
  });

  it('never let an HTML document run', async () => {
    const html = '<!doctype html><title>x</title><p>Words.</p><script>document.title = "owned"</script>';
    const { body } = await uploadTexts(library.server, library.project_id, { 'page.html': html });
    const response = await file(body.data.items[0]?.document?.id ?? '');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toMatch(/^attachment;/);
    expect(response.headers.get('content-security-policy')).toMatch(/sandbox/);
    expect(response.headers.get('content-security-policy')).not.toMatch(/allow-scripts/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });
});
