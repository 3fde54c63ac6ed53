/** Settings: defaults, what was changed while running, and what the command line fixed. */
import { type SettingName, type Settings, type SettingValues, settingValues } from '../../contract/settings';
import { AppError, outdated } from '../errors';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';

const KEY = 'installation';
const MiB = 1024 * 1024;

const DEFAULTS: SettingValues = {
  max_file_mib: LIMITS.fileBytes / MiB,
  heavy_requests_per_minute: LIMITS.heavyPerMinute,
  medium_requests_per_minute: LIMITS.mediumPerMinute,
  cors_origins: [],
  allowed_hosts: [],
  log_level: 'info',
  chat_model: null,
  embedding_model: null,
  reranker_model: null,
  model_mirror: null,
  audit_keep_days: 365,
};

/** Only what the caller named; a name without a value is no change. */
type Change = { [Name in SettingName]?: SettingValues[Name] | undefined };

interface Stored {
  values: Partial<SettingValues>;
  version: number;
}

/** Read by every request, so `current` is a plain value. */
export class SettingsService {
  private stored: Stored = { values: {}, version: 1 };
  private effective: SettingValues;
  private readonly heard: ((settings: SettingValues) => void)[] = [];

  /** @param fixed given on the command line, by a variable or in the config file */
  constructor(
    private readonly ports: Pick<Ports, 'records'>,
    private readonly fixed: Partial<SettingValues>,
  ) {
    this.effective = { ...DEFAULTS, ...fixed };
  }

  /** Settings of a newer or damaged library that make no sense fall back to their defaults. */
  async load(): Promise<void> {
    const kept = (await this.ports.records.settings.get(KEY)) as Partial<Stored> | undefined;
    const values: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(kept?.values ?? {})) {
      const schema = settingValues.shape[name as SettingName];
      const read = schema?.safeParse(value);
      if (read?.success) values[name] = read.data;
    }
    this.apply({ values, version: kept?.version ?? 1 });
  }

  get current(): SettingValues {
    return this.effective;
  }

  /** Called at once and after each change. */
  onChange(listener: (settings: SettingValues) => void): void {
    this.heard.push(listener);
    listener(this.effective);
  }

  get(): Settings {
    return { ...this.effective, fixed: Object.keys(this.fixed), version: this.stored.version };
  }

  /** @throws CONFLICT for a fixed setting, PRECONDITION_FAILED when the present version is not among `expected` */
  async update(change: Change, expected?: number[]): Promise<Settings> {
    if (expected && !expected.includes(this.stored.version)) throw outdated('setting', this.stored.version);
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<SettingValues>;
    const fixed = Object.keys(given).find((name) => Object.hasOwn(this.fixed, name));
    if (fixed) {
      const variable = `PRESSMARK_${fixed.toUpperCase()}`;
      throw new AppError('CONFLICT', `${fixed} was given at the start (${variable} or the config file) and cannot be changed here.`, {
        field: fixed,
      });
    }
    const next = { values: { ...this.stored.values, ...given }, version: this.stored.version + 1 };
    await this.ports.records.settings.set(KEY, next);
    this.apply(next);
    return this.get();
  }

  private apply(stored: Stored): void {
    this.stored = stored;
    this.effective = { ...DEFAULTS, ...stored.values, ...this.fixed };
    for (const hear of this.heard) hear(this.effective);
  }
}
