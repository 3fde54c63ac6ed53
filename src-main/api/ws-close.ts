/** Ending a WebSocket from this side. */
import type { WebSocket } from 'ws';

const PATIENCE_MS = 1_000;

/** Says why, and cuts the connection soon after: a client that does not answer the close frame could go on sending. */
export function turnAway(client: WebSocket, code: number, reason: string): void {
  client.close(code, reason);
  setTimeout(() => client.terminate(), PATIENCE_MS).unref();
}
