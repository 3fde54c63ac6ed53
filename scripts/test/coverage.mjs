/**
 * Merges every coverage that the tests left into one figure over all source files; a file that nothing loaded counts 0 %. Statements are
 * those that the bundles' maps give; one counts as run when a bundle ran it or when a test file ran a statement that begins on its line.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { mergeProcessCovs } from '@bcoe/v8-coverage';
import { transform } from 'esbuild';
import { CoverageReport } from 'monocart-coverage-reports';
import { ROOT } from '../build/stamp.mjs';

const SOURCES = ['src-main', 'src-preload', 'renderer'];
const SOURCE = /^(src-main|src-preload|renderer)\/.+\.tsx?$/;
const NOT_CODE = /\.(d|config)\.tsx?$/;

/**
 * @param folders.raw entries of pages in a browser, with their source
 * @param folders.vitest Istanbul's format, from vitest's own provider
 * @param folders.processes what NODE_V8_COVERAGE wrote (servers, workers, Electron), whose scripts are our bundles
 * @returns {Promise<number>} covered statements in percent
 */
export async function mergeCoverage(folders) {
  const report = new CoverageReport({
    name: 'Pressmark',
    outputDir: join(ROOT, 'coverage', 'report'),
    reports: ['v8', 'json'],
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
  await addAll(report, ofPages(folders.raw).map(withMap));
  await addAll(report, ofProcesses(folders.processes).map(withBundle));
  await report.generate();
  return percentOf(withTests(read('report'), read('vitest')));
}

const read = (name) => Object.values(parse(join(ROOT, 'coverage', name, 'coverage-final.json')) ?? {});

/** Statements by file; those that test files ran in their own process count too. */
function withTests(files, tested) {
  const linesRun = new Map();
  for (const { path, statementMap, s } of tested) {
    const run = Object.entries(statementMap).filter(([key]) => s[key] > 0);
    linesRun.set(inRepository(path), new Set(run.map(([, { start }]) => start.line)));
  }
  return files.map(({ path, statementMap, s }) => {
    const lines = linesRun.get(inRepository(path));
    const statements = Object.entries(statementMap);
    const covered = statements.filter(([key, { start }]) => s[key] > 0 || lines?.has(start.line)).length;
    return { path: inRepository(path), covered, total: statements.length };
  });
}

/** Prints the files that lack most, for whoever wants to raise the figure. */
function percentOf(files) {
  const lacking = files.map((file) => ({ ...file, missing: file.total - file.covered })).sort((a, b) => b.missing - a.missing);
  for (const { path, covered, total } of lacking.slice(0, 12))
    console.log(`  ${String(covered).padStart(4)} of ${String(total).padEnd(4)} ${path}`);
  const sum = (name) => files.reduce((all, file) => all + file[name], 0);
  return Math.round((1000 * sum('covered')) / Math.max(1, sum('total'))) / 10;
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

/** One entry for each bundle, whichever processes ran it: of hundreds of them the report would hold source and map as often. */
const ofProcesses = (folder) => mergedOf(folder, (entries) => entries.filter(isBundle));

/** The same for pages, each of which had its assets from another port. */
function ofPages(folder) {
  const sources = new Map();
  const merged = mergedOf(folder, (entries) =>
    entries.map(({ scriptId, url, functions, source }) => {
      const asset = `file:///${basename(new URL(url, 'file:').pathname)}`;
      sources.set(asset, source);
      return { scriptId, url: asset, functions };
    }),
  );
  return merged.map((entry) => ({ ...entry, source: sources.get(entry.url) }));
}

function mergedOf(folder, pick) {
  let merged = { result: [] };
  for (const entries of readAll(folder)) merged = mergeProcessCovs([merged, { result: pick(entries) }]);
  return merged.result;
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
