/** The change of the embedding model, when the engine of the old vectors goes away in the middle of it. */
import { afterEach, expect, it, vi } from 'vitest';
import type { Runner } from '../../src-main/core/jobs/runner';
import { followModels } from '../../src-main/core/models/follow';
import type { ModelView } from '../../src-main/core/models/model-view';
import type { Models } from '../../src-main/core/models/models';
import { Serving } from '../../src-main/core/models/serving';
import type { Ports } from '../../src-main/core/ports';
import type { ModelEngines } from '../../src-main/core/ports/llm';
import type { SettingsService } from '../../src-main/core/settings/settings';
import { createEvents } from '../../src-main/core/system/events';
import { openEngines } from './places';

const PLACE = { base_url: 'http://127.0.0.1:1/v1', api_key: null, chat_model: null, embedding_model: 'm' };
let ended: () => Promise<unknown> = async () => undefined;
afterEach(() => ended());

/** A library whose vectors are those of the external engine, while a model of this machine was chosen; one document lacks its vectors. */
async function begin(engines: ModelEngines) {
  engines.setExternal(PLACE);
  const external = engines.list().find(({ id }) => id === 'external-embedding');
  const old = external && (engines.of(external) as ModelEngines['embedding']).model();
  const kept = { model: old, id: 'external-embedding' };
  const drop = vi.fn(async (_model: string) => undefined);
  const set = vi.fn(async () => undefined);
  const ports = {
    engines,
    embedding: engines.embedding,
    models: { setMirror: () => undefined },
    records: { settings: { get: async () => kept, set }, counts: async () => ({ documents: 1 }), jobs: { reading: async () => new Set() } },
    vectors: { incomplete: async () => ['a'], drop },
    runtime: { log: { info: () => undefined, warn: console.error, error: console.error } },
  } as unknown as Ports;
  const serving = new Serving(ports, createEvents());
  await followModels(ports, {
    settings: { onChange: () => undefined } as unknown as SettingsService,
    models: { external: { load: async () => undefined } } as unknown as Models,
    view: { announceEngine: () => true } as unknown as ModelView,
    runner: {} as unknown as Runner,
    serving,
  });
  ended = () => Promise.all([serving.stop(), engines.close()]);
  return { serving, old, drop, set };
}

it('an engine that is switched off takes its vectors with it at once', async () => {
  const { engines, embedding } = openEngines({ embedding: 'bge-small-en-v1.5' });
  const { serving, old, drop, set } = await begin(engines);
  expect([serving.embedding.model(), serving.isBereft()]).toEqual([old, false]);
  engines.setExternal(null);
  await vi.waitFor(() => expect(drop.mock.calls).toEqual([[old]]));
  expect(set).toHaveBeenCalledWith('serving_vectors', { model: embedding.model(), id: 'bge-small-en-v1.5' });
  expect([serving.embedding.model(), serving.isBereft()]).toEqual([embedding.model(), false]);
});

it('an engine that only gets another key goes on serving', async () => {
  const { engines } = openEngines({ embedding: 'bge-small-en-v1.5' });
  const { serving, old, drop } = await begin(engines);
  engines.setExternal({ ...PLACE, api_key: 'another' });
  await serving.check();
  expect(serving.embedding.model()).toBe(old);
  expect(drop).not.toHaveBeenCalled();
});

it('engines that go because the program ends take nothing with them', async () => {
  const { engines } = openEngines({ embedding: 'bge-small-en-v1.5' });
  const { serving, drop } = await begin(engines);
  await serving.stop();
  engines.setExternal(null);
  await serving.check();
  expect([serving.isBereft(), drop.mock.calls]).toEqual([false, []]);
});
