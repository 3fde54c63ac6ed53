/** Is the library whole? Looked at in the background after every start; what is made of the documents is made anew where it is not. */
import type { CareInfo } from '../../contract/system';
import type { GraphBuilder } from '../graph/builder';
import type { Runner } from '../jobs/runner';
import type { Ports } from '../ports';
import type { Damage } from '../ports/records';

/** Of the settings of the library. */
const KEY = 'care';
const REPAIRS_KEPT = 20;

/** What was done before the library could be opened. */
export interface Rescue {
  at: string;
  message: string;
}

type Repair = CareInfo['repairs'][number];

export class Care {
  private info: CareInfo = { state: 'unchecked', checked_at: null, repairs: [] };
  private running: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();

  constructor(
    private readonly ports: Ports,
    private readonly makers: { runner: Runner; graph: GraphBuilder },
    private readonly rescue: Rescue | null,
  ) {}

  get status(): CareInfo {
    return this.info;
  }

  /** The check goes on in the background. */
  async start(): Promise<void> {
    const kept = (await this.ports.records.settings.get(KEY)) as CareInfo['repairs'] | undefined;
    this.info.repairs = Array.isArray(kept) ? kept : [];
    if (this.rescue) await this.note({ ...this.rescue, what: 'library' });
    this.running = this.check().catch((error: unknown) => {
      this.info.state = 'unchecked';
      if (this.stopping.signal.aborted) return;
      this.ports.runtime.log.error('the library could not be checked', { message: String(error) });
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async check(): Promise<void> {
    const { records, runtime } = this.ports;
    this.info.state = 'checking';
    const damages = await records.care.check(this.stopping.signal);
    if (this.stopping.signal.aborted) return;
    const structure = damages.find(({ kind }) => kind === 'structure');
    if (structure) await this.leaveToNextStart(structure);
    else await this.repair(damages);
    this.info.checked_at = runtime.now().toISOString();
    if (!structure) this.info.state = 'sound';
  }

  private async leaveToNextStart({ table, message }: Damage): Promise<void> {
    this.info.state = 'restart_needed';
    this.ports.runtime.log.error('the library file is damaged; the next start repairs it', { table, message });
    await this.ports.records.care.repairAtStart(`${table}: ${message}`);
  }

  private async repair(damages: Damage[]): Promise<void> {
    const { care } = this.ports.records;
    for (const { table } of damages.filter(({ kind }) => kind === 'index')) {
      await care.reindex(table);
      await this.noteNow('index', `The indexes of the table ${table} were damaged and made anew.`);
    }
    if (damages.some(({ kind }) => kind === 'full_text')) {
      this.info.state = 'repairing';
      const chunks = await care.rebuildFullText();
      await this.noteNow('full_text', `The full text was damaged and made anew out of ${chunks} passages.`);
    }
    if (damages.some(({ kind }) => kind === 'graph')) {
      await care.resetGraph();
      this.makers.graph.readAgain();
      await this.noteNow('graph', 'The knowledge graph was damaged; it is read anew out of the documents.');
    }
    const vectors = await this.ports.vectors.repair();
    if (vectors === 0) return;
    await this.noteNow('vectors', `${vectors} vectors were missing or damaged; they are made anew.`);
    await this.makers.runner.embedWhatLacksVectors();
  }

  private noteNow(what: Repair['what'], message: string): Promise<void> {
    return this.note({ at: this.ports.runtime.now().toISOString(), what, message });
  }

  private async note(repair: Repair): Promise<void> {
    this.ports.runtime.log.warn('the library was repaired', { ...repair });
    this.info.repairs = [repair, ...this.info.repairs].slice(0, REPAIRS_KEPT);
    await this.ports.records.settings.set(KEY, this.info.repairs);
  }
}
