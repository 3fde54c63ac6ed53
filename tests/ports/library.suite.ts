/** What every records adapter must do with a whole library: taking in projects, what is forgotten, what a restart finds, and care. */
import { v7 as uuid } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { Citation, Message } from '../../src-main/contract/chat';
import type { JobRecords } from '../../src-main/core/ports/records';
import { accept, draft, type Stores, seed } from './seed';

const soon = () => new Date(Date.now() + 60_000);
const claim = (jobs: JobRecords, stage: 'parse' | 'embed' | 'fetch') => jobs.claim(stage, new Date(), soon());

function cites(document_id: string, chunk_id: string): Citation {
  const place = { filename: 'file.txt', page: 1, char_start: 0, char_end: 6, quote: 'secret' };
  return { n: 1, supported: true, deleted: false, document_id, chunk_id, ...place };
}

const answer = (content: string, citations: Citation[]): Message => ({
  id: uuid(),
  parent_id: null,
  role: 'assistant',
  content,
  citations,
  sentences: [{ char_start: 0, char_end: content.length, citations: citations.map(({ n }) => n), supported: true }],
  answered: true,
  model: null,
  stopped: false,
  created_at: new Date().toISOString(),
});

export function describeLibrary(name: string, open: () => Promise<Stores>): void {
  describe(`library: ${name}`, () => {
    describeImport(open);
    describeForgetting(open);
    describeQueue(open);
    describeCare(open);
    describeText(open);
  });
}

function describeImport(open: () => Promise<Stores>): void {
  it('takes in a whole project, or nothing of it', async () => {
    const { records } = await open();
    const project = { id: uuid(), name: 'Came in', settings: { z: 1, a: [2] } };
    const files = ['one', 'two'].map((sha256) => ({
      ...{ document_id: uuid(), job_id: uuid(), project_id: project.id, sha256 },
      ...{ filename: `${sha256}.txt`, mime_type: 'text/plain', size_bytes: 3 },
    }));
    const messages = [answer('First.', []), answer('Second.', [])];
    const told = { id: uuid(), title: 'Talk', created_at: '2020-01-01T00:00:00.000Z', updated_at: '2020-01-02T00:00:00.000Z', messages };
    const twice = { ...told, messages: [...messages, ...messages] };
    await expect(records.projects.import({ project, documents: files, conversations: [twice] })).rejects.toThrow();
    expect(await records.counts()).toEqual({ projects: 0, documents: 0, chunks: 0, embeddings: 0, jobs_open: 0 });
    expect(await records.projects.import({ project, documents: files, conversations: [told] })).toMatchObject({ ...project, documents: 2 });
    expect(await records.conversations.get(told.id)).toMatchObject({ title: 'Talk', created_at: told.created_at, messages: 2 });
    expect((await records.conversations.messages(told.id, { limit: 9 })).items).toEqual(messages);
    expect(await records.counts()).toMatchObject({ projects: 1, documents: 2, jobs_open: 2 });
    expect(await claim(records.jobs, 'parse')).toMatchObject({ document_id: files[0]?.document_id, project_id: project.id });
  });

  it('keeps an order of changes, and says who was late', async () => {
    const { records } = await open();
    await records.projects.create({ id: 'p', name: 'P', settings: {} });
    expect((await records.projects.update('p', { settings: { b: 1 } }, [1, 7])).version).toBe(2);
    const outdated = { code: 'PRECONDITION_FAILED', details: { version: 2 } };
    await expect(records.projects.update('p', { name: 'x' }, [1])).rejects.toMatchObject(outdated);
    expect(await records.projects.get('p')).toMatchObject({ name: 'P', settings: { b: 1 } });
    await records.conversations.create({ id: 'c', project_id: 'p', title: 'T' });
    await records.conversations.rename('c', 'U', [1]);
    await expect(records.conversations.rename('c', 'V', [1])).rejects.toMatchObject(outdated);
  });
}

