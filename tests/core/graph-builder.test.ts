/** The loop that grows the graph: documents that cannot be read keep nobody from being read. */
import { describe, expect, it, vi } from 'vitest';
import { GraphBuilder } from '../../src-main/core/graph/builder';
import type { Ports } from '../../src-main/core/ports';
import { createEvents } from '../../src-main/core/system/events';
import { silent } from '../support/log';

describe('the builder', () => {
  it('reads what comes behind more unreadable documents than it looks at together', async () => {
    const broken = Array.from({ length: 100 }, (_, at) => `a${String(at).padStart(3, '0')}`);
    const open = new Set([...broken, 'b']);
    const done: string[] = [];
    const graph = {
      incomplete: async (_rules: number, limit: number) => [...open].slice(0, limit),
      pending: async (id: string) => ({ after: 0, chunks: open.has(id) ? [{ chunk_id: id, text: id, char_start: 0 }] : [] }),
      deepFindings: async () => [],
      add: async ({ document_id }: { document_id: string }) => {
        open.delete(document_id);
        done.push(document_id);
        return true;
      },
    };
    const graphReader = {
      rules: 1,
      read: async (id: string) => {
        if (id !== 'b') throw new Error('cannot be read');
        return [];
      },
    };
    const ports = { graph, graphReader, records: {}, runtime: { log: silent } } as unknown as Ports;
    const builder = new GraphBuilder(ports, createEvents());
    builder.start();
    // Each look is one try for every document.
    for (let look = 0; look < 4; look += 1) {
      await new Promise((resume) => setTimeout(resume, 20));
      builder.readAgain();
    }
    await vi.waitFor(() => expect(done).toEqual(['b']));
    await builder.stop();
  });
});
