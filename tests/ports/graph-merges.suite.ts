/** What every graph store must do with decisions of people and findings of the chat model. */
import { describe, expect, it } from 'vitest';
import type { ChunkGraph, GraphStore } from '../../src-main/core/ports/graph';
import type { GraphStores } from './graph-store.suite';
import { seed } from './seed';

const RULES = 1;
const TEXT = 'x'.repeat(400);

export function describeGraphMerges(name: string, open: () => Promise<GraphStores>): void {
  /** `text`: each word a person who is named where it stands; people of one sentence, up to a stop, are mentioned with each other. */
  async function reading(texts: string[], stores?: GraphStores, project?: string) {
    const all = stores ?? (await open());
    const { document, project_id } = await seed(all, { texts: texts.map(() => TEXT), ...(project ? { project_id: project } : {}) });
    await read(all.graph, document.id, texts);
    await all.settled?.(project_id);
    return { ...all, document, project_id };
  }

  async function read(graph: GraphStore, document_id: string, texts: string[], rules = RULES) {
    const { after, chunks } = await graph.pending(document_id, rules, 10);
    const said = chunks.map(({ chunk_id, char_start }, at) => graphOf(chunk_id, char_start, texts[after + at] ?? ''));
    expect(await graph.add({ document_id, rules, after, read: said })).toBe(true);
  }

  const idOf = async (graph: GraphStore, project_id: string, wanted: string) => {
    const { items } = await graph.entities({ project_id, limit: 100 });
    return items.find((entity) => entity.name === wanted)?.id ?? `no ${wanted}`;
  };

  async function merged({ graph, project_id, settled }: GraphStores & { project_id: string }, from: string, into: string) {
    const ids = { from: await idOf(graph, project_id, from), into: await idOf(graph, project_id, into) };
    const merge = await graph.merge({ project_id, ...ids });
    await settled?.(project_id);
    return merge;
  }

  describe(`graph store, merges: ${name}`, () => {
    it('moves everything to the one that stays', async () => {
      const stores = await reading(['Lizzy Jane. Elizabeth Jane Lizzy. Elizabeth Darcy.', 'Lizzy Darcy.']);
      const { graph, project_id } = stores;
      const merge = await merged(stores, 'Lizzy', 'Elizabeth');
      expect(merge).toMatchObject({ from: { name: 'Lizzy', type: 'person' }, into: { name: 'Elizabeth', type: 'person' } });
      expect(await told(graph, project_id)).toEqual(['Darcy 2', 'Elizabeth 5 [Lizzy]', 'Jane 2', 'Darcy–Elizabeth 2', 'Elizabeth–Jane 2']);
      expect((await graph.named({ project_id, keys: [], words: ['lizzy'], limit: 5 })).map((entity) => entity.name)).toEqual(['Elizabeth']);
      expect((await graph.merges(project_id, { limit: 5 })).items).toEqual([merge]);
    });

    it('undoes it exactly, ids and places included', async () => {
      const stores = await reading(['Lizzy Jane. Elizabeth Jane Lizzy. Elizabeth Darcy.', 'Lizzy Darcy. Jane. Lizzy.']);
      const { graph, project_id } = stores;
      const before = await everything(graph, project_id);
      const { id } = await merged(stores, 'Lizzy', 'Elizabeth');
      expect(await everything(graph, project_id)).not.toEqual(before);
      expect(await graph.unmerge(project_id, id)).toBe(true);
      await stores.settled?.(project_id);
      expect(await everything(graph, project_id)).toEqual(before);
      expect(await graph.unmerge(project_id, id)).toBe(false);
      expect((await graph.merges(project_id, { limit: 5 })).items).toEqual([]);
    });

    it('undoes an earlier merge and keeps the later ones', async () => {
      const stores = await reading(['A X. B X. C X A. A B. C D.']);
      const { graph, project_id } = stores;
      const before = await everything(graph, project_id);
      const first = await merged(stores, 'A', 'C');
      const second = await merged(stores, 'B', 'C');
      const third = await merged(stores, 'C', 'D');
      expect(await told(graph, project_id)).toEqual(['D 8 [A, B, C]', 'X 3', 'D–X 3']);
      await graph.unmerge(project_id, first.id);
      await stores.settled?.(project_id);
      expect(await told(graph, project_id)).toEqual(['A 3', 'D 5 [B, C]', 'X 3', 'A–D 2', 'A–X 2', 'D–X 2']);
      for (const { id } of [second, third]) await graph.unmerge(project_id, id);
      await stores.settled?.(project_id);
      expect(await everything(graph, project_id)).toEqual(before);
    });

    it('holds for documents that are read later or again; undoing it has these read again', async () => {
      const first = await reading(['Lizzy Darcy. Elizabeth.']);
      const { graph, project_id } = first;
      const { id } = await merged(first, 'Lizzy', 'Elizabeth');
      const texts = ['Lizzy Jane.'];
      const { document } = await reading(texts, first, project_id);
      expect(await told(graph, project_id)).toEqual(['Darcy 1', 'Elizabeth 3 [Lizzy]', 'Jane 1', 'Darcy–Elizabeth 1', 'Elizabeth–Jane 1']);
      await read(graph, document.id, texts, RULES + 1);
      await first.settled?.(project_id);
      expect(await told(graph, project_id)).toEqual(['Darcy 1', 'Elizabeth 3 [Lizzy]', 'Jane 1', 'Darcy–Elizabeth 1', 'Elizabeth–Jane 1']);
      await graph.unmerge(project_id, id);
      expect((await graph.pending(document.id, RULES + 1, 9)).after).toBe(0);
      await read(graph, document.id, texts, RULES + 1);
      await first.settled?.(project_id);
      expect(await told(graph, project_id)).toEqual(['Darcy 1', 'Elizabeth 1', 'Jane 1', 'Lizzy 2', 'Darcy–Lizzy 1', 'Jane–Lizzy 1']);
    });

    it('takes nothing of another project, and remembers what was dismissed', async () => {
      const mine = await reading(['A B.']);
      const other = await reading(['A C.'], mine);
      const { graph, project_id } = mine;
      const [a, c] = [await idOf(graph, project_id, 'A'), await idOf(graph, other.project_id, 'C')];
      await expect(graph.merge({ project_id, from: a, into: c })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await graph.dismiss(project_id, 'a pair');
      await graph.dismiss(project_id, 'a pair');
      expect([await graph.dismissals(project_id), await graph.dismissals(other.project_id)]).toEqual([['a pair'], []]);
    });
  });

  describe(`graph store, deep reading: ${name}`, () => {
    it('keeps what the model found by its text, and knows what is left', async () => {
      const { graph, records, project_id, document, settled } = await reading(['Ada Byron.', 'Ada.']);
      const scope = { project_id, reader: 'tiny@1' };
      expect(await graph.deepCounts(scope)).toEqual({ chunks: 2, chunks_done: 0, characters_left: 2 * TEXT.length });
      const [chunk] = await graph.deepPending(scope, 1);
      expect(chunk?.known.map((entity) => entity.name)).toEqual(['Ada', 'Byron']);
      const said: ChunkGraph = {
        chunk_id: chunk?.chunk_id ?? '',
        entities: chunk?.known.map(({ key, name: called, type }) => ({ key, name: called, type, mentions: [] })) ?? [],
        relations: [{ source: 0, target: 1, type: 'related_to', label: 'daughter of', char_start: 0, char_end: 10 }],
      };
      const finding = { hash: 'h', reader: 'tiny@1', found: '{}' };
      expect(await graph.addDeep({ document_id: document.id, graph: said, finding })).toBe(true);
      await settled?.(project_id);
      expect(await graph.addDeep({ document_id: document.id, graph: { ...said, chunk_id: 'gone' }, finding })).toBe(false);
      expect(await graph.deepCounts(scope)).toMatchObject({ chunks: 2, chunks_done: 1, characters_left: TEXT.length });
      expect(await graph.deepCounts({ ...scope, reader: 'other@1' })).toMatchObject({ chunks_done: 0 });
      expect(await graph.deepFindings(['h', 'none'])).toEqual([finding]);
      const { items } = await graph.relations({ project_id, limit: 9 });
      expect(items.map(({ type, label, origin }) => [type, label, origin])).toEqual(
        expect.arrayContaining([
          ['mentioned_with', null, 'instant'],
          ['related_to', 'daughter of', 'deep'],
        ]),
      );
      await records.care.resetGraph();
      expect(await graph.deepCounts(scope), 'what was found is taken in again').toMatchObject({ chunks_done: 0 });
    });
  });
}

function graphOf(chunk_id: string, from: number, text: string): ChunkGraph {
  const graph: ChunkGraph = { chunk_id, entities: [], relations: [] };
  for (const { 0: sentence, index } of text.matchAll(/[^.]+\./g)) {
    const here = new Set<number>();
    for (const word of sentence.matchAll(/\w+/g)) {
      const start = from + index + word.index;
      here.add(mentioned(graph, word[0], { char_start: start, char_end: start + word[0].length }));
    }
    const all = [...here];
    for (const [at, source] of all.entries()) {
      const place = { char_start: from + index, char_end: from + index + sentence.length };
      for (const target of all.slice(at + 1)) graph.relations.push({ source, target, type: 'mentioned_with', ...place });
    }
  }
  return graph;
}

function mentioned({ entities }: ChunkGraph, name: string, place: { char_start: number; char_end: number }): number {
  const known = entities.findIndex((entity) => entity.name === name);
  const at = known === -1 ? entities.push({ key: name.toLowerCase(), name, type: 'person', mentions: [] }) - 1 : known;
  entities[at]?.mentions.push(place);
  return at;
}

/** Entities with mentions and aliases, then relations with weights; each in the order of their names. */
async function told(graph: GraphStore, project_id: string): Promise<string[]> {
  const entities = (await graph.entities({ project_id, limit: 100, sort: 'name' })).items;
  const relations = (await graph.relations({ project_id, limit: 100 })).items;
  const aliases = (all: string[]) => (all.length > 0 ? ` [${all.join(', ')}]` : '');
  return [
    ...entities.map((entity) => `${entity.name} ${entity.mentions}${aliases(entity.aliases)}`),
    ...relations.map(({ source_name, target_name, weight }) => `${[source_name, target_name].sort().join('–')} ${weight}`).sort(),
  ];
}

/** Everything that can be seen, in one order. */
async function everything(graph: GraphStore, project_id: string) {
  const entities = (await graph.entities({ project_id, limit: 100, sort: 'created_at' })).items;
  const relations = (await graph.relations({ project_id, limit: 100, sort: 'created_at' })).items;
  const evidence = await graph.evidence(
    relations.map(({ id }) => id),
    50,
  );
  const mentions = await Promise.all(entities.map(async ({ id }) => (await graph.mentions(id, { limit: 50 })).items));
  return {
    entities: entities.map(({ updated_at: _at, ...entity }) => entity),
    mentions,
    relations,
    evidence: relations.map(({ id }) => evidence.get(id)),
  };
}