function describeForgetting(open: () => Promise<Stores>): void {
  it('takes the words of a deleted document out of answers, also of one that was being written', async () => {
    const stores = await open();
    const { document, project_id } = await seed(stores, { text: 'secret words' });
    const { conversations, documents, idempotency } = stores.records;
    await conversations.create({ id: 'c', project_id, title: 'T' });
    const before = answer('secret [1]', [cites(document.id, 'x')]);
    await conversations.append('c', [before]);
    await idempotency.begin('me', 'k', 'f', new Date().toISOString());
    await idempotency.finish('me', 'k', { status: 200, content_type: 'application/json', body: `{"from":"${document.id}"}` });
    await documents.remove(document.id);
    await conversations.append('c', [answer('secret [1]', [cites(document.id, 'x')])]);
    const told = (await conversations.messages('c', { limit: 9 })).items;
    expect(told).toHaveLength(2);
    for (const { content, citations } of told) {
      expect(content).not.toContain('secret');
      expect(citations).toMatchObject([{ deleted: true, quote: '' }]);
    }
    expect(await idempotency.begin('me', 'k', 'f', new Date().toISOString())).toBeNull();
  });

  it('remembers originals that nobody needs until they are deleted', async () => {
    const stores = await open();
    const { documents } = stores.records;
    const one = await accept(stores, undefined, 'bytes');
    const two = await accept(stores, undefined, 'bytes');
    await documents.remove(one.document.id);
    expect([await documents.dropped(), await documents.isUsed('bytes')]).toEqual([[], true]);
    await documents.remove(two.document.id);
    expect([await documents.dropped(), await documents.isUsed('bytes')]).toEqual([['bytes'], false]);
    await accept(stores, undefined, 'bytes');
    expect(await documents.dropped()).toEqual([]);
    await accept(stores, undefined, 'other');
    await documents.forgetDropped('other');
    expect(await documents.dropped()).toEqual([]);
  });

  it('deletes a project with all that is in it', async () => {
    const stores = await open();
    const { records } = stores;
    const { document, project_id } = await seed(stores, { texts: ['alpha', '公司的年度收入'] });
    await records.conversations.create({ id: 'c', project_id, title: 'T' });
    await records.conversations.append('c', [answer('Yes.', [])]);
    expect(await records.projects.remove(project_id)).toEqual([document.id]);
    expect(await records.counts()).toEqual({ projects: 0, documents: 0, chunks: 0, embeddings: 0, jobs_open: 0 });
    expect(await records.conversations.get('c')).toBeNull();
    expect(await records.index.keyword({ project_id, text: 'alpha 年度收入', limit: 5 })).toEqual([]);
  });
}

function describeQueue(open: () => Promise<Stores>): void {
  it('finds documents that a killed process forgot, and says at which stage', async () => {
    const stores = await open();
    const { jobs, documents } = stores.records;
    const [lost, whole, failed] = [await accept(stores), await seed(stores, { text: 'alpha' }), await accept(stores)];
    const busy = await accept(stores);
    for (const { id } of (await jobs.list({ limit: 50 })).items) if (id !== busy.job?.id) await jobs.end(id, 'done', null);
    await documents.update(failed.document.id, { state: 'failed', error: { code: 'X', message: 'x', action: null } });
    const forgotten = (await jobs.forgotten()).map(({ document_id, stage }) => `${document_id} ${stage}`).sort();
    expect(forgotten).toEqual([`${lost.document.id} parse`, `${whole.document.id} embed`].sort());
    expect(await jobs.reading()).toEqual(new Set([busy.document.id]));
  });

  it('queues work on one subject once, with what it needs', async () => {
    const { jobs } = (await open()).records;
    const order = { kind: 'model_download', stage: 'fetch', subject: 'model', payload: { from: 'catalogue', at: [1] } } as const;
    const job = await jobs.add({ id: uuid(), ...order });
    expect(job).toMatchObject({
      state: 'queued',
      progress: { done: 0, unit: 'bytes' },
      subject: 'model',
      document_id: null,
      paused: false,
    });
    expect((await jobs.add({ id: uuid(), ...order })).id).toBe(job.id);
    expect((await jobs.add({ id: uuid(), ...order, subject: 'another' })).id).not.toBe(job.id);
    expect(await jobs.payload(job.id)).toEqual(order.payload);
    expect((await jobs.list({ limit: 5, subject: 'model', kind: 'model_download', state: 'queued' })).items).toHaveLength(1);
    await jobs.end(job.id, 'cancelled', null);
    expect((await jobs.add({ id: uuid(), ...order })).id).not.toBe(job.id);
  });

  it('gives attempts back where they do not count, and lets paused jobs wait', async () => {
    const stores = await open();
    const { jobs } = stores.records;
    const id = (await accept(stores)).job?.id ?? '';
    expect(await jobs.waiting('parse', new Date())).toBe(true);
    expect((await claim(jobs, 'parse'))?.attempts).toBe(1);
    expect(await jobs.waiting('parse', new Date())).toBe(false);
    expect(await jobs.yield(id)).toMatchObject({ state: 'queued', attempts: 0 });
    await claim(jobs, 'parse');
    expect(await jobs.end(id, 'failed', null, new Date(), true)).toMatchObject({ state: 'queued', attempts: 0 });
    await claim(jobs, 'parse');
    expect(await jobs.pause(id)).toMatchObject({ state: 'queued', paused: true, attempts: 0 });
    expect(await claim(jobs, 'parse')).toBeNull();
    expect(await jobs.resume(id)).toMatchObject({ state: 'queued', paused: false });
    await claim(jobs, 'parse');
    await jobs.end(id, 'failed', null, new Date());
    expect((await claim(jobs, 'parse'))?.attempts).toBe(2);
    await jobs.advanced(id);
    expect((await jobs.get(id))?.attempts).toBe(1);
  });

  it('never gives a job to two who ask at once', async () => {
    const stores = await open();
    const { jobs } = stores.records;
    for (let n = 0; n < 12; n += 1) await accept(stores);
    const claimed = await Promise.all(Array.from({ length: 16 }, () => claim(jobs, 'parse')));
    const ids = claimed.flatMap((job) => job?.id ?? []);
    expect(ids).toHaveLength(12);
    expect(new Set(ids).size).toBe(12);
  });
}

