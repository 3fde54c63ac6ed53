/** Grows the graph in the background: documents that are searchable and rest are read chunk by chunk, on from where they stopped. */
import { setTimeout as pause } from 'node:timers/promises';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { Events } from '../system/events';

/** Looked at without a wake-up this often: for what a failed attempt left. */
const POLL_MS = 30_000;
const DOCUMENTS = 100;
/** A document whose reading fails this often is left alone until the next start. */
const ATTEMPTS = 3;

export class GraphBuilder {
  private readonly stopping = new AbortController();
  private readonly failures = new Map<string, number>();
  private running: Promise<unknown> = Promise.resolve();
  private wake: () => void = () => undefined;

  constructor(
    private readonly ports: Ports,
    private readonly events: Events,
  ) {}

  start(): void {
    this.running = Promise.all([this.follow(), this.work()]);
  }

  /** Ends after the batch that is being read; the next start goes on behind it. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
  }

  /** The end of a job may mean that a document rests. */
  private async follow(): Promise<void> {
    for await (const event of this.events.follow(undefined, this.stopping.signal)) {
      if (event.type === 'job' && ['done', 'failed', 'cancelled'].includes(event.job.state)) this.wake();
    }
  }

  private async work(): Promise<void> {
    const { graph, graphReader, runtime } = this.ports;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const woken = this.woken();
      try {
        for (const id of await graph.incomplete(graphReader.rules, DOCUMENTS)) if (!signal.aborted) await this.read(id);
      } catch (error) {
        runtime.log.error('the graph could not be continued', { message: String(error) });
      }
      await woken;
    }
  }

  private woken(): Promise<void> {
    const waiting = new AbortController();
    const { signal } = waiting;
    this.wake = () => waiting.abort();
    return pause(POLL_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }

  private async read(document_id: string): Promise<void> {
    const { runtime } = this.ports;
    if ((this.failures.get(document_id) ?? 0) >= ATTEMPTS) return;
    try {
      while (!this.stopping.signal.aborted && (await this.readBatch(document_id)));
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      this.failures.set(document_id, (this.failures.get(document_id) ?? 0) + 1);
      runtime.log.warn('a document could not be read for the graph', { document_id, message: String(error) });
    }
  }

  /** False when nothing is left to read, or the document has changed meanwhile. */
  private async readBatch(document_id: string): Promise<boolean> {
    const { graph, graphReader } = this.ports;
    const { rules } = graphReader;
    const { after, chunks } = await graph.pending(document_id, rules, LIMITS.graphBatch);
    if (chunks.length === 0) return false;
    const read = await graphReader.read(document_id, after, chunks);
    return graph.add({ document_id, rules, after, read });
  }
}
