/** The knowledge graph over HTTP: what documents of several kinds name, how it connects, and what is left when they go. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Community, Entity, GraphOverview, GraphPath, Neighbourhood, Relation } from '../../src-main/contract/graph';
import type { Pressmark, SearchResult } from '../../src-main/contract/search';
import { type Library, openLibrary, uploadTexts } from './library';

const NOVEL = `Chapter 1

Mr. Edmund Thornbury lived in Whitcombe with his sister, Miss Clara Thornbury. "I shall never go to London," said Clara. Every morning the
old clerk Josiah Pell walked to Harrow Hill. Pell had worked for Thornbury & Sons for forty years. However, when Lady Ashcombe arrived in
Whitcombe on 3 May 1842, Josiah Pell forgot his duties. Perhaps Clara knew why. Lady Ashcombe married Edmund Thornbury in 1843.`;

const CONTRACT = `# Service Agreement

This Agreement is made on March 14, 2024 between Northwind Analytics Ltd (the "Supplier") and Bergmann GmbH (the "Customer").
The fee is EUR 12,500 a month. Northwind Analytics Ltd was founded by Maria Lindqvist. The Supplier works under ISO 27001 (😀).
Lindqvist lives in London.`;

let library: Library;
let server: Library['server'];
let project_id: string;
let contract_id: string;

const path = (rest = '', id = project_id) => `/api/projects/${id}/graph${rest}`;
const get = async <T>(rest = '', id = project_id): Promise<T> => (await server.get<T>(path(rest, id))).body.data;
const entities = async (query = ''): Promise<Entity[]> => (await get<{ items: Entity[] }>(`/entities?limit=200${query}`)).items;
const relations = async (query = ''): Promise<Relation[]> => (await get<{ items: Relation[] }>(`/relations?limit=200${query}`)).items;
/** The graph has read `chunks` chunks, which is all. */
const complete = (chunks: number) =>
  vi.waitFor(async () => expect(await get<GraphOverview>()).toMatchObject({ complete: true, chunks_done: chunks }), {
    timeout: 20_000,
    interval: 100,
  });

async function named(name: string): Promise<Entity> {
  const found = (await entities(`&q=${encodeURIComponent(name)}`)).find((entity) => entity.name.includes(name));
  if (!found) throw new Error(`the graph does not know ${name}`);
  return found;
}

async function expectLiteral({ document_id, char_start, char_end, quote }: Pressmark): Promise<void> {
  const { body } = await server.get<{ content: string }>(`/api/documents/${document_id}`);
  expect([...body.data.content].slice(char_start, char_end).join('')).toBe(quote);
}

beforeAll(async () => {
  library = await openLibrary();
  server = library.server;
  project_id = (await server.createProject('Graph')).id;
  const { body } = await uploadTexts(server, project_id, { 'novel.txt': NOVEL, 'contract.md': CONTRACT });
  const documents = await Promise.all(body.data.items.map(({ document }) => server.waitFor(document?.id ?? '')));
  contract_id = documents[1]?.id ?? '';
  await complete(documents.reduce((sum, { chunks }) => sum + chunks, 0));
}, 60_000);
afterAll(() => library.close());