function describeCare(open: () => Promise<Stores>): void {
  it('finds nothing wrong with what it wrote, and makes it smaller', async () => {
    const stores = await open();
    const { care, index, documents } = stores.records;
    const { document, project_id } = await seed(stores, { texts: ['a walrus', '公司的年度收入'], heading_path: ['Beasts'] });
    const big = await seed(stores, { texts: Array.from({ length: 40 }, (_, n) => `word${n} `.repeat(300)) });
    const find = async (text: string) => (await index.keyword({ project_id, text, limit: 5 })).length;
    expect(await care.check(new AbortController().signal)).toEqual([]);
    await documents.remove(big.document.id);
    const before = await care.size();
    await care.compact();
    expect(await care.size()).toBeLessThan(before);
    expect(await care.rebuildFullText()).toBe(2);
    expect([await find('walrus'), await find('beasts'), await find('年度收入')]).toEqual([1, 2, 1]);
    await care.reindex('chunks');
    await care.resetGraph();
    expect(await care.check(new AbortController().signal)).toEqual([]);
    expect((await documents.facts(document.id))?.chunks).toBe(2);
  });
}

function describeText(open: () => Promise<Stores>): void {
  it('takes any text, and keeps its places', async () => {
    const stores = await open();
    const { records } = stores;
    const { document, project_id } = await accept(stores);
    const text = 'zero\0byte \u{1F600} half\uD800 end';
    await records.index.begin(document.id);
    await records.index.add(document.id, { pages: [], chunks: [draft(text, 0, [text])] });
    const metadata = { title: text, [text]: [text] };
    await records.index.finish(document.id, { content: text, pages: null, metadata });
    const [chunk] = await records.index.neighbours(document.id, 0, 0);
    expect([...(chunk?.text ?? '')]).toHaveLength([...text].length);
    expect(chunk?.text.slice(5)).toContain('byte \u{1F600} half');
    expect(await records.index.keyword({ project_id, text: `byte\0 ${text}`, limit: 5 })).toHaveLength(1);
    await records.documents.update(document.id, { filename: text, error: { code: 'X', message: text, action: text } });
    await records.projects.update(project_id, { name: text, settings: { [text]: text } });
    await records.settings.set(text, text);
    expect(await records.settings.get(text)).toEqual(expect.stringContaining('byte'));
    await records.conversations.create({ id: 'c', project_id, title: text });
    await records.conversations.append('c', [answer(text, [])]);
    expect((await records.conversations.message('c', text)) ?? null).toBeNull();
    expect((await records.projects.list({ limit: 5, q: 'BYTE \u{1F600}' })).items).toHaveLength(1);
    expect((await records.projects.list({ limit: 5, q: text })).items).toHaveLength(1);
    expect((await records.documents.list({ project_id, limit: 5, q: '\0' })).items.length).toBeLessThanOrEqual(1);
  });
}
