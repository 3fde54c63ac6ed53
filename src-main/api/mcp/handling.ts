/** What every handler of an MCP request needs: who asks, until when, and errors that the protocol knows. */
import type { Log } from '../../core/ports/runtime';
import type { Caller } from '../context';
import type { Router } from '../router';
import { protocolError } from './protocol-error';
import type { Turn } from './tool';

/** What the SDK hands to each handler, as far as it is used here. */
interface Extra {
  signal: AbortSignal;
  authInfo?: { extra?: Record<string, unknown> } | undefined;
}

export type Asking = Pick<Turn, 'router' | 'caller' | 'signal'>;

export interface Handling {
  asking(extra: Extra): Asking;
  /** What `work` throws is answered in the protocol's own form. */
  guarded<T>(extra: Extra, work: (asking: Asking) => Promise<T>): Promise<T>;
}

/** @param opener who opened the connection; over HTTP each request has its own caller, which may be allowed less */
export function createHandling(router: Router, log: Log, opener: Caller): Handling {
  const asking = ({ signal, authInfo }: Extra): Asking => ({
    router,
    signal,
    caller: (authInfo?.extra?.caller as Caller | undefined) ?? opener,
  });
  return {
    asking,
    async guarded(extra, work) {
      const asked = asking(extra);
      try {
        return await work(asked);
      } catch (error) {
        throw protocolError(error, log, asked.caller.request_id);
      }
    },
  };
}
