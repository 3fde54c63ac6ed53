/** What is worked out for a graph is kept until the graph is another one. */
import { describe, expect, it } from 'vitest';
import { keptByRevision } from '../../src-main/core/graph/groups';
import type { Ports } from '../../src-main/core/ports';

function setUp() {
  const state = { entities: 5, relations: 3, chunks: 1, chunks_done: 1 };
  const merges: { id: string }[] = [];
  const graph = { counts: async () => state, merges: async () => ({ items: merges.slice(0, 1), next_cursor: null }) };
  let asked = 0;
  const ports = { graph, graphReader: { rules: 1 } } as unknown as Pick<Ports, 'graph' | 'graphReader'>;
  const kept = keptByRevision(ports, async () => {
    asked += 1;
    return asked;
  });
  return { state, merges, kept };
}

describe('what is kept of a graph', () => {
  it('is worked out once, also for two who ask at once', async () => {
    const { kept } = setUp();
    expect(await Promise.all([kept('p'), kept('p')])).toEqual([1, 1]);
    expect(await kept('p')).toBe(1);
    expect(await kept('q')).toBe(2);
  });

  it('is worked out again when more was read', async () => {
    const { kept, state } = setUp();
    await kept('p');
    state.chunks_done = 2;
    expect(await kept('p')).toBe(2);
  });

  it('is worked out again when one merge was undone and another made, which leaves as many of each', async () => {
    const { kept, merges } = setUp();
    merges.unshift({ id: 'first' });
    await kept('p');
    merges.splice(0, 1, { id: 'second' });
    expect(await kept('p')).toBe(2);
  });
});
