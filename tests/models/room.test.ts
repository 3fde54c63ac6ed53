/** The guard of the memory: what does not fit is refused with figures, and what idles makes room. */
import { afterEach, expect, it } from 'vitest';
import { openEngines } from './places';

const MiB = 1024 * 1024;
const open: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(open.splice(0).map((engines) => engines.close())));

function withRoom(freeBytes: () => number) {
  const opened = openEngines({ freeBytes });
  open.push(opened.engines);
  return opened;
}

it('refuses a model that has no room, with the figures, and takes it when there is some', async () => {
  let free = 100 * MiB;
  const { chat } = withRoom(() => free);
  await expect(chat.load()).rejects.toThrow(/needs about \d+ MiB of memory, and only 100 MiB are free/);
  expect(chat.info().state).toBe('failed');
  free = 4_000 * MiB;
  await chat.load();
  expect(chat.info().state).toBe('loaded');
});

it('unloads what idles before it refuses', async () => {
  let free = 4_000 * MiB;
  const { chat, embedding } = withRoom(() => (embedding.info().state === 'loaded' ? free : 4_000 * MiB));
  await embedding.embed(['a text'], 'query');
  expect(embedding.info().state).toBe('loaded');
  free = 150 * MiB;
  await chat.load();
  expect([chat.info().state, embedding.info().state]).toEqual(['loaded', 'available']);
});
