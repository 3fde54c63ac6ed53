/** The worker thread that compares vectors of a library in PostgreSQL, with connections of its own that only read. */
import { parentPort, workerData } from 'node:worker_threads';
import { connect } from '../adapters/records/postgres/database';
import { createPostgresSource, WORTH_HOLDING } from '../adapters/records/postgres/vectors/source';
import type { SearchAnswer, SearchQuestion } from '../adapters/vectors/search-thread';
import { createVectorEngine } from '../core/vectors/engine';

const port = parentPort;
if (!port) throw new Error('postgres-search-worker runs as a worker thread only');
const database = connect({ url: (workerData as { path: string }).path, server: 'search' });
const { search } = createVectorEngine(createPostgresSource(database), { worthHolding: WORTH_HOLDING });

port.on('message', ({ id, query }: SearchQuestion) => {
  search(query).then(
    (hits) => port.postMessage({ id, hits } satisfies SearchAnswer),
    (error: unknown) => port.postMessage({ id, error: String(error) } satisfies SearchAnswer),
  );
});
