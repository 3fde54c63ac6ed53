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

const ENTRY = `
  export { openChat, openEmbedding } from './src-main/adapters/llm/open';
  export { createModelStore } from './src-main/adapters/models/store';`;

/** `openChat` and `openEmbedding` of src-main/adapters/llm/open.ts, and `model(id)`: an installed model of the catalogue. */
export async function engines() {
  const outfile = join(ROOT, 'dist', `.bench-${process.pid}.cjs`);
  await build({
    stdin: { contents: ENTRY, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    outfile,
    logLevel: 'error',
  });
  try {
    const { openChat, openEmbedding, createModelStore } = createRequire(import.meta.url)(outfile);
    const all = createModelStore({ modelsDir: MODELS, examine: async () => undefined }).list();
    return { openChat, openEmbedding, model: (id) => all.find((one) => one.id === id) };
  } finally {
    rmSync(outfile);
  }
}
