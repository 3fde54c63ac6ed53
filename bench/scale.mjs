/**
 * How search grows, in each set-up: the embedded library, the same with a real ChromaDB beside it, and moved into a real PostgreSQL.
 * `node bench/scale.mjs [--without chroma] [--without postgres] [CHUNKS…]`, 10,000 and 100,000 unless others are named; docs/scale.md has what came out. Made-up chunks of thirty
 * words with random vectors of 384 dimensions, the worst case for an approximate index.
 */
import { spawnSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compiled, ENV, fillNew, searchTimes } from './filled.mjs';
import { ROOT, report, startServer } from './server.mjs';

const WORDS_PER_CHUNK = 30;
const MODES = ['keyword', 'vector', 'hybrid'];
const MiB = 1024 * 1024;
const seconds = (began) => (performance.now() - began) / 1000;

async function measure(setUp, chunks, { dataDir, project_id }, env) {
  const server = await startServer(dataDir, { ...ENV, ...env.of });
  const filled = env.filled ? await env.filled(server) : null;
  if (filled !== null) report(`${setUp}: filled`, (chunks / filled).toFixed(0), 'chunks/s');
  for (const mode of MODES) {
    const { first, p50, p95 } = await searchTimes(server, project_id, mode, mode === 'vector' ? Math.min(60_000, chunks / 10) : 0);
    report(`${setUp}: ${mode}, p50 / p95`, `${p50.toFixed(0)}/${p95.toFixed(0)}`, 'ms');
    report(`${setUp}: ${mode}, the first after a start`, (first / 1000).toFixed(1), 's');
  }
  report(`${setUp}: memory of Pressmark`, Math.round(server.own() / MiB), 'MiB');
  await server.stop({ keep: true });
}

/** @returns seconds until nothing waits any more */
async function mirrored(server) {
  const began = performance.now();
  for (;;) {
    const response = await fetch(`${server.ready.url}/metrics`, { headers: { authorization: `Bearer ${server.ready.token}` } });
    const text = await response.text();
    const [, waiting] = /^pressmark_mirror_waiting\{[^}]*chroma[^}]*\} (\d+)/m.exec(text) ?? [];
    const [, ready] = /^pressmark_mirror_ready\{[^}]*chroma[^}]*\} (\d+)/m.exec(text) ?? [];
    if (waiting === '0' && ready === '1') return seconds(began);
    await new Promise((resume) => setTimeout(resume, 200));
  }
}

const { startPostgres } = await compiled('tests/support/servers/postgres.ts');
const { startChroma } = await compiled('tests/support/servers/chroma.ts');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { without: { type: 'string', multiple: true, default: [] } },
});
const wanted = (server) => !values.without.includes(server);
const sizes = positionals.map(Number);
for (const chunks of sizes.length > 0 ? sizes : [10_000, 100_000]) {
  console.log(`\n${chunks.toLocaleString('en')} chunks`);
  const began = performance.now();
  const library = await fillNew(chunks, WORDS_PER_CHUNK);
  report('embedded: written', (chunks / seconds(began)).toFixed(0), 'chunks/s');
  await measure('embedded', chunks, library, { of: {} });
  report('embedded: library file', Math.round(statSync(join(library.dataDir, 'library.sqlite')).size / MiB), 'MiB');

  if (wanted('chroma')) await withChroma(chunks, library);
  if (wanted('postgres')) await inPostgres(chunks, library);
  rmSync(library.dataDir, { recursive: true, force: true });
}

async function withChroma(chunks, library) {
  const chroma = await startChroma();
  await measure('with ChromaDB', chunks, library, { of: { PRESSMARK_CHROMA_URL: chroma.url }, filled: mirrored });
  await chroma.remove();
}

async function inPostgres(chunks, library) {
  const postgres = await startPostgres();
  const moving = performance.now();
  const of = { PRESSMARK_DATABASE_URL: postgres.url };
  const words = [join(ROOT, 'dist/main/move.cjs'), 'team', '--data-dir', library.dataDir];
  const { status } = spawnSync(process.execPath, words, { env: { ...process.env, ...of }, stdio: ['ignore', 'ignore', 'ignore'] });
  if (status !== 0) throw new Error(`npm run move ended with ${status}`);
  report('PostgreSQL: moved there and compared', (chunks / seconds(moving)).toFixed(0), 'chunks/s');
  await measure('PostgreSQL', chunks, library, { of });
  await postgres.remove();
}
