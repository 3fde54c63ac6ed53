/** The worker thread that compares vectors, with a connection of its own that only reads. */
import { workerData } from 'node:worker_threads';
import { connectToRead } from '../adapters/records/sqlite/database';
import { createSqliteSource } from '../adapters/vectors/source';
import { createVectorEngine } from '../core/vectors/engine';
import { serveSearches } from './serve-searches';

const { path } = workerData as { path: string };
serveSearches(createVectorEngine(createSqliteSource(connectToRead(path))).search);
