/** Taking a port, the next free one if need be, and giving it back without leaving anybody hanging. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const PORTS_TRIED = 51;
const CLOSE_GRACE_MS = 1_000;

/** How to reach a bound address; `0.0.0.0` and `::` are every address of this machine and the name of none. */
export function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** Takes `port`, or the next free one up to 50 further; 0 takes any. */
export async function listenFrom(server: Server, host: string, port: number): Promise<number> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await listenOn(server, host, port === 0 ? 0 : port + tried);
    } catch (error) {
      const busy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!busy || port === 0 || tried + 1 >= PORTS_TRIED || port + tried >= 65_535) throw error;
    }
  }
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Requests that are nearly done may finish; streams never would, so they are cut after a moment. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearTimeout(cut);
}
