/** The worker thread that compares vectors of a library in PostgreSQL, with connections of its own that only read. */
import { workerData } from 'node:worker_threads';
import { connect } from '../adapters/records/postgres/database';
import { createPostgresSource } from '../adapters/records/postgres/vectors/source';
import { createVectorEngine } from '../core/vectors/engine';
import { serveSearches } from './serve-searches';

/** Fewer vectors are not worth holding in memory: the database is asked for them each time. */
const WORTH_HOLDING = 256;

const { path } = workerData as { path: string };
const source = createPostgresSource(connect({ url: path, server: 'search' }));
const vectors = createVectorEngine(source, { worthHolding: WORTH_HOLDING });

serveSearches(async (question) => {
  if (question.of === 'vectors') return vectors.search(question.query);
  throw new Error('words are looked up by PostgreSQL');
});
