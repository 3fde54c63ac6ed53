/** Search over a library of 100,000 chunks with vectors, by each mode. */
import { ENV, fillNew, searchTimes } from './filled.mjs';
import { report, startServer } from './server.mjs';

const CHUNKS = Number(process.argv[2] ?? 100_000);
const WORDS_PER_CHUNK = 150;
const LIMIT_MS = 100;

const { dataDir, project_id } = await fillNew(CHUNKS, WORDS_PER_CHUNK);
const server = await startServer(dataDir, ENV);
for (const mode of ['keyword', 'vector', 'hybrid']) {
  // The first search by meaning has codes of all vectors made; until then the store compares.
  const { p50, p95 } = await searchTimes(server, project_id, mode, mode === 'vector' ? CHUNKS / 10 : 0);
  const against = `${(p95 / LIMIT_MS).toFixed(2)} × the limit of ${LIMIT_MS} ms`;
  report(`search in ${CHUNKS} chunks, ${mode}, p50 / p95`, `${p50.toFixed(0)}/${p95.toFixed(0)}`, 'ms', against);
}
report('memory, without the pages of the library file', Math.round(server.own() / 1024 / 1024), 'MiB');
await server.stop();
