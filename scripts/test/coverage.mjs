/** Merges every coverage that the tests left into one figure over all source files; a file that nothing loaded counts 0 %. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { transform } from 'esbuild';
import { CoverageReport } from 'monocart-coverage-reports';
import { ROOT } from '../build/stamp.mjs';

const SOURCES = ['src-main', 'src-preload', 'renderer'];
const SOURCE = /^(src-main|src-preload|renderer)\/.+\.tsx?$/;
const NOT_CODE = /\.(d|config)\.tsx?$/;

/**
 * @param folders.raw entries that carry their source (vitest's workers, pages in a browser)
 * @param folders.processes what NODE_V8_COVERAGE wrote (servers, workers, Electron), whose scripts are our bundles
 * @returns {Promise<number>} covered statements in percent
 */
export async function mergeCoverage(folders) {
  const report = new CoverageReport({
    name: 'Pressmark',
    outputDir: join(ROOT, 'coverage', 'report'),
    reports: ['v8', 'lcovonly', 'json-summary'],
    logging: 'error',
    cleanCache: true,
    baseDir: ROOT,
    sourcePath: (path) => inRepository(path),
    sourceFilter: (path) => SOURCE.test(path) && !NOT_CODE.test(path),
    all: {
      dir: SOURCES.map((folder) => join(ROOT, folder)),
      filter: (path) => /\.tsx?$/.test(path) && !NOT_CODE.test(path) && 'js',
      transformer: toJavaScript,
    },
  });
  for (const entries of readAll(folders.raw)) await addAll(report, entries.map(withMap));
  for (const entries of readAll(folders.processes)) await addAll(report, entries.filter(isBundle).map(withBundle));
  const { summary } = await report.generate();
  return summary.statements.pct;
}

/** What nothing loaded is counted by its statements too. */
async function toJavaScript(entry) {
  const loader = entry.url.endsWith('x') ? 'tsx' : 'ts';
  const { code, map } = await transform(entry.source, {
    loader,
    jsx: 'automatic',
    sourcemap: true,
    sourcefile: entry.url,
    target: 'node20',
  });
  Object.assign(entry, { source: code, sourceMap: JSON.parse(map) });
}

const addAll = (report, entries) => (entries.length > 0 ? report.add(entries) : undefined);

function* readAll(folder) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
    const content = parse(join(folder, name));
    yield Array.isArray(content) ? content : (content?.result ?? []);
  }
}

/** A process that was killed may leave half a file. */
function parse(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

const isBundle = ({ url }) => url.startsWith('file:') && /\/dist\/(main|preload)\/[\w-]+\.cjs$/.test(url);

function withBundle(entry) {
  const path = new URL(entry.url);
  return { ...entry, source: readFileSync(path, 'utf8'), sourceMap: JSON.parse(readFileSync(`${path.pathname}.map`, 'utf8')) };
}

/** A page names its assets by an address of the moment; their maps lie in dist. */
function withMap(entry) {
  const map = join(ROOT, 'dist', 'renderer', 'assets', `${basename(new URL(entry.url, 'file:').pathname)}.map`);
  return entry.sourceMap || !existsSync(map) ? entry : { ...entry, sourceMap: JSON.parse(readFileSync(map, 'utf8')) };
}

/** One name for one file, whichever bundle or worker it was seen in. */
function inRepository(path) {
  const plain = path.replaceAll('\\', '/');
  const start = plain.search(/(src-main|src-preload|renderer)\/(?!.*\/(src-main|src-preload)\/)/);
  return plain.includes('node_modules/') || start < 0 ? plain : plain.slice(start);
}