describe('entities', () => {
  it('are people, organisations, places, dates, sums, terms and identifiers', async () => {
    const found = (await entities()).map(({ type, name }) => `${type} ${name}`);
    expect(found).toEqual(
      expect.arrayContaining([
        'person Josiah Pell',
        'person Lady Ashcombe',
        'person Maria Lindqvist',
        'organisation Northwind Analytics Ltd',
        'organisation Bergmann GmbH',
        'place Whitcombe',
        'place London',
        'date 3 May 1842',
        'money EUR 12,500',
        'term Supplier',
        'identifier ISO 27001',
      ]),
    );
    expect(found.filter((one) => /However|Perhaps|Every|Chapter|Pell$/.test(one) && !one.includes('Josiah'))).toEqual([]);
  });

  it('have the writings of one name together, with every sentence', async () => {
    const { id, mentions } = await named('Josiah Pell');
    expect(mentions).toBe(3);
    const { documents, evidence } = await get<{ documents: number; evidence: Pressmark[] }>(`/entities/${id}`);
    expect(documents).toBe(1);
    expect(evidence.map(({ quote }) => quote.includes('Pell'))).toEqual([true, true, true]);
    for (const mark of evidence) await expectLiteral(mark);
  });

  it('connect documents: London is in both', async () => {
    const { id } = await named('London');
    const { documents, evidence } = await get<{ documents: number; evidence: Pressmark[] }>(`/entities/${id}`);
    expect(documents).toBe(2);
    expect(new Set(evidence.map(({ filename }) => filename))).toEqual(new Set(['novel.txt', 'contract.md']));
    for (const mark of evidence) await expectLiteral(mark);
  });

  it('can be filtered, sorted and paged, each once', async () => {
    expect(new Set((await entities('&type=person')).map(({ type }) => type))).toEqual(new Set(['person']));
    const all = await entities('&sort=name');
    expect(all.map(({ name }) => name.toLowerCase())).toEqual(all.map(({ name }) => name.toLowerCase()).sort());
    const seen: string[] = [];
    for (let cursor: string | null = null; ; ) {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { items: Entity[]; next_cursor: string | null } = await get(`/entities?limit=4${query}`);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next_cursor;
      if (cursor === null) break;
    }
    expect(seen.length).toBe(all.length);
    expect(new Set(seen)).toEqual(new Set(all.map(({ id }) => id)));
  });
});

describe('relations', () => {
  it('say what kind they are where the text does, with the sentence', async () => {
    const said = (await relations()).map(({ source_name, type, target_name }) => `${source_name} ${type} ${target_name}`);
    expect(said).toEqual(
      expect.arrayContaining([
        'Maria Lindqvist founded Northwind Analytics Ltd',
        'Lady Ashcombe married_to Edmund Thornbury',
        'Josiah Pell works_for Thornbury & Sons',
      ]),
    );
  });

  it('have evidence that stands in the document and names both', async () => {
    for (const { source_name, target_name, evidence } of await relations('&evidence=2')) {
      expect(evidence.length, `${source_name} – ${target_name}`).toBeGreaterThan(0);
      for (const mark of evidence) await expectLiteral(mark);
    }
  });

  it('can be asked of one entity, of one kind, and without evidence', async () => {
    const { id } = await named('Maria Lindqvist');
    const hers = await relations(`&entity_id=${id}`);
    expect(hers.length).toBeGreaterThan(1);
    expect(hers.every(({ source, target }) => source === id || target === id)).toBe(true);
    const founded = await relations(`&entity_id=${id}&type=founded&evidence=0`);
    expect(founded.map(({ type, evidence }) => [type, evidence])).toEqual([['founded', []]]);
  });
});

