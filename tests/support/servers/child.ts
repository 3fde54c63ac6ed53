/** A server program of others as a child process: start, ready, end; it ends with the tests however they end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { pause } from '../server';

const READY_MS = 120_000;
const END_MS = 30_000;
const TRIES = 5;
/** Has the kernel end the child when this process is gone, even by SIGKILL. */
const SETPRIV = '/usr/bin/setpriv';

/** A running server; what it holds lies in a temporary folder. */
export interface Server {
  url: string;
  port: number;
  pid(): number;
  /** Ends it as an administrator would; its data stays. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Stops it if it runs and starts it again on the same port with the same data. */
  restart(): Promise<void>;
  /** SIGSTOP and SIGCONT: connections stay open and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** Ends it and deletes its data. */
  remove(): Promise<void>;
}

export interface Program {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  /** User it runs as, when that is another one. */
  user?: string | undefined;
  stopSignal: NodeJS.Signals;
  isReady(output: string): boolean | Promise<boolean>;
}

/** A port that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? done(address.port) : fail(new Error('no port'))));
    });
  });
}

/** The command that runs as another user and ends with this process, where the system can do that. */
export function wrapped(command: string, args: string[], user?: string): [string, string[]] {
  if (!existsSync(SETPRIV)) return [command, args];
  const identity = user ? [`--reuid=${user}`, `--regid=${user}`, '--init-groups'] : [];
  return [SETPRIV, [...identity, '--pdeathsig', 'KILL', command, ...args]];
}

export interface Child {
  pid(): number;
  start(): Promise<void>;
  end(signal: NodeJS.Signals): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

export function createChild(program: Program): Child {
  let child: ChildProcess | null = null;
  process.once('exit', () => child?.kill('SIGKILL'));

  async function startOnce(): Promise<string | null> {
    const [command, args] = wrapped(program.command, program.args, program.user);
    let output = '';
    const started = spawn(command, args, { env: { ...process.env, ...program.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    let ended = false;
    started.once('error', () => (ended = true));
    started.once('exit', () => (ended = true));
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (piece) => (output = `${output}${piece}`.slice(-20_000)));
    const until = Date.now() + READY_MS;
    while (!ended && Date.now() < until) {
      if (await program.isReady(output)) return null;
      await pause(50);
    }
    if (ended) return output;
    started.kill('SIGKILL');
    throw new Error(`${program.name} was not ready in ${READY_MS} ms\n${output}`);
  }

  return {
    pid: () => child?.pid ?? 0,
    /** Tried again: after a SIGKILL the port or a lock may be held for a moment. */
    async start() {
      let output: string | null = '';
      for (let tries = 0; tries < TRIES && output !== null; tries++) {
        if (tries > 0) await pause(500);
        output = await startOnce();
      }
      if (output !== null) throw new Error(`${program.name} does not start\n${output}`);
    },
    async end(signal) {
      const running = child;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      await new Promise<void>((done) => {
        const late = setTimeout(() => running.kill('SIGKILL'), END_MS);
        running.once('exit', () => {
          clearTimeout(late);
          done();
        });
        running.kill('SIGCONT');
        running.kill(signal);
      });
    },
    signal(signal) {
      child?.kill(signal);
    },
  };
}

/** What all servers have in common. */
export function serverOf(
  child: Child,
  { url, port, stopSignal, clean }: { url: string; port: number; stopSignal: NodeJS.Signals; clean(): void },
): Server {
  const stop = () => child.end(stopSignal);
  return {
    url,
    port,
    pid: () => child.pid(),
    stop,
    kill: () => child.end('SIGKILL'),
    async restart() {
      await stop();
      await child.start();
    },
    freeze: () => child.signal('SIGSTOP'),
    thaw: () => child.signal('SIGCONT'),
    async remove() {
      await child.end('SIGKILL');
      clean();
    },
  };
}
