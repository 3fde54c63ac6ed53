/** The window's door: the same router over one end of a message channel. */
import { randomUUID } from 'node:crypto';
import { RPCHandler } from '@orpc/server/message-port';
import type { Api } from './api';
import type { Caller } from './context';

type HandlerPort = Parameters<RPCHandler<Record<never, never>>['upgrade']>[0];
/** Electron's MessagePortMain and Node's MessagePort; both queue messages until `start`. */
type Startable = HandlerPort & { start?: () => void };

/** Serves until the port closes, which aborts whatever its window was waiting for. */
export function serveMessagePort(port: Startable, { router, services, log }: Api): void {
  const handler = new RPCHandler(router);
  const caller: Caller = { door: 'window', scope: 'admin', user: 'window', token_id: null, request_id: `window-${randomUUID()}` };
  services.audit.signIn(caller, 'window').catch((error: unknown) => log.warn('the sign-in was not noted', { reason: String(error) }));
  handler.upgrade(port, { context: caller });
  port.start?.();
}
