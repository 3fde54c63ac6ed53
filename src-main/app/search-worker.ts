/** A worker thread that searches, with a connection of its own that only reads. */
import { workerData } from 'node:worker_threads';
import { connectToRead } from '../adapters/records/sqlite/database';
import { createKeywordSearch } from '../adapters/records/sqlite/tables/keyword';
import { createSqliteSource } from '../adapters/vectors/source';
import { createVectorEngine } from '../core/vectors/engine';
import { serveSearches } from './serve-searches';

const connection = connectToRead((workerData as { path: string }).path);
const words = createKeywordSearch(connection);
const vectors = createVectorEngine(createSqliteSource(connection));

serveSearches((question) => (question.of === 'words' ? words(question.query) : vectors.search(question.query)));
