/** One instance per data folder: whoever listens on its socket is the first; a dead one leaves nothing that blocks. */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Another Pressmark works on this data folder. */
export class InstanceError extends Error {
  constructor(readonly pid: string) {
    super(`Pressmark already runs on this data folder (process ${pid}). Stop it first, or choose another --data-dir.`);
  }
}

const ANSWER_MS = 1_000;
/** A socket's path may hold about 100 bytes on Linux and macOS. */
const SOCKET_PATH_BYTES = 100;

/**
 * Claims the data folder. A socket rather than a pid file: it dies with its process, so nothing is stale after a kill
 * and no recycled pid is taken for us.
 * @returns the release
 * @throws InstanceError with the first's pid
 */
export async function claimInstance(dataDir: string): Promise<() => Promise<void>> {
  const path = socketPath(dataDir);
  const server = await listen(path).catch(async (error: unknown) => {
    if (!isTaken(error)) throw error;
    const first = await pidBehind(path);
    if (first !== null) throw new InstanceError(first);
    if (process.platform !== 'win32') rmSync(path, { force: true });
    return listen(path);
  });
  return () => new Promise((resolve) => server.close(() => resolve()));
}

/** Listening comes first and asking second: of two that start at once, only one can take a free address. */
const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

function socketPath(dataDir: string): string {
  const name = createHash('sha256').update(`${userInfo().uid}:${dataDir}`).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\pressmark-${name}`;
  const inside = join(dataDir, 'instance.sock');
  return Buffer.byteLength(inside) <= SOCKET_PATH_BYTES ? inside : join(tmpdir(), `pressmark-${name}.sock`);
}

function pidBehind(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = createConnection(path);
    socket.setTimeout(ANSWER_MS, () => socket.destroy());
    socket.on('data', (piece) => {
      answer += piece.toString();
    });
    let connected = false;
    socket.on('connect', () => {
      connected = true;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(connected ? answer.trim() || 'unknown' : null));
  });
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.on('error', () => undefined).end(String(process.pid)));
    server.on('error', reject);
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}
