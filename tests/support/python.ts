/** Runs the Python clients that the set-up installed (scripts/setup/python.mjs) against a running server. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './server';

const WINDOWS = process.platform === 'win32';
const folder = process.env.PYTHON_COMMANDS ?? join(ROOT, '.cache', 'python', WINDOWS ? 'Scripts' : 'bin');

export interface ProgramResult {
  /** Null when it was stopped at the time limit. */
  code: number | null;
  output: string;
}

interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  limitMs?: number;
}

/** Runs a command of the environment (`python`, `schemathesis`…) to its end; what it wrote on both streams is kept in order. */
export function runPythonCommand(
  name: string,
  args: string[],
  { cwd = ROOT, env = {}, limitMs = 120_000 }: RunOptions = {},
): Promise<ProgramResult> {
  const path = join(folder, WINDOWS ? `${name}.exe` : name);
  if (!existsSync(path)) throw new Error(`${path} is missing; "node scripts/setup/python.mjs" installs it`);
  return new Promise((resolve) => {
    let output = '';
    const child = execFile(
      path,
      args,
      {
        cwd,
        env: { ...process.env, PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1', ...env },
        timeout: limitMs,
        killSignal: 'SIGKILL',
        maxBuffer: 64 * 1024 * 1024,
      },
      () => resolve({ code: child.exitCode, output }),
    );
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece) => (output += piece));
  });
}
