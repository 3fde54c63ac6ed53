/** What the outbox of every records adapter must do: note each change of what a mirror shows, once, with the change. */
import { describe, expect, it } from 'vitest';
import type { GraphStore } from '../../src-main/core/ports/graph';
import type { MirrorTarget } from '../../src-main/core/ports/outbox';
import { type Stores, seed } from './seed';

type Library = Stores & { graph: GraphStore };

const vector = new Float32Array([1, 0]);
/** Longer than what is queued in one step. */
const MANY = 2_300;

async function embed({ vectors }: Stores, document_id: string, model = 'm'): Promise<string[]> {
  const pending = await vectors.pending(document_id, model, 5_000);
  await vectors.add({ document_id, model, vectors: pending.map(({ chunk_id }) => ({ chunk_id, vector })) });
  return pending.map(({ chunk_id }) => chunk_id);
}

/** Ada and Bell, who are related, named in the first chunk. */
async function relate({ graph }: Library, document_id: string): Promise<void> {
  const { after, chunks } = await graph.pending(document_id, 1, 1);
  const place = { char_start: 0, char_end: 3 };
  const entities = ['ada', 'bell'].map((key) => ({ key, name: key, type: 'person' as const, mentions: [place] }));
  const relations = [{ source: 0, target: 1, type: 'mentioned_with' as const, ...place }];
  await graph.add({ document_id, rules: 1, after, read: chunks.map(({ chunk_id }) => ({ chunk_id, entities, relations })) });
}

const taken = async ({ records }: Stores, target: MirrorTarget) =>
  (await records.outbox.take(target, 10_000)).map(({ kind, key, project_id, model }) => ({ kind, key, project_id, model }));
const sorted = (ids: string[]) => [...ids].sort();

async function workOff({ records }: Stores, target: MirrorTarget): Promise<void> {
  await records.outbox.done(await records.outbox.take(target, 10_000));
  expect(await records.outbox.waiting(target)).toBe(0);
}

