/** Vectors in PostgreSQL, beside the records, as plain floats: compared in a thread of this program, since not every server has an extension for it. */
import { outage } from '../../../../core/errors';
import type { ChunkVector, VectorStore } from '../../../../core/ports/vector-store';
import { now } from '../../shared/paging';
import type { Database } from '../database';

const PENDING = `
  SELECT c.id AS chunk_id, c.text, c.heading_path FROM chunks c
  WHERE c.document_id = $1 AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.chunk_row = c.row AND e.model = $2)
  ORDER BY c.ordinal LIMIT $3`;
const incompleteOf = (among: string) => `
  SELECT d.id FROM documents d WHERE d.indexed ${among}
  AND (SELECT count(*) FROM embeddings e WHERE e.document_id = d.id AND e.model = $1) < d.chunks ORDER BY d.id LIMIT $2`;
const KNOWN = `
  SELECT * FROM (
    SELECT c.id AS chunk_id, coalesce(
      (SELECT k.vector FROM kept_vectors k WHERE k.hash = c.embed_hash AND k.model = $1 LIMIT 1),
      (SELECT e.vector FROM chunks o JOIN embeddings e ON e.chunk_row = o.row AND e.model = $1 WHERE o.embed_hash = c.embed_hash LIMIT 1)
    ) AS vector FROM chunks c WHERE c.id = ANY($2::text[]) AND c.embed_hash IS NOT NULL) found WHERE vector IS NOT NULL`;
const KEEP = `
  INSERT INTO kept_vectors (hash, model, document_id, vector)
  SELECT DISTINCT ON (c.embed_hash, e.model) c.embed_hash, e.model, $2, e.vector FROM embeddings e JOIN chunks c ON c.row = e.chunk_row
  WHERE e.document_id = $1 AND c.embed_hash IS NOT NULL ON CONFLICT DO NOTHING`;
const RELEASE = `
  DELETE FROM kept_vectors WHERE document_id = $1 OR document_id NOT IN
    (SELECT document_id FROM jobs WHERE state IN ('queued', 'running') AND document_id IS NOT NULL)`;
const ADD = `
  INSERT INTO embeddings (chunk_row, document_id, model, dimensions, vector, created_at)
  SELECT c.row, c.document_id, $2, $3, n.vector, $4 FROM unnest($5::text[], $6::bytea[]) AS n(chunk_id, vector)
  JOIN chunks c ON c.id = n.chunk_id AND c.document_id = $1 ORDER BY c.row
  ON CONFLICT (chunk_row, model) DO UPDATE SET vector = excluded.vector, dimensions = excluded.dimensions, written = excluded.written`;
const COUNT = `
  UPDATE documents SET embedded_chunks = (SELECT count(*) FROM embeddings WHERE document_id = $1 AND model = $2) WHERE id = $1`;
const READ = `
  SELECT c.id AS chunk_id, d.id AS document_id, d.project_id, e.vector FROM chunks c JOIN documents d ON d.id = c.document_id
  JOIN embeddings e ON e.chunk_row = c.row AND e.model = $1 WHERE c.id = ANY($2::text[])`;
const TALLY = `
  SELECT e.model, count(*) AS vectors FROM embeddings e JOIN documents d ON d.id = e.document_id WHERE d.project_id = $1 GROUP BY e.model ORDER BY e.model`;
const UNSOUND = 'DELETE FROM embeddings WHERE octet_length(vector) <> dimensions * 4 RETURNING document_id, model';

const bytes = (vector: Float32Array) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
/** A copy, since a vector of floats must begin at a multiple of four. */
const floats = (blob: Buffer) => new Float32Array(new Uint8Array(blob).buffer);

/** An error out of the thread has lost what kind it was. */
function asOutage(error: unknown): never {
  const [, message] = (error instanceof Error ? error.message : '').match(/(PostgreSQL cannot be reached.*)/) ?? [];
  throw message === undefined ? error : outage('postgres', message);
}

/** @param thread compares vectors */
export function createPostgresVectors(database: Database, thread: Pick<VectorStore, 'search' | 'close'>): VectorStore {
  const { rows, row, run } = database;
  return {
    engine: 'postgres',
    pending: (document_id, model, limit) => rows(PENDING, [document_id, model, limit]),
    async embedded(document_id, model) {
      const found = await row<{ n: number }>('SELECT count(*) AS n FROM embeddings WHERE document_id = $1 AND model = $2', [
        document_id,
        model,
      ]);
      return found?.n ?? 0;
    },
    async known(model, chunks) {
      const ids = chunks.map(({ chunk_id }) => chunk_id);
      const found = await rows<{ chunk_id: string; vector: Buffer }>(KNOWN, [model, ids]);
      return found.map(({ chunk_id, vector }) => ({ chunk_id, vector: floats(vector) }));
    },
    keep: async (document_id, heir_id) => void (await run(KEEP, [document_id, heir_id])),
    release: async (document_id) => void (await run(RELEASE, [document_id])),
    async add({ document_id, model, vectors }) {
      const dimensions = vectors[0]?.vector.length;
      if (dimensions === undefined) return;
      const distinct = new Map(vectors.map(({ chunk_id, vector }) => [chunk_id, bytes(vector)]));
      await database.transaction(async (query) => {
        await query.run(ADD, [document_id, model, dimensions, now(), [...distinct.keys()], [...distinct.values()]]);
        await query.run(COUNT, [document_id, model]);
      });
    },
    async incomplete(model, limit, among) {
      const found = among
        ? await rows<{ id: string }>(incompleteOf('AND d.id = ANY($3::text[])'), [model, limit, among])
        : await rows<{ id: string }>(incompleteOf(''), [model, limit]);
      return found.map(({ id }) => id);
    },
    search: (query) => thread.search(query).catch(asOutage),
    async read(model, chunk_ids) {
      const found = await rows<Omit<ChunkVector, 'vector'> & { vector: Buffer }>(READ, [model, chunk_ids]);
      return found.map((one) => ({ ...one, vector: floats(one.vector) }));
    },
    tally: (project_id) => rows(TALLY, [project_id]),
    async repair() {
      return database.transaction(async (query) => {
        const lost = await query.rows<{ document_id: string; model: string }>(UNSOUND);
        for (const { document_id, model } of lost) await query.run(COUNT, [document_id, model]);
        return lost.length;
      });
    },
    close: thread.close,
  };
}
