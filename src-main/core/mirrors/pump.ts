/** Keeps one mirror in step with the records: takes what waits in the outbox, has the mirror look it up, and forgets it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Mirror, MirrorHealth } from '../ports/mirror';
import type { OutboxEntry } from '../ports/outbox';
import type { Records } from '../ports/records';
import type { Log } from '../ports/runtime';

/** Looked for new entries this often. */
const IDLE_MS = 500;
/** Looked whether an idle mirror is still there this often; and, by a process that only follows, whether it may be asked. */
const CHECK_MS = 5_000;
/** Compared with the records this often. */
const COMPARE_MS = 10 * 60_000;
/** After the first failure, and at most. */
const RETRY_MS = { first: 500, most: 15_000 };
/** So that reading and sending one never holds the event loop for long. */
const BATCH = 250;

export interface PumpPorts {
  records: Pick<Records, 'outbox' | 'settings'>;
  health: MirrorHealth;
  log: Log;
}

export class Pump {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private failures = 0;
  private checked = 0;
  private compared = 0;
  /** Smaller after a failure, so that one entry that cannot be applied holds up few others. */
  private batch = BATCH;

  constructor(
    private readonly mirror: Mirror,
    private readonly ports: PumpPorts,
  ) {}

  start(): void {
    this.running = this.work();
  }

  /** What is being told is cut off; it stays in the outbox. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.mirror.close().catch(() => undefined);
    await this.running;
  }

  private async work(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const wait = await this.turn();
      if (wait > 0) await pause(wait, undefined, { signal: this.stopping.signal, ref: false }).catch(() => undefined);
    }
  }

  /** @returns for how long there is nothing to do */
  private async turn(): Promise<number> {
    const { records, health, log } = this.ports;
    const { target } = this.mirror;
    try {
      const leads = await records.outbox.lead(target);
      if (Date.now() - this.checked > CHECK_MS || health.trouble(target)) await this.check(leads);
      const told = leads ? await this.tell() : 0;
      this.failures = 0;
      return told > 0 ? 0 : IDLE_MS;
    } catch (error) {
      if (this.stopping.signal.aborted) return 0;
      if (!health.trouble(target)) log.warn('a mirror does not work', { target, message: String(error) });
      health.failed(target, error);
      this.batch = Math.max(1, this.batch >> 2);
      this.failures += 1;
      return Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** (this.failures - 1)) * (0.5 + Math.random() / 2);
    }
  }

  /** Is it there, and was it filled? One that was emptied, or missed changes, is filled by the process that leads. */
  private async check(leads: boolean): Promise<void> {
    const { outbox } = this.ports.records;
    const { target } = this.mirror;
    if (leads) await enable(this.ports.records, target);
    const state = await this.mirror.open();
    const isStale = state === 'empty' || (await this.stale());
    if (isStale && !leads) return this.ports.health.failed(target, new Error('it is being filled'));
    if (isStale) await this.fill();
    if (this.ports.health.trouble(target)) this.ports.log.info('a mirror works again', { target, waiting: await outbox.waiting(target) });
    this.checked = Date.now();
    this.ports.health.works(target);
  }

  private async stale(): Promise<boolean> {
    return (await this.ports.records.settings.get(staleKey(this.mirror.target))) === true;
  }

  /** In this order a process that is killed in between begins anew. */
  private async fill(): Promise<void> {
    const { records, log } = this.ports;
    const { target } = this.mirror;
    await this.mirror.clear();
    await records.outbox.refill(target);
    await this.mirror.mark();
    await records.settings.set(staleKey(target), false);
    this.compared = 0;
    log.info('a mirror is filled', { target, entries: await records.outbox.waiting(target) });
  }

  private async tell(): Promise<number> {
    const { outbox } = this.ports.records;
    const entries: OutboxEntry[] = await outbox.take(this.mirror.target, this.batch);
    if (entries.length === 0) await this.compare();
    else {
      await this.mirror.apply(entries);
      await outbox.done(entries);
      this.batch = Math.min(BATCH, this.batch * 2);
    }
    return entries.length;
  }

  /** Someone else may have changed the mirror. */
  private async compare(): Promise<void> {
    if (Date.now() - this.compared < COMPARE_MS) return;
    const { records, log } = this.ports;
    const difference = await this.mirror.difference();
    const waits = (await records.outbox.take(this.mirror.target, 1)).length > 0;
    if (waits) return;
    if (difference !== null) {
      log.warn('a mirror differs from the records and is filled anew', { target: this.mirror.target, difference });
      await this.fill();
    }
    this.compared = Date.now();
  }
}

const staleKey = (target: string) => `mirror_stale_${target}`;

/** Notes are made from now on, although the mirror may not be there yet; what is left in it of an earlier time goes first. */
async function enable({ outbox, settings }: PumpPorts['records'], target: Mirror['target']): Promise<void> {
  if ((await outbox.enabled()).includes(target)) return;
  await settings.set(staleKey(target), true);
  await outbox.enable(target);
}
