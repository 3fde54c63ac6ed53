/** The engine elsewhere: where it is and what it has; its key is kept apart and never shown. */
import { type ExternalChange, type ExternalEngine, type ExternalTest, externalEngine } from '../../contract/models';
import { AppError } from '../errors';
import type { Ports } from '../ports';

const KEY = 'external_engine';
const SECRET = 'external-engine-key';

type Kept = Omit<ExternalEngine, 'has_key'>;
const NONE: Kept = { enabled: false, base_url: null, chat_model: null, embedding_model: null };
const kept = externalEngine.omit({ has_key: true }).partial();

export class External {
  private current: Kept = NONE;

  constructor(private readonly ports: Ports) {}

  /** At the start. What was set up before works again; what makes no sense any more is as good as none. */
  async load(): Promise<void> {
    const read = kept.safeParse(await this.ports.records.settings.get(KEY));
    this.current = { ...NONE, ...(read.success ? definedOnly(read.data) : {}) };
    this.apply();
  }

  get(): ExternalEngine {
    return { ...this.current, has_key: this.ports.secrets.get(SECRET) !== null };
  }

  /** @throws AppError CONFLICT when it is to be on and has no address or no model */
  async set({ api_key, ...change }: ExternalChange): Promise<ExternalEngine> {
    const next: Kept = { ...this.current, ...definedOnly(change) };
    if (next.enabled && next.base_url === null) throw missing('base_url', 'base_url: an external engine that is on needs an address.');
    if (next.enabled && next.chat_model === null && next.embedding_model === null)
      throw missing('chat_model', 'chat_model: name a model there, or an embedding_model, before it is switched on.');
    // A key belongs to the address that it was given for.
    const moved = next.base_url !== this.current.base_url && api_key === undefined;
    if (api_key !== undefined || moved) this.ports.secrets.set(SECRET, api_key ?? null);
    await this.ports.records.settings.set(KEY, next);
    this.current = next;
    this.apply();
    return this.get();
  }

  /** Asks it for its models; it need not be on. */
  test(): Promise<ExternalTest> {
    const { base_url } = this.current;
    if (base_url === null) throw missing('base_url', 'base_url: give the address of the engine first.');
    return this.ports.engines.askExternal({ ...this.current, base_url, api_key: this.ports.secrets.get(SECRET) });
  }

  private apply(): void {
    const { enabled, base_url } = this.current;
    const there = enabled && base_url !== null ? { ...this.current, base_url, api_key: this.ports.secrets.get(SECRET) } : null;
    this.ports.engines.setExternal(there);
  }
}

const missing = (field: string, message: string) => new AppError('CONFLICT', message, { field });

const definedOnly = <T extends object>(given: T) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
