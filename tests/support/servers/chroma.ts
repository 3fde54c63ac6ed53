/** A real Chroma server with a temporary folder; on request behind a door that asks for a token, as Chroma itself has none. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serverPrograms } from '../../../scripts/setup/servers.mjs';
import { temporaryFolder } from '../server';
import { createChild, freePort, type Server, serverOf } from './child';

const CODE = 'import sys, chromadb_rust_bindings as chroma; chroma.cli(["chroma", *sys.argv[1:]])';

export async function startChroma({ token }: { token?: string } = {}): Promise<Server> {
  const python = serverPrograms().chroma;
  if (python === null) throw new Error('there is no Chroma; "node scripts/setup/servers.mjs" installs it or says why not');
  const folder = temporaryFolder();
  const port = await freePort();
  const child = createChild({
    name: 'Chroma',
    command: python,
    args: ['-c', CODE, 'run', '--path', folder.path, '--host', '127.0.0.1', '--port', String(port)],
    stopSignal: 'SIGTERM',
    isReady: () => answers(port),
  });
  await child.start();
  const door = token === undefined ? null : await tokenDoor(port, token);
  const clean = () => {
    door?.close();
    folder.remove();
  };
  const at = door?.port ?? port;
  return serverOf(child, { url: `http://127.0.0.1:${at}`, port: at, stopSignal: 'SIGTERM', clean });
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/api/v2/heartbeat`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}

/** Passes on what has the token, as `X-Chroma-Token` or as bearer, and answers 401 to the rest. */
async function tokenDoor(target: number, token: string): Promise<{ port: number; close(): void }> {
  const door = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    if (headers['x-chroma-token'] !== token && headers.authorization !== `Bearer ${token}`) {
      incoming.resume();
      outgoing.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"AuthError","message":"no or wrong token"}');
      return;
    }
    const passed = request({ host: '127.0.0.1', port: target, path: url, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((done) => door.listen(0, '127.0.0.1', done));
  return {
    port: (door.address() as AddressInfo).port,
    close() {
      door.close();
      door.closeAllConnections();
    },
  };
}
