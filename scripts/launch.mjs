/** Starts the real program in this one's place: same stdio, signals passed on, its exit status kept. */
import { spawn } from 'node:child_process';
import { say } from './setup/progress.mjs';

/** @returns {Promise<number>} the program's exit status */
export function launch(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', env });
    const pass = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass);
    child.on('error', (error) => {
      say(`${command} cannot be run: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** Runs a command's main function; an error becomes one sentence and status 1. Ends by itself, so that piped output is whole. */
export function command(main) {
  main().then(
    (code) => {
      process.exitCode = code ?? 0;
    },
    (error) => {
      say(error.message);
      process.exitCode = 1;
    },
  );
}
