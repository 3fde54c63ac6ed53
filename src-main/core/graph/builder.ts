/** Grows the graph in the background: documents that are searchable and rest are read chunk by chunk, on from where they stopped. */
import { setTimeout as pause } from 'node:timers/promises';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { Events } from '../system/events';
import { addKnownFindings } from './deep/findings';

/** Looked at without a wake-up this often: for what a failed attempt left. */
const POLL_MS = 30_000;
const DOCUMENTS = 100;
/** With more, they are found by looking at all. */
const MOST_RESTED = 10_000;
/** A document whose reading fails this often is left alone until the next start. */
const ATTEMPTS = 3;

export class GraphBuilder {
  private readonly stopping = new AbortController();
  private readonly failures = new Map<string, number>();
  /** Documents whose jobs have ended. */
  private readonly rested = new Set<string>();
  private running: Promise<unknown> = Promise.resolve();
  private wake: () => void = () => undefined;
  private asked = false;

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

  /** All documents are looked at again, since what was read of them is gone. */
  readAgain(): void {
    this.asked = true;
    this.wake();
  }

  /** The end of a job may mean that its document rests. */
  private async follow(): Promise<void> {
    for await (const event of this.events.follow(undefined, this.stopping.signal)) {
      if (event.type !== 'job' || !['done', 'failed', 'cancelled'].includes(event.job.state)) continue;
      if (event.job.document_id) this.rested.add(event.job.document_id);
      if (this.rested.size > MOST_RESTED) this.rested.clear();
      this.wake();
    }
  }

  private async work(): Promise<void> {
    const { runtime } = this.ports;
    const { signal } = this.stopping;
    for (let all = true; !signal.aborted; ) {
      const woken = this.woken();
      try {
        if (all) await this.readAll();
        while (this.rested.size > 0 && !signal.aborted) await this.readSome(this.takeRested());
      } catch (error) {
        runtime.log.error('the graph could not be continued', { message: String(error) });
      }
      all = (await woken) === 'poll' || this.asked;
      this.asked = false;
    }
  }

  private takeRested(): string[] {
    const some = [...this.rested].slice(0, DOCUMENTS);
    for (const id of some) this.rested.delete(id);
    return some;
  }

  /** Looking at all documents takes long in a large library, so the end of one job has only its own looked at. */
  private async readAll(): Promise<void> {
    for (let before = ''; !this.stopping.signal.aborted; ) {
      const found = (await this.readSome()).join();
      // Some may stay as they are: those that change while they are read.
      if (found === '' || found === before) return;
      before = found;
    }
  }

  private async readSome(among?: string[]): Promise<string[]> {
    const { graph, graphReader } = this.ports;
    const leftAlone = new Set([...this.failures].filter(([, times]) => times >= ATTEMPTS).map(([id]) => id));
    // Those are found again each time: however many they are, others come behind them.
    const found = await graph.incomplete(graphReader.rules, DOCUMENTS + leftAlone.size, among);
    const readable = found.filter((id) => !leftAlone.has(id));
    for (const id of readable) if (!this.stopping.signal.aborted) await this.read(id);
    return readable;
  }

  /** By an event, or by the clock. */
  private woken(): Promise<'event' | 'poll'> {
    const waiting = new AbortController();
    const { signal } = waiting;
    this.wake = () => waiting.abort();
    return pause(POLL_MS, 'poll' as const, { signal, ref: false }).catch(() => 'event' as const);
  }

  private async read(document_id: string): Promise<void> {
    const { runtime } = this.ports;
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
    const whole = after === 0 && chunks.length < LIMITS.graphBatch;
    let read = await graphReader.read(document_id, chunks, whole);
    // A change of the document, or another one between: the next look at it begins anew.
    if (read === null && (await this.learn(document_id))) read = await graphReader.read(document_id, chunks, false);
    if (read === null || !(await graph.add({ document_id, rules, after, read }))) return false;
    await addKnownFindings(this.ports, document_id, chunks, read);
    return true;
  }

  /** Who is who is told by the whole document; after a restart it is seen again. */
  private async learn(document_id: string): Promise<boolean> {
    const { records, graphReader } = this.ports;
    for (let from = 0; !this.stopping.signal.aborted; from += LIMITS.graphLearnBatch) {
      const found = await records.index.neighbours(document_id, from, from + LIMITS.graphLearnBatch - 1);
      const chunks = found.map(({ id, text, char_start }) => ({ chunk_id: id, text, char_start }));
      const last = chunks.length < LIMITS.graphLearnBatch;
      await graphReader.learn(document_id, chunks, { first: from === 0, last });
      if (last) return true;
    }
    return false;
  }
}
