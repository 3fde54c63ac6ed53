/** Builds what changed: `node scripts/build.mjs [--force] [--only main|renderer]`. Needs the dependencies installed. */
import { existsSync, rmSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { inputHash, isFresh, PARTS, ROOT, writeStamp } from './build/stamp.mjs';
import { withLock } from './setup/lock.mjs';
import { step } from './setup/progress.mjs';

const BUILDERS = {
  main: async () => (await import('./build/bundle.mjs')).bundleMain(),
  renderer: buildRenderer,
};

/** Builds the stale parts (all of them with `force`); two builds at once take turns. */
export async function buildStale({ only, force = false } = {}) {
  const parts = Object.keys(PARTS).filter((part) => (only ?? part) === part);
  if (!force && parts.every((part) => isFresh(part))) return;
  await mkdir(join(ROOT, 'dist'), { recursive: true });
  await withLock(join(ROOT, 'dist', '.lock'), async () => {
    for (const part of parts) {
      if (!force && isFresh(part)) continue;
      const hash = inputHash(part);
      await step(`build ${part}`, BUILDERS[part]);
      writeStamp(part, hash);
    }
  });
}

/** Built beside, then swapped in: the old window stays whole if the build fails. */
async function buildRenderer() {
  const root = join(ROOT, 'renderer');
  if (!existsSync(join(root, 'index.html'))) return;
  const { build } = await import('vite');
  const fresh = join(ROOT, 'dist', '.renderer-new');
  const target = join(ROOT, 'dist', 'renderer');
  await build({ root, logLevel: 'warn', build: { outDir: fresh, emptyOutDir: true, sourcemap: true } });
  rmSync(target, { recursive: true, force: true });
  await rename(fresh, target);
}

async function main() {
  const { values } = parseArgs({ options: { force: { type: 'boolean' }, only: { type: 'string' } } });
  if (values.only !== undefined && !(values.only in PARTS)) throw new Error(`--only ${values.only}: must be main or renderer`);
  await buildStale(values);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().catch((error) => {
    process.stderr.write(`build: ${error.message}\n`);
    process.exit(1);
  });
}