describe('walks', () => {
  it('find neighbours, nearest first, and no more than asked for', async () => {
    const { id } = await named('Josiah Pell');
    const near = await get<Neighbourhood>(`/entities/${id}/neighbours?depth=2`);
    expect(near.entities[0]).toMatchObject({ id, depth: 0 });
    const depths = near.entities.map(({ depth }) => depth);
    expect(depths).toEqual([...depths].sort());
    expect(near.entities.map(({ name }) => name)).toContain('Whitcombe');
    const ids = new Set(near.entities.map((entity) => entity.id));
    expect(near.relations.every(({ source, target }) => ids.has(source) && ids.has(target))).toBe(true);
    const few = await get<Neighbourhood>(`/entities/${id}/neighbours?depth=2&limit=2`);
    expect(few.entities.length).toBe(2);
    expect(few.truncated).toBe(true);
  });

  it('find the way between two, over documents, each step with its sentence', async () => {
    const [from, to] = [await named('Maria Lindqvist'), await named('Clara')];
    const way = await get<GraphPath>(`/path?from=${from.id}&to=${to.id}`);
    expect(way.found).toBe(true);
    expect([way.entities[0]?.id, way.entities.at(-1)?.id]).toEqual([from.id, to.id]);
    expect(way.entities.map(({ name }) => name)).toContain('London');
    expect(way.relations.length).toBe(way.entities.length - 1);
    for (const [step, { source, target, evidence }] of way.relations.entries()) {
      expect(new Set([source, target])).toEqual(new Set([way.entities[step]?.id, way.entities[step + 1]?.id]));
      for (const mark of evidence) await expectLiteral(mark);
    }
    expect((await get<GraphPath>(`/path?from=${from.id}&to=${to.id}&max_depth=1`)).found).toBe(false);
    expect((await get<GraphPath>(`/path?from=${from.id}&to=${from.id}`)).entities.length).toBe(1);
  });

  it('find what a question is about', async () => {
    const about = await get<Neighbourhood>(`/subgraph?query=${encodeURIComponent('Who founded Northwind Analytics?')}`);
    expect(about.entities[0]).toMatchObject({ name: 'Northwind Analytics Ltd', depth: 0 });
    expect(about.relations.map(({ type }) => type)).toContain('founded');
    expect((await get<Neighbourhood>('/subgraph?query=zeppelin')).entities).toEqual([]);
  });

  it('find communities, the same ones again', async () => {
    const { items } = await get<{ items: Community[] }>('/communities');
    expect(items.length).toBeGreaterThan(0);
    expect(items[0]?.entities.length).toBeGreaterThan(2);
    expect((await get<{ items: Community[] }>('/communities')).items).toEqual(items);
  });
});

describe('search through the graph', () => {
  const search = async (query: string) => (await server.post<SearchResult>('/api/search', { project_id, query, mode: 'graph' })).body.data;

  it('finds the passages that name what is asked for', async () => {
    const { items, mode_used } = await search('Lady Ashcombe');
    expect(mode_used).toBe('graph');
    expect(items[0]?.pressmark.filename).toBe('novel.txt');
    expect(items[0]?.scores.graph).toBeGreaterThan(0);
  });

  it('falls back where the graph knows no name, and says so', async () => {
    const { items, mode_used } = await search('monthly fee of the service');
    expect(mode_used).not.toBe('graph');
    expect(items.length).toBeGreaterThan(0);
  });

  it('is a mode of chat, too', async () => {
    const { status } = await server.post('/api/chat', { project_id, message: 'Who founded Northwind Analytics?', mode: 'graph' });
    expect(status).toBe(200);
  });
});

describe('what goes', () => {
  it('is invisible from another project', async () => {
    const { id: other } = await server.createProject('Other');
    const { id } = await named('London');
    for (const rest of [`/entities/${id}`, `/entities/${id}/neighbours`, `/relations?entity_id=${id}`, `/path?from=${id}&to=${id}`]) {
      const { status, body } = await server.get(path(rest, other));
      expect([status, body.error?.message]).toEqual([404, `There is no entity with the id ${id}.`]);
    }
    expect(await get('', other)).toMatchObject({ entities: 0, relations: 0, complete: true });
  });

  it('is the same after the document was read again', async () => {
    const before = (await entities('&sort=name')).map(({ name, mentions }) => [name, mentions]);
    await server.post(`/api/documents/${contract_id}/reindex`, {});
    await server.waitFor(contract_id);
    await complete((await get<GraphOverview>()).chunks);
    expect((await entities('&sort=name')).map(({ name, mentions }) => [name, mentions])).toEqual(before);
  });

  it('leaves nothing when its document is deleted', async () => {
    await server.request('DELETE', `/api/documents/${contract_id}`);
    const names = (await entities()).map(({ name }) => name);
    expect(names).toContain('London');
    expect(names.filter((name) => /Northwind|Lindqvist|Bergmann|Supplier|ISO|EUR/.test(name))).toEqual([]);
    expect((await relations()).flatMap(({ evidence }) => evidence).filter(({ filename }) => filename === 'contract.md')).toEqual([]);
    expect((await named('London')).mentions).toBe(1);
  });
});
