/** What every vector store must do, whatever its technology. */
import { describe, expect, it, vi } from 'vitest';
import { type Stores, seed } from './seed';

const unit = (...values: number[]) => {
  const length = Math.hypot(...values);
  return new Float32Array(values.map((value) => value / length));
};

export function describeVectorStore(name: string, open: () => Promise<Stores>): void {
  describe(`vector store: ${name}`, () => {
    it('finds the nearest first, by cosine, within the project', async () => {
      const stores = await open();
      const { document, project_id } = await seed(stores, { texts: ['east', 'north-east', 'west'] });
      const other = await seed(stores, { texts: ['also east'] });
      const add = async (id: string, vectors: Float32Array[]) => {
        const pending = await stores.vectors.pending(id, 'm', 10);
        await stores.vectors.add({
          document_id: id,
          model: 'm',
          vectors: pending.map(({ chunk_id }, at) => ({ chunk_id, vector: vectors[at] ?? unit(1) })),
        });
      };
      await add(document.id, [unit(1, 0, 0, 0), unit(1, 1, 0, 0), unit(-1, 0, 0, 0)]);
      await add(other.document.id, [unit(1, 0, 0, 0)]);
      const hits = await stores.vectors.search({ project_id, model: 'm', vector: unit(1, 0, 0, 0), limit: 10 });
      const chunks = await stores.records.index.chunks(hits.map(({ chunk_id }) => chunk_id));
      expect(chunks.map(({ text }) => text)).toEqual(['east', 'north-east', 'west']);
      for (const [at, score] of [1, Math.SQRT1_2, -1].entries()) expect(hits[at]?.score).toBeCloseTo(score, 5);
      expect((await stores.records.documents.get(document.id))?.embedded_chunks).toBe(3);
      expect(
        await stores.vectors.search({ project_id, model: 'm', vector: unit(1, 0, 0, 0), limit: 10, document_ids: [other.document.id] }),
      ).toEqual([]);
    });

    it('goes on where it stopped, and knows what is incomplete', async () => {
      const stores = await open();
      const { document } = await seed(stores, { texts: ['a', 'b', 'c'] });
      const [first, second] = await stores.vectors.pending(document.id, 'm', 2);
      expect([first?.text, second?.text]).toEqual(['a', 'b']);
      const vectors = [first, second].flatMap((row) => (row ? [{ chunk_id: row.chunk_id, vector: unit(1, 2) }] : []));
      await stores.vectors.add({ document_id: document.id, model: 'm', vectors });
      expect((await stores.vectors.pending(document.id, 'm', 9)).map(({ text }) => text)).toEqual(['c']);
      expect(await stores.vectors.incomplete('m', 10)).toEqual([document.id]);
      await stores.vectors.add({ document_id: document.id, model: 'm', vectors });
      expect(await stores.vectors.pending(document.id, 'm', 9)).toHaveLength(1);
    });

    it('has the vectors of unchanged text for the document that comes in the place of another', async () => {
      const stores = await open();
      const { vectors, records } = stores;
      const old = await seed(stores, { texts: ['stays', 'goes'] });
      const made = await vectors.pending(old.document.id, 'm', 10);
      const values = [unit(1, 2), unit(2, 1)];
      await vectors.add({
        document_id: old.document.id,
        model: 'm',
        vectors: made.map(({ chunk_id }, at) => ({ chunk_id, vector: values[at] ?? unit(1) })),
      });
      const heir = await seed(stores, { texts: ['comes', 'stays'], project_id: old.project_id });
      const alike = async () => {
        const pending = await vectors.pending(heir.document.id, 'm', 10);
        const known = await vectors.known('m', pending);
        return known.map(({ chunk_id, vector }) => [pending.find((one) => one.chunk_id === chunk_id)?.text, [...vector]]);
      };
      const stays = [['stays', [...unit(1, 2)]]];
      expect(await alike()).toEqual(stays);
      await vectors.keep(old.document.id, heir.document.id);
      await records.documents.remove(old.document.id);
      expect(await alike()).toEqual(stays);
      expect(await vectors.known('another', await vectors.pending(heir.document.id, 'another', 10))).toEqual([]);
      await vectors.release(heir.document.id);
      expect(await alike()).toEqual([]);
    });

    it('compares only the asked chunks, reads vectors back and counts them', async () => {
      const stores = await open();
      const { document, project_id } = await seed(stores, { texts: ['east', 'north', 'west'] });
      const other = await seed(stores, { texts: ['elsewhere'] });
      const given = [unit(1, 0), unit(0, 1), unit(-1, 0)];
      const pending = await stores.vectors.pending(document.id, 'm', 5);
      const made = pending.map(({ chunk_id }, at) => ({ chunk_id, vector: given[at] ?? unit(1) }));
      await stores.vectors.add({ document_id: document.id, model: 'm', vectors: made });
      const [elsewhere] = await stores.vectors.pending(other.document.id, 'm', 1);
      const astray = { chunk_id: elsewhere?.chunk_id ?? '', vector: unit(1, 0) };
      await stores.vectors.add({ document_id: other.document.id, model: 'm', vectors: [astray] });
      const [east, north, west] = made.map(({ chunk_id }) => chunk_id) as [string, string, string];
      const query = { project_id, model: 'm', vector: unit(1, 0), limit: 5, among: [west, 'none', astray.chunk_id, north] };
      const hits = await stores.vectors.search(query);
      expect(hits.map(({ chunk_id }) => chunk_id)).toEqual([north, west]);
      for (const [at, score] of [0, -1].entries()) expect(hits[at]?.score).toBeCloseTo(score, 5);
      expect(await stores.vectors.search({ ...query, limit: 1 })).toHaveLength(1);
      expect(await stores.vectors.search({ ...query, document_ids: [other.document.id] })).toEqual([]);
      const read = await stores.vectors.read('m', [west, 'none', east]);
      expect(new Map(read.map(({ chunk_id, vector }) => [chunk_id, [...vector]]))).toEqual(
        new Map([
          [east, [1, 0]],
          [west, [-1, 0]],
        ]),
      );
      for (const one of read) expect(one).toMatchObject({ document_id: document.id, project_id });
      expect(await stores.vectors.read('another', [east])).toEqual([]);
      expect(await stores.vectors.tally(project_id)).toEqual([{ model: 'm', vectors: 3 }]);
      expect(await stores.vectors.tally('none')).toEqual([]);
      await stores.records.index.begin(document.id);
      expect(await stores.vectors.search(query)).toEqual([]);
      expect(await stores.vectors.read('m', [east])).toEqual([]);
    });

    it('keeps models of different dimensions apart', async () => {
      const stores = await open();
      const { document, project_id } = await seed(stores, { text: 'both' });
      const [row] = await stores.vectors.pending(document.id, 'small', 1);
      const chunk_id = row?.chunk_id ?? '';
      await stores.vectors.add({ document_id: document.id, model: 'small', vectors: [{ chunk_id, vector: unit(1, 0) }] });
      await stores.vectors.add({ document_id: document.id, model: 'large', vectors: [{ chunk_id, vector: unit(0, 0, 1) }] });
      const search = (model: string, vector: Float32Array) => stores.vectors.search({ project_id, model, vector, limit: 5 });
      expect((await search('small', unit(1, 0)))[0]?.score).toBeCloseTo(1, 5);
      expect((await search('large', unit(0, 0, 1)))[0]?.score).toBeCloseTo(1, 5);
      expect(await search('none', unit(1, 0))).toEqual([]);
    });

    it('forgets what is deleted or parsed again', async () => {
      const stores = await open();
      const { document, project_id } = await seed(stores, { text: 'gone' });
      const [row] = await stores.vectors.pending(document.id, 'm', 1);
      const vector = unit(1, 0);
      await stores.vectors.add({ document_id: document.id, model: 'm', vectors: [{ chunk_id: row?.chunk_id ?? '', vector }] });
      await stores.records.index.begin(document.id);
      expect(await stores.vectors.search({ project_id, model: 'm', vector, limit: 5 })).toEqual([]);
      expect((await stores.records.counts()).embeddings).toBe(0);
    });

    it('gives the best of the asked documents, and of those that may be seen, however near others are', async () => {
      const stores = await open();
      const near = await seed(stores, { texts: Array.from({ length: 20 }, (_, n) => `near ${n}`) });
      const far = await seed(stores, { texts: ['far'], project_id: near.project_id });
      for (const [{ document }, vector] of [[near, unit(1, 0)] as const, [far, unit(0, 1)] as const]) {
        const pending = await stores.vectors.pending(document.id, 'm', 50);
        await stores.vectors.add({ document_id: document.id, model: 'm', vectors: pending.map(({ chunk_id }) => ({ chunk_id, vector })) });
      }
      const query = { project_id: near.project_id, model: 'm', vector: unit(1, 0), limit: 2 };
      const texts = async (document_ids?: string[]) => {
        const hits = await stores.vectors.search({ ...query, document_ids });
        return (await stores.records.index.chunks(hits.map(({ chunk_id }) => chunk_id))).map(({ text }) => text);
      };
      expect(await texts([far.document.id])).toEqual(['far']);
      expect(await texts([])).toEqual([]);
      // The first thing that a clearing does is to hide the document; a database elsewhere needs a moment for it.
      const clearing = stores.records.index.begin(near.document.id);
      await vi.waitFor(async () => expect(await texts()).toEqual(['far']), { timeout: 10_000, interval: 5 });
      await clearing;
    });
  });
}

