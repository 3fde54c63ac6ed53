/** Fills a library for a measurement, through the program's own stores: documents of made-up prose, each chunk with a vector. */
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { openSqliteLibrary } from '../src-main/adapters/records/sqlite/open';
import { createSqliteVecStore } from '../src-main/adapters/vectors/sqlite-vec';

const CHUNKS_PER_DOCUMENT = 250;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** The library must hold a document with vectors already: the new ones are said to be of the same model. */
export async function fillLibrary(options: {
  dataDir: string;
  migrationsDir: string;
  project_id: string;
  chunks: number;
  wordsPerChunk: number;
  prose(words: number): string;
  random(): number;
}) {
  const { project_id, prose, random } = options;
  const { records, database } = openSqliteLibrary({
    path: join(options.dataDir, 'library.sqlite'),
    migrationsDir: options.migrationsDir,
    log: silent,
  });
  const { model, dimensions } = database.sql.prepare('SELECT model, dimensions FROM embeddings LIMIT 1').get() as {
    model: string;
    dimensions: number;
  };
  const vectors = createSqliteVecStore(database.sql);
  for (let made = 0; made < options.chunks; made += CHUNKS_PER_DOCUMENT) {
    const document_id = uuid();
    const file = { filename: `volume-${made}.txt`, mime_type: 'text/plain', size_bytes: 1, sha256: uuid() };
    const accepted = await records.documents.accept({ document_id, job_id: uuid(), project_id, ...file });
    const texts = Array.from({ length: Math.min(CHUNKS_PER_DOCUMENT, options.chunks - made) }, () => prose(options.wordsPerChunk));
    await records.index.begin(document_id);
    const chunks = texts.map((text, ordinal) => ({
      ordinal,
      text,
      heading_path: [],
      page_from: null,
      page_to: null,
      char_start: 0,
      char_end: text.length,
    }));
    await records.index.add(document_id, { pages: [], chunks });
    await records.index.finish(document_id, { content: texts.join('\n'), pages: null, metadata: {} });
    const pending = await vectors.pending(document_id, model, CHUNKS_PER_DOCUMENT);
    const made_of = pending.map(({ chunk_id }) => ({ chunk_id, vector: direction(random, dimensions) }));
    await vectors.add({ document_id, model, vectors: made_of });
    if (accepted.job) await records.jobs.end(accepted.job.id, 'done', null);
    await records.documents.update(document_id, { state: 'ready' });
  }
  await records.close();
}

function direction(random: () => number, dimensions: number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, () => random() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
