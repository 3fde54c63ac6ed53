/** Builds the model engines for measuring, and what both measurements share. */
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');
export const WORKER = join(ROOT, 'dist', 'main', 'embed-worker.cjs');
export const MODELS =
  process.env.PRESSMARK_MODELS_DIR ?? join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'pressmark', 'models');
const quiet = () => undefined;
export const log = { debug: quiet, info: quiet, warn: console.error, error: console.error };

/** The functions of src-main/adapters/llm/pick.ts. */
export async function engines() {
  const outfile = join(ROOT, 'dist', `.bench-${process.pid}.cjs`);
  await build({
    entryPoints: [join(ROOT, 'src-main', 'adapters', 'llm', 'pick.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    outfile,
    logLevel: 'error',
  });
  try {
    return createRequire(import.meta.url)(outfile);
  } finally {
    rmSync(outfile);
  }
}
