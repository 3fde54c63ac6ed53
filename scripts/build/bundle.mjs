/** Bundles the hosts, their workers and the preload script with esbuild, as CommonJS that Electron's Node 20 can load. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './stamp.mjs';

const ENTRIES = [
  'main',
  'server',
  'ask',
  'mcp',
  'move',
  'parse-worker',
  'embed-worker',
  'backup-worker',
  'graph-worker',
  'care-worker',
  'search-worker',
  'postgres-search-worker',
];
/** Native code, wasm beside the code, or run by path: they stay in node_modules whatever their format. */
const ALWAYS_EXTERNAL = [
  'electron',
  'better-sqlite3',
  'sqlite-vec',
  'onnxruntime-node',
  'node-llama-cpp',
  '@hyzyla/pdfium',
  'swagger-ui-dist/absolute-path.js',
];
/** esbuild leaves `import.meta` empty in CommonJS; bundled ESM packages may read these three. */
const IMPORT_META = {
  banner: "const __bundle_url = require('node:url').pathToFileURL(__filename).href;",
  define: { 'import.meta.url': '__bundle_url', 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
};

const COMMON = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: 'linked',
  write: false,
  legalComments: 'none',
  logLevel: 'warning',
  outExtension: { '.js': '.cjs' },
};

/** Writes dist/main/*.cjs and dist/preload/preload.cjs with linked source maps. One that fails leaves the others built. */
export async function bundleMain() {
  const hosts = ENTRIES.map((name) => ({
    ...COMMON,
    entryPoints: [join(ROOT, 'src-main', 'app', `${name}.ts`)],
    outdir: join(ROOT, 'dist', 'main'),
    plugins: [packages()],
    banner: { js: IMPORT_META.banner },
    define: IMPORT_META.define,
  }));
  const preload = {
    ...COMMON,
    entryPoints: [join(ROOT, 'src-preload', 'preload.ts')],
    outdir: join(ROOT, 'dist', 'preload'),
    external: ['electron'],
  };
  const existing = [...hosts, preload].filter(({ entryPoints }) => entryPoints.every((path) => existsSync(path)));
  const results = await Promise.allSettled(existing.map((options) => build(options)));
  for (const { value } of results) for (const file of value?.outputFiles ?? []) writeWhole(file.path, file.contents);
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}

/** Written beside and renamed: a program that starts meanwhile never reads half a file. */
function writeWhole(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}

/** Packages stay outside the bundle, except those that `require` cannot load in Node 20 (ESM only). */
function packages() {
  return {
    name: 'packages',
    setup(chain) {
      chain.onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
        if (kind === 'entry-point' || path.startsWith('node:') || /^[A-Za-z]:[\\/]/.test(path)) return undefined;
        const name = path.split('/', path.startsWith('@') ? 2 : 1).join('/');
        if (ALWAYS_EXTERNAL.includes(name) || kind === 'dynamic-import') return { path, external: true };
        return loadsByRequire(path, importer) ? { path, external: true } : undefined;
      });
    },
  };
}

/** True when `require(path)` from dist/main finds the same package and finds CommonJS. */
function loadsByRequire(path, importer) {
  let found;
  try {
    found = createRequire(importer).resolve(path);
    if (found === path) return true; // a built-in module
    if (createRequire(join(ROOT, 'dist', 'main', 'main.cjs')).resolve(path) !== found) return false;
  } catch {
    return false; // no `require` condition: ESM only
  }
  if (found.endsWith('.mjs')) return false;
  return found.endsWith('.cjs') || found.endsWith('.json') || found.endsWith('.node') || packageType(dirname(found)) !== 'module';
}

function packageType(folder) {
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type ?? 'commonjs';
  return dirname(folder) === folder ? 'commonjs' : packageType(dirname(folder));
}
