/** The worker thread that compares vectors, with a connection of its own that only reads. */
import { parentPort, workerData } from 'node:worker_threads';
import { connectToRead } from '../adapters/records/sqlite/database';
import type { SearchAnswer, SearchQuestion } from '../adapters/vectors/search-thread';
import { createSqliteSource } from '../adapters/vectors/source';
import { createVectorEngine } from '../core/vectors/engine';

const port = parentPort;
if (!port) throw new Error('search-worker runs as a worker thread only');
const { search } = createVectorEngine(createSqliteSource(connectToRead((workerData as { path: string }).path)));

port.on('message', ({ id, query }: SearchQuestion) => {
  search(query).then(
    (hits) => port.postMessage({ id, hits } satisfies SearchAnswer),
    (error: unknown) => port.postMessage({ id, error: String(error) } satisfies SearchAnswer),
  );
});
