/** A library full of made-up chunks with made-up vectors, for measuring how search grows. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { createProse, createRandom } from './prose.mjs';
import { percentile, ROOT, startServer } from './server.mjs';

export const ENV = { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_RATE_LIMIT: '0' };
/** As many as the program's own list has for a language. */
const STOP_WORDS = 150;
const SEARCHES = 100;
const FIRST_TRIES = 8;

/** A module of ours in TypeScript. */
export async function compiled(path) {
  const outfile = join(ROOT, 'dist/bench', path.replaceAll('/', '-').replace(/\.ts$/, '.mjs'));
  const options = { bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile, logLevel: 'error' };
  await build({ entryPoints: [join(ROOT, path)], ...options });
  return import(pathToFileURL(outfile).href);
}

/** @returns the data folder, and the project that holds them all */
export async function fillNew(chunks, wordsPerChunk) {
  const dataDir = mkdtempSync(join(tmpdir(), 'pressmark-bench-'));
  const first = await startServer(dataDir, ENV);
  const { id: project_id } = await first.call('POST', '/api/projects', { name: 'Bench' });
  const { id } = await first.upload(project_id, join(ROOT, 'tests/samples/handbook.md'));
  await first.until(id, ['ready']);
  await first.stop({ keep: true });
  const { fillLibrary } = await compiled('bench/library.ts');
  const migrationsDir = join(ROOT, 'migrations/sqlite');
  await fillLibrary({ dataDir, migrationsDir, project_id, chunks, wordsPerChunk, prose: createProse(11), random: createRandom(7) });
  return { dataDir, project_id };
}

/** Milliseconds of each search, once the first one (`first`) has had made what later ones use. */
export async function searchTimes(server, project_id, mode, settleMs) {
  const question = createProse(99, STOP_WORDS);
  async function search() {
    const { mode_used } = await server.call('POST', '/api/search', { project_id, query: question(6), mode, limit: 10 });
    return mode_used === mode;
  }
  const starting = performance.now();
  // Words answer where the vectors are not in memory in time.
  for (let tries = 1; !(await search()); tries += 1) if (tries === FIRST_TRIES) throw new Error(`${mode} does not answer`);
  const first = performance.now() - starting;
  await new Promise((resume) => setTimeout(resume, settleMs));
  const times = [];
  for (let run = 0; run < SEARCHES; run += 1) {
    const began = performance.now();
    if (!(await search())) throw new Error(`asked for ${mode}, answered by another`);
    times.push(performance.now() - began);
  }
  return { first, p50: percentile(times, 0.5), p95: percentile(times, 0.95) };
}
