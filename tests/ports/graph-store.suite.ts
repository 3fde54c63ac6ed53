/** What every graph store must do, whatever its technology: the same answers in the same order. */
import { describe, expect, it } from 'vitest';
import type { Entity, EntityType, RelationType } from '../../src-main/contract/graph';
import type { ChunkGraph, GraphStore } from '../../src-main/core/ports/graph';
import { describeGraphMerges } from './graph-merges.suite';
import { drawn, expectedAround, expectedDistance, names } from './graph-reference';
import { type Stores, seed } from './seed';

export interface GraphStores extends Stores {
  graph: GraphStore;
  /** Where changes arrive later: waits until they have. */
  settled?(project_id: string): Promise<void>;
}

/** `[source, target, weight, type]` by name. */
type Edge = [string, string, number?, RelationType?];
const RULES = 1;

export function describeGraphStore(name: string, open: () => Promise<GraphStores>): void {
  /** A project with one document that says these relations, all in one chunk. */
  async function drawing(edges: Edge[], stores?: GraphStores, project_id?: string) {
    const all = stores ?? (await open());
    const { document, project_id: project } = await seed(all, { text: 'x'.repeat(500), ...(project_id ? { project_id } : {}) });
    const { chunks } = await all.graph.pending(document.id, RULES, 10);
    const read = [chunkOf(chunks[0]?.chunk_id ?? '', edges)];
    expect(await all.graph.add({ document_id: document.id, rules: RULES, after: 0, read })).toBe(true);
    await all.settled?.(project);
    const items = await everything(all.graph, project);
    const id = (wanted: string) => items.find((entity) => entity.name === wanted)?.id ?? `no ${wanted}`;
    return { ...all, document, project_id: project, id };
  }

  describe(`graph store: ${name}`, () => {
    it('reads the chunks of a document once, in their order, and by new rules again', async () => {
      const { graph, ...stores } = await open();
      const { document, project_id } = await seed(stores, { texts: ['one', 'two', 'three'] });
      // Its job is still queued.
      expect(await graph.incomplete(RULES, 10, [document.id])).toEqual([]);
      const first = await graph.pending(document.id, RULES, 2);
      expect([first.after, first.chunks.map(({ text }) => text)]).toEqual([0, ['one', 'two']]);
      const read = first.chunks.map(({ chunk_id }) => chunkOf(chunk_id, [['A', 'B']]));
      expect(await graph.add({ document_id: document.id, rules: RULES, after: 0, read })).toBe(true);
      expect(await graph.add({ document_id: document.id, rules: RULES, after: 0, read })).toBe(false);
      expect((await graph.pending(document.id, RULES, 9)).after).toBe(2);
      expect(await graph.counts(project_id, RULES)).toEqual({ entities: 2, relations: 1, chunks: 3, chunks_done: 2 });
      expect((await graph.pending(document.id, RULES + 1, 9)).after).toBe(0);
      expect(await graph.counts(project_id, RULES + 1)).toEqual({ entities: 0, relations: 0, chunks: 3, chunks_done: 0 });
    });

    it('lists entities and relations with their counts and places', async () => {
      const { graph, project_id, id } = await drawing([
        ['Ada', 'Babbage', 3],
        ['Ada', 'London', 1, 'born_in'],
      ]);
      const ada = await graph.entity(project_id, id('Ada'));
      expect(ada).toMatchObject({ name: 'Ada', type: 'person', mentions: 1, project_id });
      expect((await graph.entities({ project_id, limit: 9, sort: 'name' })).items.map((entity) => entity.name)).toEqual([
        'Ada',
        'Babbage',
        'London',
      ]);
      const { items } = await graph.relations({ project_id, limit: 9 });
      expect(items.map(({ source_name, type, target_name, weight }) => [source_name, type, target_name, weight])).toEqual([
        ['Ada', 'mentioned_with', 'Babbage', 3],
        ['Ada', 'born_in', 'London', 1],
      ]);
      expect((await graph.relations({ project_id, limit: 9, entity_id: id('London') })).items).toHaveLength(1);
      const places = await graph.evidence(
        items.map((relation) => relation.id),
        2,
      );
      expect(items.map((relation) => places.get(relation.id)?.length)).toEqual([2, 1]);
      expect((await graph.mentions(id('Ada'), { limit: 5 })).items).toHaveLength(1);
      expect(await graph.documents(id('Ada'))).toBe(1);
    });

    it('finds what is near: nearest first, then strongest, and no more than asked for', async () => {
      const { graph, project_id, id } = await drawing([
        ['A', 'B', 2],
        ['C', 'A', 5, 'works_for'],
        ['C', 'A', 1],
        ['A', 'D', 2],
        ['B', 'E', 9],
        ['E', 'F', 1],
        ['G', 'H', 1],
      ]);
      const around = async (from: string[], depth: number, limit = 50) => {
        const part = await graph.around({ project_id, from: from.map(id), depth, limit });
        return { ...part, order: part.entities.map((entity) => `${entity.name}${entity.depth}`).join(' ') };
      };
      expect((await around(['A'], 1)).order).toBe('A0 C1 B1 D1');
      const two = await around(['A'], 2);
      expect([two.order, two.truncated]).toEqual(['A0 C1 B1 D1 E2', false]);
      expect(two.relations.map(({ source_name, target_name, weight }) => `${source_name}${target_name}${weight}`)).toEqual([
        'BE9',
        'CA5',
        'AB2',
        'AD2',
        'AC1',
      ]);
      expect((await around(['A'], 3)).order).toBe('A0 C1 B1 D1 E2 F3');
      const few = await around(['A'], 3, 3);
      expect([few.order, few.truncated]).toEqual(['A0 C1 B1', true]);
      expect((await around(['B', 'D'], 1)).order).toBe('B0 D0 E1 A1');
      expect(await graph.around({ project_id, from: ['nothing'], depth: 2, limit: 9 })).toEqual({
        entities: [],
        relations: [],
        truncated: false,
      });
    });

    it('finds the shortest way, its relations step by step', async () => {
      const { graph, project_id, id } = await drawing([
        ['A', 'B'],
        ['B', 'C'],
        ['C', 'D'],
        ['A', 'X', 9],
        ['X', 'Y', 9],
        ['Y', 'Z', 9],
        ['Z', 'D', 9],
        ['P', 'Q'],
      ]);
      const path = (from: string, to: string, max_depth = 6) => graph.path({ project_id, from: id(from), to: id(to), max_depth });
      const way = await path('A', 'D');
      expect(way?.entities.map((entity) => entity.name)).toEqual(['A', 'B', 'C', 'D']);
      expect(way?.relations.map(({ source_name, target_name }) => source_name + target_name)).toEqual(['AB', 'BC', 'CD']);
      expect(await path('A', 'D', 2)).toBeNull();
      expect(await path('A', 'P')).toBeNull();
      expect((await path('A', 'A'))?.entities).toHaveLength(1);
      expect(await graph.path({ project_id, from: id('A'), to: 'nothing', max_depth: 6 })).toBeNull();
    });

    it('numbers the strongest relations', async () => {
      const { graph, project_id, id } = await drawing([
        ['A', 'B', 1],
        ['C', 'D', 7],
        ['A', 'C', 3],
      ]);
      const { ids, nodes, sources, targets, weights, types } = await graph.edges(project_id, 2);
      expect(types).toEqual(['mentioned_with', 'mentioned_with']);
      expect([nodes, ids, [...sources], [...targets], [...weights]]).toEqual([3, ['A', 'C', 'D'].map(id), [1, 0], [2, 1], [7, 3]]);
      expect((await graph.edges(project_id, 10)).nodes).toBe(4);
    });

    it('finds entities that are named, and the chunks that name them', async () => {
      const { graph, project_id, id, records, document } = await drawing([['Ada Lovelace', 'Charles Babbage', 2]]);
      const named = (keys: string[], words: string[]) => graph.named({ project_id, keys, words, limit: 5 });
      expect((await named(['ada lovelace'], [])).map((entity) => entity.id)).toEqual([id('Ada Lovelace')]);
      expect((await named(['somebody else'], ['babbage'])).map((entity) => entity.id)).toEqual([id('Charles Babbage')]);
      expect(await named([], ['nobody'])).toEqual([]);
      const entities = [{ id: id('Ada Lovelace'), weight: 1 }];
      const [chunk] = await graph.chunks({ project_id, entities, limit: 5 });
      expect((await records.index.chunks([chunk?.chunk_id ?? '']))[0]?.document_id).toBe(document.id);
      expect(chunk?.score).toBeGreaterThan(0);
      expect(await graph.chunks({ project_id, entities, limit: 5, document_ids: [] })).toEqual([]);
    });

    it('finds an entity by any of its names, and forgets them with it', async () => {
      const stores = await open();
      const { document, project_id } = await seed(stores, { text: 'x'.repeat(500) });
      const { graph } = stores;
      const { chunks } = await graph.pending(document.id, RULES, 10);
      const said = chunkOf(chunks[0]?.chunk_id ?? '', [['Rodion Orlov', 'Sonia', 1]]);
      said.entities[0]?.mentions.push({ char_start: 9, char_end: 12 });
      Object.assign(said.entities[0] ?? {}, { writings: ['Rodya', 'Mr. Orlov'] });
      await graph.add({ document_id: document.id, rules: RULES, after: 0, read: [said] });
      await stores.settled?.(project_id);
      const called = async (word: string) => (await graph.named({ project_id, keys: [], words: [word], limit: 5 })).map(({ name }) => name);
      const listed = async (q: string) => (await graph.entities({ project_id, q, limit: 5 })).items.map(({ name }) => name);
      expect(await called('rodya')).toEqual(['Rodion Orlov']);
      expect([await listed('rody'), await listed('nia'), await listed('nobody')]).toEqual([['Rodion Orlov'], ['Sonia'], []]);
      await stores.records.documents.remove(document.id);
      expect([await called('rodya'), await listed('rody')]).toEqual([[], []]);
    });

    it('forgets the names that only a deleted document had', async () => {
      const stores = await open();
      const { graph } = stores;
      const texts = ['Rodion Orlov came. Rodya slept.', 'Rodion Orlov left.\nThe old Mr.\nOrlov stayed.'];
      const writings = ['Rodya', 'Mr. Orlov'];
      let project: { project_id?: string } = {};
      const read: string[] = [];
      for (const [at, text] of texts.entries()) {
        const { document, project_id } = await seed(stores, { text, ...project });
        project = { project_id };
        const { chunks } = await graph.pending(document.id, RULES, 10);
        const said = chunkOf(chunks[0]?.chunk_id ?? '', [['Rodion Orlov', 'Sonia', 1]]);
        const place = text.indexOf(['Rodya', 'Mr.'][at] ?? '');
        said.entities[0]?.mentions.push({ char_start: place, char_end: place + 5 });
        Object.assign(said.entities[0] ?? {}, { writings: [writings[at]] });
        await graph.add({ document_id: document.id, rules: RULES, after: 0, read: [said] });
        read.push(document.id);
      }
      const project_id = project.project_id ?? '';
      const orlov = async () => (await graph.entities({ project_id, q: 'Rodion', limit: 5 })).items[0]?.aliases;
      const called = async (word: string) => (await graph.named({ project_id, keys: [], words: [word], limit: 5 })).map(({ name }) => name);
      await stores.settled?.(project_id);
      expect([await orlov(), await called('rodya')]).toEqual([['Mr. Orlov', 'Rodya'], ['Rodion Orlov']]);
      await stores.records.documents.remove(read[0] ?? '');
      await stores.settled?.(project_id);
      expect([await orlov(), await called('rodya'), await called('orlov')]).toEqual([['Mr. Orlov'], [], ['Rodion Orlov']]);
    });

    it('finds the passages of the documents that are asked, however many others name the same', async () => {
      const stores = await open();
      const { graph } = stores;
      const { document, project_id } = await seed(stores, { texts: Array.from({ length: 2_001 }, (_, at) => `Ada ${at}`) });
      const { document: asked } = await seed(stores, { text: 'Ada', project_id });
      for (const { id } of [document, asked]) {
        const { chunks } = await graph.pending(id, RULES, 3_000);
        const read = chunks.map(({ chunk_id }) => chunkOf(chunk_id, [['Ada', 'Ada', 0]]));
        expect(await graph.add({ document_id: id, rules: RULES, after: 0, read })).toBe(true);
      }
      const [ada] = (await graph.entities({ project_id, limit: 5 })).items;
      const entities = [{ id: ada?.id ?? '', weight: 1 }];
      expect(await graph.chunks({ project_id, entities, limit: 5, document_ids: [asked.id] })).toHaveLength(1);
    });

    it('knows by their ids what there is', async () => {
      const { graph, project_id, id } = await drawing([['A', 'B', 2]]);
      const { items } = await graph.relations({ project_id, limit: 9 });
      const found = await graph.present({ entities: [id('B'), 'nothing'], relations: [items[0]?.id ?? '', 'nothing'] });
      expect([found.entities.map((entity) => entity.name), found.relations]).toEqual([['B'], items]);
      expect(await graph.sums(project_id)).toEqual({ entities: 2, mentions: 2, relations: 1, weight: 2 });
    });

    it('shows nothing of another project', async () => {
      const mine = await drawing([['A', 'B']]);
      const { graph, id } = mine;
      const { project_id } = await drawing([['A', 'Z']], mine);
      expect(await graph.entity(project_id, id('A'))).toBeNull();
      expect((await graph.around({ project_id, from: [id('A')], depth: 2, limit: 9 })).entities).toEqual([]);
      expect(await graph.path({ project_id, from: id('A'), to: id('B'), max_depth: 3 })).toBeNull();
      expect((await graph.edges(mine.project_id, 10)).ids).toEqual([id('A'), id('B')]);
      expect((await graph.named({ project_id, keys: ['b'], words: ['b'], limit: 5 })).map((entity) => entity.name)).toEqual([]);
    });

    it('forgets what a deleted document said, and nothing else', async () => {
      const first = await drawing([
        ['A', 'B', 2],
        ['B', 'C', 1],
      ]);
      const { graph, project_id, records } = first;
      const { document, id } = await drawing(
        [
          ['A', 'B', 3],
          ['A', 'D'],
        ],
        first,
        project_id,
      );
      expect((await graph.around({ project_id, from: [id('A')], depth: 3, limit: 9 })).relations.map(({ weight }) => weight)).toEqual([
        5, 1, 1,
      ]);
      await records.documents.remove(document.id);
      await first.settled?.(project_id);
      const part = await graph.around({ project_id, from: [id('A')], depth: 3, limit: 9 });
      expect(part.entities.map((entity) => entity.name)).toEqual(['A', 'B', 'C']);
      expect(part.entities.map(({ mentions }) => mentions)).toEqual([1, 1, 1]);
      expect(part.relations.map(({ weight }) => weight)).toEqual([2, 1]);
      await records.projects.remove(project_id);
      await first.settled?.(project_id);
      expect((await graph.around({ project_id, from: [id('A')], depth: 3, limit: 9 })).entities).toEqual([]);
      expect((await graph.edges(project_id, 10)).ids).toEqual([]);
    });

    it('walks a drawn graph as the plain definition does', async () => {
      const edges = drawn({ nodes: 60, edges: 150, seed: 7 });
      const { graph, project_id, id } = await drawing(edges);
      for (const [start, depth, limit] of [
        ['N0', 1, 50],
        ['N3', 2, 20],
        ['N7', 3, 50],
        ['N11', 3, 200],
      ] as const) {
        const part = await graph.around({ project_id, from: [id(start)], depth, limit });
        const found = part.entities.map((entity) => [entity.name, entity.depth]);
        expect({ found, truncated: part.truncated }, `${start} ${depth} ${limit}`).toEqual(expectedAround(edges, start, depth, limit));
      }
      for (const to of names(60).slice(1, 12)) {
        const way = await graph.path({ project_id, from: id('N0'), to: id(to), max_depth: 5 });
        expect(way ? way.relations.length : null, to).toBe(expectedDistance(edges, 'N0', to, 5));
      }
    });
  });
  describeGraphMerges(name, open);
}

async function everything(graph: GraphStore, project_id: string): Promise<Entity[]> {
  const { items, next_cursor } = await graph.entities({ project_id, limit: 200 });
  expect(next_cursor).toBeNull();
  return items;
}

/** A chunk that names each entity once and says each relation `weight` times. */
function chunkOf(chunk_id: string, edges: Edge[]): ChunkGraph {
  const all = [...new Set(edges.flatMap((edge) => edge.slice(0, 2) as string[]))];
  const type = (name: string): EntityType => (name === 'London' ? 'place' : 'person');
  return {
    chunk_id,
    entities: all.map((name, at) => ({
      key: name.toLowerCase(),
      name,
      type: type(name),
      mentions: [{ char_start: at, char_end: at + 1 }],
    })),
    relations: edges.flatMap(([source, target, weight = 1, kind = 'mentioned_with']) =>
      Array.from({ length: weight }, (_, nth) => ({
        source: all.indexOf(source),
        target: all.indexOf(target),
        type: kind,
        char_start: nth,
        char_end: nth + 1,
      })),
    ),
  };
}