/** Exactness against the plain definition, over enough chunks for whatever the store divides them into. */
export function describeExactness(name: string, open: () => Promise<Stores>, chunks: number): void {
  it(`${name} finds the same as comparing with every one of ${chunks} vectors`, async () => {
    const stores = await open();
    const { document, project_id } = await seed(stores, { texts: Array.from({ length: chunks }, (_, n) => `text ${n}`) });
    let state = 42;
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32 - 0.5;
    };
    const vectors = (await stores.vectors.pending(document.id, 'm', chunks)).map(({ chunk_id }) => ({
      chunk_id,
      vector: unit(...Array.from({ length: 8 }, random)),
    }));
    await stores.vectors.add({ document_id: document.id, model: 'm', vectors });
    for (let n = 0; n < 5; n += 1) {
      const asked = unit(...Array.from({ length: 8 }, random));
      const score = (vector: Float32Array) => vector.reduce((sum, value, at) => sum + value * (asked[at] ?? 0), 0);
      const expected = vectors.map(({ chunk_id, vector }) => ({ chunk_id, score: score(vector) })).sort((a, b) => b.score - a.score);
      const hits = await stores.vectors.search({ project_id, model: 'm', vector: asked, limit: 30 });
      expect(hits.map(({ chunk_id }) => chunk_id)).toEqual(expected.slice(0, 30).map(({ chunk_id }) => chunk_id));
    }
  });
}
