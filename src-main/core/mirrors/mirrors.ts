/** The mirrors of this installation: kept in step while it runs, and what is wrong with them. */
import type { Problem } from '../../contract/system';
import type { Ports } from '../ports';
import type { MirrorTarget } from '../ports/outbox';
import { adviceOn } from './advice';
import { Pump } from './pump';

export interface MirrorState {
  target: MirrorTarget;
  /** It answers and holds all but what waits. */
  ready: boolean;
  /** Changes that it has not been told yet. */
  waiting: number;
}

export class Mirrors {
  private readonly pumps: Pump[];

  constructor(private readonly ports: Pick<Ports, 'records' | 'mirrors' | 'mirrorHealth' | 'runtime' | 'peers'>) {
    const { records, mirrors, mirrorHealth, runtime } = ports;
    this.pumps = mirrors.map((mirror) => new Pump(mirror, { records, health: mirrorHealth, log: runtime.log }));
  }

  async start(): Promise<void> {
    if (this.ports.runtime.host === 'cli') return;
    // Where others share the records, one of them may name it.
    if (!this.ports.peers) await this.giveUp();
    for (const pump of this.pumps) pump.start();
  }

  /** A mirror that is not named any more is not kept in step either. */
  private async giveUp(): Promise<void> {
    const { outbox } = this.ports.records;
    const named = this.ports.mirrors.map(({ target }) => target);
    for (const target of await outbox.enabled()) if (!named.includes(target)) await outbox.disable(target);
  }

  async stop(): Promise<void> {
    await Promise.all(this.pumps.map((pump) => pump.stop()));
  }

  async states(): Promise<MirrorState[]> {
    const { mirrors, mirrorHealth, records } = this.ports;
    return Promise.all(
      mirrors.map(async ({ target }) => ({ target, ready: mirrorHealth.ready(target), waiting: await records.outbox.waiting(target) })),
    );
  }

  async problems(): Promise<Problem[]> {
    const { mirrors, mirrorHealth, records } = this.ports;
    const found = mirrors.map(async (mirror) => {
      const trouble = mirrorHealth.trouble(mirror.target);
      if (!trouble) return [];
      const waiting = await records.outbox.waiting(mirror.target);
      return [{ engine: mirror.target, message: adviceOn(mirror, trouble.error), since: trouble.since.toISOString(), waiting }];
    });
    return (await Promise.all(found)).flat();
  }
}
