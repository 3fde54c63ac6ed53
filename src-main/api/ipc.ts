/** The window's door: the same router over one end of a message channel. */
import { randomUUID } from 'node:crypto';
import { RPCHandler } from '@orpc/server/message-port';
import type { Log } from '../core/ports/runtime';
import type { Services } from '../core/services';
import { createRouter } from './router';

type HandlerPort = Parameters<RPCHandler<Record<never, never>>['upgrade']>[0];
/** Electron's MessagePortMain and Node's MessagePort; both queue messages until `start`. */
type Startable = HandlerPort & { start?: () => void };

/** Serves until the port closes, which aborts whatever its window was waiting for. */
export function serveMessagePort(port: Startable, services: Services, log: Log): void {
  const handler = new RPCHandler(createRouter(services, log));
  handler.upgrade(port, { context: { door: 'window', scope: 'admin', request_id: `window-${randomUUID()}` } });
  port.start?.();
}
