/** The push stream: order, resumption, slow followers, ends. */
import { expect, it } from 'vitest';
import type { SystemEvent } from '../../src-main/contract/system';
import { LIMITS } from '../../src-main/core/limits';
import { createEvents } from '../../src-main/core/system/events';

const removed = (n: number) => ({ type: 'document_removed', document_id: `d${n}`, project_id: 'p' }) as const;

async function take(stream: AsyncGenerator<SystemEvent>, count: number): Promise<SystemEvent[]> {
  const seen: SystemEvent[] = [];
  while (seen.length < count) {
    const { value, done } = await stream.next();
    if (done) break;
    seen.push(value);
  }
  return seen;
}

it('gives every follower each change once, in order, from now on', async () => {
  const events = createEvents(0);
  events.emit(removed(1));
  const { signal } = new AbortController();
  const both = [events.follow(undefined, signal), events.follow(undefined, signal)].map((stream) => take(stream, 2));
  await Promise.resolve();
  events.emit(removed(2));
  events.emit(removed(3));
  for (const seen of await Promise.all(both)) expect(seen.map(({ event_id }) => event_id)).toEqual([2, 3]);
});

it('resumes after the last id seen', async () => {
  const events = createEvents(100);
  for (let n = 1; n <= 5; n += 1) events.emit(removed(n));
  const seen = await take(events.follow(102, new AbortController().signal), 3);
  expect(seen.map(({ event_id }) => event_id)).toEqual([103, 104, 105]);
});

it('says that changes were missed when the id is older, goes on with what is kept, and never waits for an id of the future', async () => {
  const events = createEvents(0);
  for (let n = 1; n <= LIMITS.eventBuffer + 10; n += 1) events.emit(removed(n));
  const { signal } = new AbortController();
  const [missed, oldest] = await take(events.follow(0, signal), 2);
  expect(missed).toEqual({ type: 'missed', event_id: 10 });
  expect(oldest?.event_id).toBe(11);
  const after = await take(events.follow(missed?.event_id, signal), 1);
  expect(after).toEqual([oldest]);
  const late = take(events.follow(Number.MAX_SAFE_INTEGER, signal), 1);
  await Promise.resolve();
  events.emit(removed(0));
  expect((await late)[0]?.event_id).toBe(LIMITS.eventBuffer + 11);
});

it('ends when its follower goes away, also while it waits', async () => {
  const events = createEvents();
  const controller = new AbortController();
  const end = take(events.follow(undefined, controller.signal), 1);
  await Promise.resolve();
  controller.abort();
  expect(await end).toEqual([]);
});
