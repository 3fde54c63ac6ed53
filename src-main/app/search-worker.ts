/** A worker thread that searches, with a connection of its own that only reads. */
import { parentPort, workerData } from 'node:worker_threads';
import { connectToRead } from '../adapters/records/sqlite/database';
import { createKeywordSearch } from '../adapters/records/sqlite/tables/keyword';
import { createSqliteSource } from '../adapters/vectors/source';
import { createVectorEngine } from '../core/vectors/engine';
import type { SearchAnswer, SearchQuestion } from './search-thread';

const port = parentPort;
if (!port) throw new Error('search-worker runs as a worker thread only');
const connection = connectToRead((workerData as { path: string }).path);
const words = createKeywordSearch(connection);
const vectors = createVectorEngine(createSqliteSource(connection));

const answer = (question: SearchQuestion) => (question.of === 'words' ? words(question.query) : vectors.search(question.query));

port.on('message', (question: SearchQuestion) => {
  const { id } = question;
  answer(question).then(
    (hits) => port.postMessage({ id, hits } satisfies SearchAnswer),
    (error: unknown) => port.postMessage({ id, error: String(error) } satisfies SearchAnswer),
  );
});
