/** Search over a library of 100,000 chunks with vectors, by each mode, and the event loop meanwhile. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { createProse, createRandom } from './prose.mjs';
import { percentile, ROOT, report, startServer } from './server.mjs';

const CHUNKS = Number(process.argv[2] ?? 100_000);
const SEARCHES = 100;
const LIMIT_MS = 100;
/** As many as the program's own list has for a language. */
const STOP_WORDS = 150;
const ENV = { PRESSMARK_CHAT_MODEL: 'none', PRESSMARK_RATE_LIMIT: '0' };

const dataDir = mkdtempSync(join(tmpdir(), 'pressmark-bench-'));
const first = await startServer(dataDir, ENV);
const { id: project_id } = await first.call('POST', '/api/projects', { name: 'Bench' });
const { id } = await first.upload(project_id, join(ROOT, 'tests/samples/handbook.md'));
await first.until(id, ['ready']);
await first.stop({ keep: true });

const outfile = join(ROOT, 'dist/bench/library.mjs');
await build({
  entryPoints: [join(ROOT, 'bench/library.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  outfile,
  logLevel: 'error',
});
const { fillLibrary } = await import(pathToFileURL(outfile).href);
await fillLibrary({
  dataDir,
  migrationsDir: join(ROOT, 'migrations/sqlite'),
  project_id,
  chunks: CHUNKS,
  prose: createProse(11),
  random: createRandom(7),
});

const server = await startServer(dataDir, ENV);
const question = createProse(99, STOP_WORDS);
// The first search by meaning has codes of all vectors made; until then the store compares.
await server.call('POST', '/api/search', { project_id, query: question(6), mode: 'hybrid', limit: 10 });
await new Promise((resume) => setTimeout(resume, CHUNKS / 10));
for (const mode of ['keyword', 'vector', 'hybrid']) {
  const times = [];
  for (let run = 0; run < SEARCHES; run += 1) {
    const began = performance.now();
    await server.call('POST', '/api/search', { project_id, query: question(6), mode, limit: 10 });
    times.push(performance.now() - began);
  }
  const p95 = percentile(times, 0.95);
  report(
    `search in ${CHUNKS} chunks, ${mode}, p50 / p95`,
    `${percentile(times, 0.5).toFixed(0)}/${p95.toFixed(0)}`,
    'ms',
    `${(p95 / LIMIT_MS).toFixed(2)} × the limit of ${LIMIT_MS} ms`,
  );
}
report('peak memory', Math.round(server.peak() / 1024 / 1024), 'MiB');
await server.stop();
