/** `npm run dev`: the headless server with the window's page from vite beside it, which changes in the browser as its source changes. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from './build/stamp.mjs';
import { command, launch } from './launch.mjs';
import { findNode } from './setup/node24.mjs';
import { prepare } from './setup/prepare.mjs';

command(async () => {
  if (process.execPath !== findNode()) {
    const { node, env } = await prepare({ models: true });
    return launch(node, process.argv.slice(1), env);
  }
  const { node, env } = await prepare({ models: true });
  const server = spawn(node, [join(ROOT, 'dist', 'main', 'server.cjs'), ...process.argv.slice(2)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  });
  const ended = new Promise((resolve) => server.on('exit', (code) => resolve(code ?? 1)));
  const [line] = await Promise.race([
    new Promise((resolve) => createInterface({ input: server.stdout }).once('line', (text) => resolve([text]))),
    ended.then(() => []),
  ]);
  if (!line) return ended;
  const page = await servePage(JSON.parse(line));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
  const code = await ended;
  await page.close();
  return code;
});

/** The server hears only its own origin, so the proxy speaks in its name. */
async function servePage({ url, token }) {
  const { createServer } = await import('vite');
  const target = { target: url, changeOrigin: true, ws: true, headers: { origin: url } };
  const page = await createServer({
    root: join(ROOT, 'renderer'),
    server: { proxy: { '/api': target, '/rpc': target, '/openapi.json': target, '/docs': target } },
  });
  await page.listen();
  process.stdout.write(`\n  ${page.resolvedUrls.local[0]}#token=${token}\n`);
  return page;
}
