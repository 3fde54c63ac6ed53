/** What every records adapter must do, whatever its database. */
import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../src-main/contract/chat';
import { createPacker } from '../../src-main/core/documents/words';
import { accept, allPages, draft, type Stores, seed } from './seed';

const LEASE = new Date(Date.now() + 60_000);

const message = (content: string, role: Message['role'] = 'user', parent_id: string | null = null): Message => ({
  id: uuid(),
  parent_id,
  role,
  content,
  citations: [],
  sentences: [],
  answered: true,
  model: null,
  stopped: false,
  created_at: new Date().toISOString(),
});

export function describeRecords(name: string, open: () => Promise<Stores>): void {
  describe(`records: ${name}`, () => {
    describeProjects(open);
    describeDocuments(open);
    describeKeyword(open);
    describeJobs(open);
    describeConversations(open);
  });
}

function describeProjects(open: () => Promise<Stores>): void {
  it('creates, changes, pages through and removes projects', async () => {
    const { records } = await open();
    for (const n of [1, 2, 3, 4, 5]) await records.projects.create({ id: `p${n}`, name: `Project ${n}`, settings: { n } });
    const changed = await records.projects.update('p2', { name: 'Renamed' });
    expect(changed).toMatchObject({ name: 'Renamed', settings: { n: 2 }, documents: 0 });
    const all = await allPages((cursor) => records.projects.list({ limit: 2, cursor }));
    expect(all.map(({ id }) => id)).toEqual(['p1', 'p2', 'p3', 'p4', 'p5']);
    await records.projects.remove('p3');
    expect(await records.projects.get('p3')).toBeNull();
    await expect(records.projects.update('p3', { name: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('says what is not there', async () => {
    const stores = await open();
    const { projects, documents, conversations } = stores.records;
    const file = { project_id: 'none', filename: 'f', mime_type: 't', size_bytes: 1, sha256: 's' };
    const { document } = await accept(stores);
    const missing = { code: 'NOT_FOUND' };
    await expect(projects.remove('none')).rejects.toMatchObject(missing);
    await expect(documents.accept({ document_id: 'd', job_id: 'j', ...file })).rejects.toMatchObject(missing);
    await expect(documents.remove('none')).rejects.toMatchObject(missing);
    await expect(conversations.create({ id: 'c', project_id: 'none', title: 't' })).rejects.toMatchObject(missing);
    await expect(conversations.remove('none')).rejects.toMatchObject(missing);
    const wrong = { code: 'VALIDATION_FAILED', details: { field: 'cursor' } };
    await expect(documents.chunks(document.id, { limit: 5, cursor: 'nonsense' })).rejects.toMatchObject(wrong);
  });

  it('keeps settings of any JSON', async () => {
    const { records } = await open();
    expect(await records.settings.get('theme')).toBeUndefined();
    await records.settings.set('theme', { dark: true });
    await records.settings.set('theme', ['light']);
    expect(await records.settings.get('theme')).toEqual(['light']);
  });
}

function describeDocuments(open: () => Promise<Stores>): void {
  it('accepts a file once a project, with its job', async () => {
    const stores = await open();
    const first = await accept(stores, undefined, 'same');
    expect(first).toMatchObject({
      duplicate: false,
      document: { state: 'queued', content: null },
      job: { state: 'queued', stage: 'parse' },
    });
    const again = await accept(stores, first.project_id, 'same');
    expect(again).toMatchObject({ duplicate: true, job: null, document: { id: first.document.id } });
    const elsewhere = await accept(stores, undefined, 'same');
    expect(elsewhere.duplicate).toBe(false);
    expect(await stores.records.documents.remove(first.document.id)).toEqual({ sha256: 'same', uses: 1 });
    expect(await stores.records.documents.remove(elsewhere.document.id)).toEqual({ sha256: 'same', uses: 0 });
  });

  it('shows nothing of a parse before it is finished, and nothing twice', async () => {
    const stores = await open();
    const { records } = stores;
    const { document, project_id } = await accept(stores);
    const find = () => records.index.keyword({ project_id, text: 'walrus', limit: 5 });
    await records.index.begin(document.id);
    await records.index.add(document.id, { pages: [], chunks: [draft('a walrus')] });
    expect(await find()).toEqual([]);
    await records.index.begin(document.id);
    await records.index.add(document.id, { pages: [], chunks: [draft('one walrus')] });
    const finished = await records.index.finish(document.id, { content: 'one walrus', pages: null, metadata: { title: 'T' } });
    expect(finished).toMatchObject({ state: 'searchable', chunks: 1, pages: null, metadata: { title: 'T' } });
    const [hit, ...rest] = await find();
    expect(rest).toEqual([]);
    expect((await records.index.chunks([hit?.chunk_id ?? ''])).map(({ text }) => text)).toEqual(['one walrus']);
    expect((await records.documents.get(document.id))?.content).toBe('one walrus');
    expect((await records.documents.list({ project_id, limit: 5 })).items[0]?.content).toBeNull();
  });

  it('gives back pages with their words, and chunks in order', async () => {
    const stores = await open();
    const { records } = stores;
    const { document } = await accept(stores);
    const words = [{ char_start: 70_000, char_end: 70_005, x: 72.125, y: 100.5, width: 31.25, height: 11 }];
    const page = { page: 7, label: 'vii', text: 'Seven', char_start: 70_000, char_end: 70_005, width: 595.28, height: 841.89 };
    const packer = createPacker(1);
    packer.add(0, 5, 72.125, 100.5, 31.25, 11);
    await records.index.begin(document.id);
    await records.index.add(document.id, {
      pages: [{ ...page, words: packer.bytes() }],
      chunks: ['a', 'b', 'c'].map((text, at) => ({ ...draft(text, at, ['Part', text]), page_from: at === 0 ? 7 : 8 })),
    });
    await records.index.finish(document.id, { content: 'Seven', pages: 7, metadata: {} });
    expect(await records.documents.page(document.id, 7)).toMatchObject({ ...page, words, document_id: document.id });
    expect(await records.documents.page(document.id, 8)).toBeNull();
    const chunks = await allPages((cursor) => records.documents.chunks(document.id, { limit: 2, cursor }));
    expect(chunks.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    const found = await records.index.chunks(chunks.map(({ id }) => id));
    expect(found.map(({ page_label }) => page_label)).toEqual(['vii', null, null]);
    expect((await records.index.neighbours(document.id, 1, 2)).map(({ heading_path }) => heading_path.at(-1))).toEqual(['b', 'c']);
  });
}

function describeKeyword(open: () => Promise<Stores>): void {
  it.each([
    ['a stemmed word', 'They were running late.', 'run'],
    ['an accent', 'Der Erlös stieg.', 'erlos'],
    ['a figure', 'Costs rose by 3.5% to 1,204 million.', '1,204'],
    ['an identifier', 'See clause A-12/34 of the lease.', 'A-12/34'],
    ['Chinese', '公司的年度收入增长了百分之十。', '年度收入'],
    ['two Chinese letters', '公司的年度收入增长了百分之十。', '收入'],
    ['Arabic', 'ارتفعت الإيرادات السنوية بنسبة عشرة', 'الإيرادات'],
  ])('finds %s', async (_what, text, query) => {
    const stores = await open();
    const { project_id } = await seed(stores, { texts: [text, 'Something else entirely, about gardens.'] });
    const hits = await stores.records.index.keyword({ project_id, text: query, limit: 5 });
    const [found] = await stores.records.index.chunks(hits.map(({ chunk_id }) => chunk_id));
    expect(found?.text).toBe(text);
  });

  it('ranks more matching words higher, and a heading counts', async () => {
    const stores = await open();
    const texts = ['the green house', 'a green house with a red door', 'red wine'];
    const { project_id } = await seed(stores, { texts });
    await seed(stores, { text: 'nothing here', heading_path: ['Red door policy'], project_id });
    const hits = await stores.records.index.keyword({ project_id, text: 'red door of the house', limit: 5 });
    const found = await stores.records.index.chunks(hits.map(({ chunk_id }) => chunk_id));
    expect(found[0]?.text).toBe(texts[1]);
    expect(found.map(({ text }) => text)).toContain('nothing here');
  });

  it('lets rare words tell more than common ones, and short chunks more than long ones', async () => {
    const stores = await open();
    const common = Array.from({ length: 30 }, (_, n) => `the report of year ${n} and the report of others`);
    const long = `zebra ${'and many other words '.repeat(30)}`;
    const { project_id } = await seed(stores, { texts: [...common, 'report report report report', 'a zebra at last', long] });
    const hits = await stores.records.index.keyword({ project_id, text: 'report about a zebra', limit: 40 });
    const found = await stores.records.index.chunks(hits.map(({ chunk_id }) => chunk_id));
    expect(found.slice(0, 2).map(({ text }) => text)).toEqual(['a zebra at last', long]);
    expect(found).toHaveLength(33);
    const scores = hits.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  it.each([5, 900])('finds all of a project beside another with %i chunks of the same words', async (others) => {
    const stores = await open();
    await seed(stores, { texts: Array.from({ length: others }, () => 'walrus walrus') });
    const { project_id } = await seed(stores, {
      texts: Array.from({ length: 400 }, (_, n) => `a walrus and ${n} other animals of the sea`),
    });
    const hits = await stores.records.index.keyword({ project_id, text: 'walrus', limit: 300 });
    expect(new Set(hits.map(({ chunk_id }) => chunk_id)).size).toBe(300);
    const found = await stores.records.index.chunks(hits.map(({ chunk_id }) => chunk_id));
    expect(new Set(found.map((chunk) => chunk.project_id))).toEqual(new Set([project_id]));
  });

  it('takes any text without an error, and stays in its project and documents', async () => {
    const stores = await open();
    const { project_id, document } = await seed(stores, { text: 'alpha beta' });
    const other = await seed(stores, { text: 'alpha gamma' });
    const ask = (text: string, document_ids?: string[]) => stores.records.index.keyword({ project_id, text, limit: 5, document_ids });
    expect(await ask('alpha')).toHaveLength(1);
    expect(await ask('alpha', [document.id])).toHaveLength(1);
    expect(await ask('alpha', [other.document.id])).toEqual([]);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), async (text) => {
        await ask(text);
        await ask(`"${text}" AND (${text}* NEAR alpha`);
      }),
      { numRuns: 150 },
    );
  });
}

function describeJobs(open: () => Promise<Stores>): void {
  it('is fair between projects, and never gives a job twice', async () => {
    const stores = await open();
    const { jobs } = stores.records;
    const big = await accept(stores);
    for (let n = 0; n < 3; n += 1) await accept(stores, big.project_id);
    const small = await accept(stores);
    const order: (string | null)[] = [];
    for (let n = 0; n < 5; n += 1) order.push((await jobs.claim('parse', new Date(Date.now() + n), LEASE))?.project_id ?? null);
    expect(order.slice(0, 2).sort()).toEqual([big.project_id, small.project_id].sort());
    expect(order.filter((id) => id === big.project_id)).toHaveLength(4);
    expect(await jobs.claim('parse', new Date(), LEASE)).toBeNull();
    expect(await jobs.recover(new Date())).toBe(0);
    await jobs.renew([small.job?.id ?? ''], new Date(Date.now() + 120_000));
    expect(await jobs.recover(new Date(Date.now() + 90_000))).toBe(4);
    expect(await jobs.recover()).toBe(1);
    expect(await jobs.claim('parse', new Date(), LEASE)).not.toBeNull();
  });

  it('moves through stages, retries not before their time, and ends', async () => {
    const stores = await open();
    const { jobs } = stores.records;
    const { job, document } = await accept(stores);
    const id = job?.id ?? '';
    expect(await jobs.claim('embed', new Date(), LEASE)).toBeNull();
    expect(await jobs.claim('parse', new Date(), LEASE)).toMatchObject({ id, state: 'running', attempts: 1 });
    expect(await jobs.progress(id, { done: 3, total: 9, unit: 'pages' }, 12)).toMatchObject({ progress: { done: 3 }, eta_s: 12 });
    const later = new Date(Date.now() + 60_000);
    await jobs.end(id, 'failed', { code: 'X', message: 'x', action: null }, later);
    expect(await jobs.claim('parse', new Date(), LEASE)).toBeNull();
    expect(await jobs.claim('parse', later, LEASE)).toMatchObject({ attempts: 2 });
    expect(await jobs.advance(id, 'embed')).toMatchObject({ stage: 'embed', state: 'queued', attempts: 0, error: null });
    expect(await jobs.enqueue({ id: uuid(), document_id: document.id, stage: 'parse' })).toMatchObject({ id });
    await jobs.end(id, 'done', null);
    const fresh = await jobs.enqueue({ id: uuid(), document_id: document.id, stage: 'parse' });
    expect(fresh.id).not.toBe(id);
    expect((await jobs.list({ limit: 10, document_id: document.id })).items.map((one) => one.state)).toEqual(['queued', 'done']);
    await expect(jobs.progress('nothing', { done: 0, total: null, unit: 'pages' }, null)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
}

function describeConversations(open: () => Promise<Stores>): void {
  it('keeps messages in order, latest conversation first, and deletes both', async () => {
    const stores = await open();
    const { conversations, projects } = stores.records;
    await projects.create({ id: 'p', name: 'P', settings: {} });
    for (const id of ['c1', 'c2', 'c3']) await conversations.create({ id, project_id: 'p', title: id });
    await new Promise((resume) => setTimeout(resume, 5));
    const what = message('What?');
    const that = message('That.', 'assistant', what.id);
    await conversations.append('c1', [what, that]);
    await conversations.append('c1', [message('Why?', 'user', that.id)]);
    const all = await allPages((cursor) => conversations.list({ project_id: 'p', limit: 1, cursor }));
    expect(all.map(({ id }) => id)).toEqual(['c1', 'c3', 'c2']);
    expect(all[0]?.messages).toBe(3);
    const texts = await allPages((cursor) => conversations.messages('c1', { limit: 2, cursor }));
    expect(texts.map(({ content }) => content)).toEqual(['What?', 'That.', 'Why?']);
    expect((await conversations.recent('c1', 2)).map(({ content }) => content)).toEqual(['That.', 'Why?']);
    expect((await conversations.rename('c1', 'Better')).title).toBe('Better');
    await conversations.remove('c1');
    expect(await conversations.get('c1')).toBeNull();
    expect((await conversations.messages('c1', { limit: 5 })).items).toEqual([]);
    await expect(conversations.list({ project_id: 'p', limit: 1, cursor: 'nonsense' })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    });
  });

  it('keeps branches, and finds the one that a message ends', async () => {
    const stores = await open();
    const { conversations, projects } = stores.records;
    await projects.create({ id: 'p', name: 'P', settings: {} });
    for (const id of ['c1', 'c2']) await conversations.create({ id, project_id: 'p', title: id });
    const what = message('What?');
    const that = message('That.', 'assistant', what.id);
    const why = message('Why?', 'user', that.id);
    const other = message('This.', 'assistant', what.id);
    await conversations.append('c1', [what, that, why, other]);
    const texts = (messages: Message[]) => messages.map(({ content }) => content);
    expect(texts((await conversations.messages('c1', { limit: 9 })).items)).toEqual(['What?', 'That.', 'Why?', 'This.']);
    expect(texts((await conversations.messages('c1', { limit: 9, branch: 'latest' })).items)).toEqual(['What?', 'This.']);
    expect(texts((await conversations.messages('c1', { limit: 9, branch: 'latest', sort: '-created_at' })).items)).toEqual([
      'This.',
      'What?',
    ]);
    expect(texts(await conversations.recent('c1', 9))).toEqual(['What?', 'This.']);
    expect(texts(await conversations.recent('c1', 2, why.id))).toEqual(['That.', 'Why?']);
    expect(await conversations.recent('c2', 9)).toEqual([]);
    expect(await conversations.message('c1', why.id)).toEqual(why);
    expect(await conversations.message('c2', why.id)).toBeNull();
  });
}
