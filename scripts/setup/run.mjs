/** Runs a program and waits for it; its output goes to stderr, since stdout belongs to what the user asked for. */
import { spawn } from 'node:child_process';

/**
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, quiet?: boolean, signal?: AbortSignal}} [options] quiet: output is kept and shown only in the error
 * @returns {Promise<string>} what a quiet program wrote, else an empty text
 * @throws Error naming the program when it cannot be run, fails, or takes too long
 */
export function run(command, args, { cwd, env, timeoutMs, quiet = false, signal } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      signal,
      stdio: ['ignore', quiet ? 'pipe' : 2, quiet ? 'pipe' : 2],
      shell: needsShell(command),
    });
    let output = '';
    let late = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (piece) => {
        output += piece;
      });
    }
    const timer =
      timeoutMs &&
      setTimeout(() => {
        late = true;
        child.kill('SIGKILL');
      }, timeoutMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(new Error(`${command} cannot be run: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return resolve(output);
      const why = late ? `took longer than ${timeoutMs / 1000} s` : `ended with ${signal ?? `status ${code}`}`;
      reject(new Error(`${command} ${args[0] ?? ''} ${why}${quiet ? `: ${lastLine(output)}` : ''}`));
    });
  });
}

/** Windows runs npm through a .cmd file, which needs a shell. */
const needsShell = (command) => process.platform === 'win32' && /^(npm|npx)$/.test(command);

const lastLine = (text) => text.trim().split('\n').at(-1) ?? '';
