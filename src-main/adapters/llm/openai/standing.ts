/** What is known of an external engine: nothing is loaded, but it can be asked whether it is there. */
import type { ModelInfo } from '../../../contract/system';
import type { Engine, ExternalPlace } from '../../../core/ports/llm';
import { askForModels, failureOf, hostOf } from './client';

export interface Standing extends Engine {
  /** Runs a request and remembers how it ended; rejects with a sentence. Aborts are passed on as they are. */
  ask<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
  /** Known only after the first vector. */
  setDimensions(dimensions: number): void;
}

export function createStanding(id: string, place: ExternalPlace, context_tokens: number): Standing {
  const host = hostOf(place);
  const listeners = new Set<() => void>();
  let users = 0;
  let closed = false;
  let info: ModelInfo = { id, state: 'available', engine: 'openai', detail: null, context_tokens, dimensions: null, sends_text_to: host };
  const become = (change: Partial<ModelInfo>) => {
    const before = JSON.stringify(info);
    info = { ...info, ...change };
    if (JSON.stringify(info) !== before) for (const listener of listeners) listener();
  };

  async function ask<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    // Whoever still holds it after it was switched off must not send another text.
    if (closed) throw new Error(`The external engine ${host} was switched off.`);
    users += 1;
    try {
      const result = await work();
      become({ state: 'loaded', detail: null });
      return result;
    } catch (error) {
      if (signal?.aborted) throw error;
      const failure = failureOf(error, host);
      // Another call may succeed: it stays available.
      become({ state: 'available', detail: failure.message });
      throw failure;
    } finally {
      users -= 1;
    }
  }

  return {
    ask,
    setDimensions: (dimensions) => become({ dimensions }),
    info: () => info,
    available: () => !closed,
    async load() {
      if (closed) throw new Error(`The external engine ${host} was switched off.`);
      const { ok, message } = await askForModels(place);
      become(ok ? { state: 'loaded', detail: null } : { state: 'available', detail: message });
      if (!ok) throw new Error(message);
    },
    unload: async () => become({ state: 'available' }),
    busy: () => users > 0,
    onChange: (listener) => void listeners.add(listener),
    close: async () => {
      closed = true;
    },
  };
}
