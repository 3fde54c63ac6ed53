/** `npm start`: sets up what is missing, then opens the window; without a display, serves the same interface to a browser. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from './build/stamp.mjs';
import { command, launch } from './launch.mjs';
import { prepare } from './setup/prepare.mjs';
import { say } from './setup/progress.mjs';

command(async () => {
  const flags = process.argv.slice(2);
  const display = hasDisplay();
  const { node, electron, env } = await prepare({ models: true, electron: display });
  if (display && electron) return launch(electron, [...sandbox(), ROOT, ...flags], electronEnvironment(env));
  if (!display) say('there is no display here, so Pressmark serves its window to a browser instead.');
  return serve(node, flags, env);
});

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Chromium refuses to run its sandbox as root. */
function sandbox() {
  if (process.platform !== 'linux' || process.getuid() !== 0) return [];
  say('running as root, where Chromium has no sandbox: use an ordinary account for daily work.');
  return ['--no-sandbox'];
}

/** A variable left over from elsewhere would make Electron a plain Node without a window. */
function electronEnvironment({ ELECTRON_RUN_AS_NODE: _, ...env }) {
  return env;
}

/** The address with the token in its fragment, which never leaves the browser. */
function serve(node, flags, env) {
  return new Promise((resolve) => {
    const child = spawn(node, [join(ROOT, 'dist', 'main', 'server.cjs'), ...flags], { stdio: ['inherit', 'pipe', 'inherit'], env });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{"ready":true')) return;
      const { url, token } = JSON.parse(line);
      process.stdout.write(
        `Pressmark is ready. Open this address in a browser on this machine:\n\n  ${url}/#token=${token}\n\nCtrl-C stops it.\n`,
      );
    });
    child.on('error', (error) => {
      say(`the server cannot be run: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
