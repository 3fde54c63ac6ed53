/** What every vector store must do, whatever its technology. */
import { describe, expect, it } from 'vitest';
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
  });
}
