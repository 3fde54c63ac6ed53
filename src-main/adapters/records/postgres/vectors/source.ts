/** The database as the engine that compares vectors in memory reads it. */
import type { StoredVector, VectorQuery, VectorScope, VectorSource } from '../../../../core/ports/vector-source';
import type { VectorHit } from '../../../../core/ports/vector-store';
import type { Database } from '../database';

/** Vectors compared at once where none are held in memory: about 3 MB. */
const PAGE = 2_000;

const COUNT = 'SELECT coalesce(sum(embedded_chunks), 0) AS n FROM documents WHERE project_id = $1';
/**
 * Numbers are given at the beginning of a transaction and seen at its end: what had not ended when it was last looked is read again. Rows
 * restored into a new server may have numbers that it gives much later; they were all read the first time.
 */
const HORIZON = 'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon';
const SINCE = `
  SELECT e.chunk_row AS row, e.document_id, e.vector FROM embeddings e JOIN documents d ON d.id = e.document_id
  WHERE d.project_id = $1 AND e.model = $2 AND e.dimensions = $3 AND e.written >= $4::text::xid8 AND e.chunk_row > $5
    AND ($4::text = '0' OR e.written < pg_snapshot_xmax(pg_current_snapshot()))
  ORDER BY e.chunk_row LIMIT $6`;
const VECTORS = 'SELECT chunk_row AS row, vector FROM embeddings WHERE model = $1 AND dimensions = $2 AND chunk_row = ANY($3::bigint[])';
const HIDDEN = 'SELECT id FROM documents WHERE project_id = $1 AND NOT indexed';
const SHOWN = `
  SELECT c.row, c.id FROM chunks c JOIN documents d ON d.id = c.document_id AND d.indexed WHERE c.row = ANY($1::bigint[])`;
const SCAN = `
  SELECT e.chunk_row AS row, c.id AS chunk_id, e.vector FROM embeddings e JOIN chunks c ON c.row = e.chunk_row
  JOIN documents d ON d.id = e.document_id AND d.indexed
  WHERE d.project_id = $1 AND e.model = $2 AND e.dimensions = $3 AND ($4::text[] IS NULL OR d.id = ANY($4::text[]))
    AND ($5::text[] IS NULL OR c.id = ANY($5::text[])) AND e.chunk_row > $6
  ORDER BY e.chunk_row LIMIT $7`;

/** Where reading what is new goes on: within what came since `from`, behind the row `after`. */
interface Reading {
  from: string;
  horizon: string;
  after: number;
}

export function createPostgresSource(database: Database): VectorSource {
  const { rows, row } = database;
  return {
    count: async ({ project_id }) => Number((await row<{ n: number }>(COUNT, [project_id]))?.n ?? 0),
    since: createSince(database),
    async vectors({ model, dimensions }, wanted) {
      const found = await rows<{ row: number; vector: Buffer }>(VECTORS, [model, dimensions, wanted]);
      return new Map(found.map((one) => [one.row, floats(one.vector)]));
    },
    hidden: async (project_id) => (await rows<{ id: string }>(HIDDEN, [project_id])).map(({ id }) => id),
    async shown(wanted) {
      const found = await rows<{ row: number; id: string }>(SHOWN, [wanted]);
      return new Map(found.map((one) => [one.row, one.id]));
    },
    scan: createScan(database),
  };
}

/** The versions that it gives count its answers; what they stand for is remembered here, for one reader of each scope. */
function createSince({ rows, row }: Database): VectorSource['since'] {
  const readings = new Map<string, Reading>();
  return async ({ project_id, model, dimensions }: VectorScope, version, limit) => {
    const key = JSON.stringify([project_id, model, dimensions]);
    const before = version === 0 ? undefined : readings.get(key);
    const reading = before ?? { from: '0', horizon: '0', after: 0 };
    if (reading.after === 0) reading.horizon = (await row<{ horizon: string }>(HORIZON))?.horizon ?? reading.from;
    const found = await rows<Omit<StoredVector, 'vector'> & { vector: Buffer }>(SINCE, [
      ...[project_id, model, dimensions],
      ...[reading.from, reading.after, limit],
    ]);
    const more = found.length === limit;
    const next = more ? { ...reading, after: found.at(-1)?.row ?? 0 } : { from: reading.horizon, horizon: reading.horizon, after: 0 };
    readings.set(key, next);
    return { vectors: found.map((one) => ({ ...one, vector: floats(one.vector) })), version: version + 1, more };
  };
}

function createScan({ rows }: Database): VectorSource['scan'] {
  return async ({ project_id, model, vector, limit, document_ids, among }: VectorQuery): Promise<VectorHit[]> => {
    let best: (VectorHit & { row: number })[] = [];
    for (let after = 0; ; ) {
      const found = await rows<{ row: number; chunk_id: string; vector: Buffer }>(SCAN, [
        ...[project_id, model, vector.length, document_ids ?? null, among ?? null],
        ...[after, PAGE],
      ]);
      const compared = found.map((one) => ({ row: one.row, chunk_id: one.chunk_id, score: cosine(floats(one.vector), vector) }));
      best = [...best, ...compared].sort((a, b) => b.score - a.score || a.row - b.row).slice(0, limit);
      if (found.length < PAGE) return best.map(({ chunk_id, score }) => ({ chunk_id, score }));
      after = found.at(-1)?.row ?? after;
    }
  };
}

/** A copy, since a vector of floats must begin at a multiple of four. */
const floats = (blob: Buffer) => new Float32Array(new Uint8Array(blob).buffer);

/** Of vectors of unit length, which all are. */
const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
