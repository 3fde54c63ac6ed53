/** Keeps one model in memory while it is used: loads it once on first use, unloads it when idle, remembers why a load failed. */
import type { ModelInfo } from '../../contract/system';
import { LIMITS } from '../../core/limits';
import type { Log } from '../../core/ports/runtime';

export interface ResidentOptions<T> {
  /** For messages, such as `chat model smollm2`. */
  name: string;
  load(): Promise<T>;
  unload(model: T): Promise<void>;
  /** False when the model died; the next use loads it again. */
  alive(model: T): boolean;
  log: Log;
  idleMs?: number | undefined;
}

export interface Resident<T> {
  /** False when it could not be loaded, and after it was closed. */
  usable(): boolean;
  status(): { state: ModelInfo['state']; detail: string | null };
  /** Runs `work` with the loaded model. A load that failed is not tried again before `load`: rejects with the same sentence. */
  use<R>(work: (model: T) => R | Promise<R>): Promise<R>;
  /** Loads it now; a load that failed is tried again. */
  load(): Promise<void>;
  /** Takes it out of memory until the next use; does nothing while somebody uses it. */
  unload(): Promise<void>;
  /** True while somebody uses it. */
  busy(): boolean;
  onChange(listener: () => void): void;
  /** Unloads; later uses reject. Work under way should have been stopped before. */
  close(): Promise<void>;
}

interface Memory<T> {
  status: { state: ModelInfo['state']; detail: string | null };
  loading: Promise<T> | null;
  users: number;
  idleTimer: NodeJS.Timeout | undefined;
  closed: boolean;
}

export function createResident<T>(options: ResidentOptions<T>): Resident<T> {
  const { name, log, idleMs = LIMITS.modelIdleMs } = options;
  const listeners = new Set<() => void>();
  const memory: Memory<T> = empty();
  const become = (state: ModelInfo['state'], detail: string | null = null) => {
    memory.status = { state, detail };
    for (const listener of listeners) listener();
  };

  async function unload(): Promise<void> {
    const { loading } = memory;
    memory.loading = null;
    const unloaded = loading?.then(options.unload);
    await unloaded?.catch((error) => log.warn(`the ${name} did not unload`, { reason: reasonOf(error) }));
    if (memory.status.state === 'loaded' && memory.loading === null) become('available');
  }

  async function use<R>(work: (model: T) => R | Promise<R>): Promise<R> {
    if (memory.closed) throw new Error(`the ${name} is closed`);
    if (memory.status.state === 'failed') throw new Error(memory.status.detail ?? `the ${name} failed`);
    clearTimeout(memory.idleTimer);
    memory.users += 1;
    memory.loading ??= load(options, become);
    const { loading } = memory;
    try {
      return await work(await loading);
    } finally {
      await afterUse(loading);
    }
  }

  async function afterUse(loading: Promise<T>): Promise<void> {
    memory.users -= 1;
    const lives = await loading.then(options.alive, () => false);
    if (!lives && memory.loading === loading) await unload();
    if (memory.users > 0 || memory.closed) return;
    clearTimeout(memory.idleTimer);
    memory.idleTimer = setTimeout(() => memory.users === 0 && void unload(), idleMs);
    memory.idleTimer.unref();
  }

  return {
    usable: () => !memory.closed && memory.status.state !== 'failed',
    status: () => memory.status,
    use,
    load() {
      if (memory.status.state === 'failed') memory.status = { state: 'available', detail: null };
      return use(() => undefined);
    },
    async unload() {
      if (memory.users > 0) return;
      clearTimeout(memory.idleTimer);
      await unload();
    },
    busy: () => memory.users > 0,
    onChange: (listener) => void listeners.add(listener),
    close() {
      memory.closed = true;
      clearTimeout(memory.idleTimer);
      return unload();
    },
  };
}

const empty = <T>(): Memory<T> => ({
  status: { state: 'available', detail: null },
  loading: null,
  users: 0,
  idleTimer: undefined,
  closed: false,
});

async function load<T>(
  { name, load: loadIt, log }: ResidentOptions<T>,
  become: (state: ModelInfo['state'], detail?: string) => void,
): Promise<T> {
  become('loading');
  const begun = performance.now();
  try {
    const model = await loadIt();
    become('loaded');
    log.info(`${name} loaded`, { ms: Math.round(performance.now() - begun) });
    return model;
  } catch (error) {
    const detail = `The ${name} could not be loaded: ${reasonOf(error)}`;
    become('failed', detail);
    log.error(detail);
    throw new Error(detail);
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