export function describeOutbox(name: string, open: () => Promise<Library>): void {
  describe(`outbox: ${name}`, () => {
    it('notes nothing for whom nobody asked', async () => {
      const library = await open();
      const { document, project_id } = await seed(library, { text: 'Ada and Bell' });
      await embed(library, document.id);
      await relate(library, document.id);
      await library.records.projects.remove(project_id);
      for (const target of ['chroma', 'neo4j'] as const) expect(await taken(library, target)).toEqual([]);
      expect(await library.records.outbox.enabled()).toEqual([]);
    });

    it('queues everything there is when a mirror is new, and again when it was emptied', async () => {
      const library = await open();
      const { outbox } = library.records;
      const texts = Array.from({ length: MANY }, (_, n) => `text ${n}`);
      const { document, project_id } = await seed(library, { texts });
      const ids = await embed(library, document.id);
      await relate(library, document.id);
      expect([await outbox.enable('chroma'), await outbox.enable('chroma')]).toEqual([true, false]);
      const all = sorted(ids).map((key) => ({ kind: 'vector', key, project_id, model: 'm' }));
      const keys = async () => (await taken(library, 'chroma')).sort((a, b) => (a.key < b.key ? -1 : 1));
      expect(await keys()).toEqual(all);
      expect([await outbox.waiting('chroma'), await outbox.waiting('chroma', project_id)]).toEqual([MANY, MANY]);
      expect(await outbox.waiting('chroma', 'another')).toBe(0);
      await workOff(library, 'chroma');
      await outbox.refill('chroma');
      await outbox.refill('chroma');
      expect(await keys()).toEqual(all);
      expect(await outbox.enable('neo4j')).toBe(true);
      expect(sorted((await taken(library, 'neo4j')).map(({ kind }) => kind))).toEqual(['entity', 'entity', 'relation']);
      expect(await outbox.enabled()).toEqual(['chroma', 'neo4j']);
      await outbox.disable('chroma');
      expect([await outbox.enabled(), await outbox.waiting('chroma'), await outbox.waiting('neo4j')]).toEqual([['neo4j'], 0, 3]);
    });

    it('notes vectors that come, change and go, of each model', async () => {
      const library = await open();
      const { outbox, index, documents } = library.records;
      await outbox.enable('chroma');
      const { document, project_id } = await seed(library, { texts: ['one', 'two'] });
      expect(await outbox.waiting('chroma')).toBe(0);
      const ids = await embed(library, document.id);
      const notes = (model: string) => ids.map((key) => ({ kind: 'vector', key, project_id, model }));
      expect(await taken(library, 'chroma')).toEqual(notes('m'));
      expect(sorted(await outbox.waitingKeys('chroma', project_id, 5))).toEqual(sorted(ids));
      expect(await outbox.waitingKeys('chroma', project_id, 1)).toHaveLength(1);
      await embed(library, document.id, 'n');
      expect(await taken(library, 'chroma')).toEqual([...notes('m'), ...notes('n')]);
      await workOff(library, 'chroma');
      await index.begin(document.id);
      expect(sorted((await taken(library, 'chroma')).map(({ key, model }) => key + model))).toEqual(
        sorted(ids.flatMap((key) => [`${key}m`, `${key}n`])),
      );
      await workOff(library, 'chroma');
      const second = await seed(library, { text: 'another', project_id });
      const [key] = await embed(library, second.document.id);
      await workOff(library, 'chroma');
      await documents.remove(second.document.id);
      expect(await taken(library, 'chroma')).toEqual([{ kind: 'vector', key, project_id, model: 'm' }]);
    });

    it('keeps a note that changed after it was taken', async () => {
      const library = await open();
      const { outbox } = library.records;
      await outbox.enable('chroma');
      const { document } = await seed(library, { texts: ['one', 'two'] });
      const [first] = await embed(library, document.id);
      const before = await outbox.take('chroma', 10);
      await library.vectors.add({ document_id: document.id, model: 'm', vectors: [{ chunk_id: first ?? '', vector }] });
      await outbox.done(before);
      const [left, ...more] = await outbox.take('chroma', 10);
      expect([left?.key, more]).toEqual([first, []]);
      expect(left?.seq).toBeGreaterThan(before.at(-1)?.seq ?? 0);
    });

    it('notes what the graph gains, counts and loses', async () => {
      const library = await open();
      const { outbox, index } = library.records;
      await outbox.enable('neo4j');
      const { document, project_id } = await seed(library, { texts: ['Ada and Bell', 'Ada and Bell again'] });
      const kinds = async () => sorted((await taken(library, 'neo4j')).map(({ kind }) => kind));
      const all = ['entity', 'entity', 'relation'];
      await relate(library, document.id);
      expect(await kinds()).toEqual(all);
      const before = await outbox.take('neo4j', 10);
      await relate(library, document.id);
      expect(await kinds()).toEqual(all);
      await outbox.done(before);
      expect(await kinds(), 'counts have changed since').toEqual(all);
      await workOff(library, 'neo4j');
      const { items } = await library.graph.entities({ project_id, limit: 10 });
      await index.begin(document.id);
      expect(await kinds()).toEqual(all);
      const gone = (await taken(library, 'neo4j')).filter(({ kind }) => kind === 'entity').map(({ key }) => key);
      expect(sorted(gone)).toEqual(sorted(items.map(({ id }) => id)));
    });

    it('has one note for a project that is gone', async () => {
      const library = await open();
      const { outbox, projects } = library.records;
      for (const target of ['chroma', 'neo4j'] as const) await outbox.enable(target);
      const { document, project_id } = await seed(library, { texts: ['one', 'two'] });
      const other = await seed(library, { text: 'stays' });
      for (const id of [document.id, other.document.id]) await embed(library, id);
      await relate(library, document.id);
      await projects.remove(project_id);
      const gone = { kind: 'project', key: project_id, project_id, model: '' };
      expect(await taken(library, 'neo4j')).toEqual([gone]);
      expect((await taken(library, 'chroma')).filter((note) => note.project_id === project_id)).toEqual([gone]);
      expect(await outbox.waiting('chroma', other.project_id)).toBe(1);
    });

    it('lets this process work them off', async () => {
      const { records } = await open();
      expect(await records.outbox.lead('chroma')).toBe(true);
      expect(await records.outbox.lead('chroma')).toBe(true);
    });
  });
}
