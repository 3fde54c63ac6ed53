/** A TCP proxy in front of a server, which makes the network bad on demand. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * - `pass`: everything goes through;
 * - `stall`: connections are taken and stay open, but nothing goes through (what is sent meanwhile comes later);
 * - `refuse`: nobody listens, and open connections are cut;
 * - `cut`: connections are taken and cut at once.
 */
export type ProxyMode = 'pass' | 'stall' | 'refuse' | 'cut';

export interface ServerProxy {
  /** That of the target, with the proxy's port. */
  url: string;
  port: number;
  mode(mode: ProxyMode): Promise<void>;
  remove(): Promise<void>;
}

export async function startProxy(target: string): Promise<ServerProxy> {
  const { hostname, port: targetPort } = new URL(target);
  const pairs = new Set<[Socket, Socket]>();
  let mode: ProxyMode = 'pass';

  const server: Server = createServer({ pauseOnConnect: true }, (near) => {
    near.on('error', () => undefined);
    if (mode === 'cut') return near.resetAndDestroy();
    const far = connect(Number(targetPort), hostname);
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('error', () => to.destroy());
      from.on('data', (piece) => to.write(piece));
      from.on('end', () => to.end());
      from.on('close', () => {
        pairs.delete(pair);
        to.destroy();
      });
    }
    flow(pair);
  });

  function flow(pair: [Socket, Socket]): void {
    for (const socket of pair) mode === 'stall' ? socket.pause() : socket.resume();
  }
  const listen = (port: number) =>
    new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(port, '127.0.0.1', () => done());
    });
  const close = () => new Promise<void>((done) => server.close(() => done()));
  const cut = () => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  };

  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(target);
  url.port = String(port);
  return {
    url: url.href.replace(/\/$/, ''),
    port,
    async mode(wanted) {
      mode = wanted;
      if (mode === 'refuse' || mode === 'cut') cut();
      if (mode === 'refuse' && server.listening) await close();
      if (mode !== 'refuse' && !server.listening) await listen(port);
      for (const pair of pairs) flow(pair);
    },
    async remove() {
      cut();
      if (server.listening) await close();
    },
  };
}
