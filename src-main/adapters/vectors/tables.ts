/** How vectors lie in the library file: tables by model, in buckets of a project. */
import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';

export type Connection = InstanceType<typeof Database>;

/**
 * Chunk rows in one bucket. sqlite-vec compares every vector of a bucket in one call that cannot be interrupted: 8,192 of 384 dimensions
 * take about 6 ms, 100,000 would hold the event loop for 75 ms. Between buckets the search lets others run; it stays exact.
 */
export const BUCKET = 8_192;
/** Vectors that sqlite-vec makes room for at once: a bucket with a single vector takes this much space, too. */
const ROOM = 128;
/** Part of a table's name; another one means that older tables are not read. */
const LAYOUT = 2;

export const bytes = (vector: Float32Array) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
/** A copy, since a vector of floats must begin at a multiple of four. */
export const floats = (blob: Buffer) => new Float32Array(new Uint8Array(blob).buffer);
export const bucketOf = (row: number) => Math.floor(row / BUCKET);
/** A name that is safe in SQL, whatever the model is called. */
export const tableOf = (model: string, dimensions: number) =>
  `vectors_${dimensions}_${createHash('sha256').update(`${LAYOUT} ${model}`).digest('hex').slice(0, 12)}`;

/** @returns the name of the table for this model's vectors, which is there afterwards */
export function createVectorTable(connection: Connection, model: string, dimensions: number): string {
  const table = tableOf(model, dimensions);
  connection.exec(
    `CREATE VIRTUAL TABLE IF NOT EXISTS ${table} USING vec0(row INTEGER PRIMARY KEY, project_id TEXT PARTITION KEY,
     bucket INTEGER PARTITION KEY, vector FLOAT[${dimensions}] DISTANCE_METRIC=cosine, chunk_size=${ROOM})`,
  );
  return table;
}

/** Documents that are being parsed or deleted while they still have vectors: their chunks must not take the places of others. */
export const HIDDEN = `
  SELECT d.id FROM documents d WHERE d.project_id = ? AND d.indexed = 0 AND EXISTS (SELECT 1 FROM embeddings e WHERE e.document_id = d.id)`;
/** Chunks of rows, those that may be found. */
export const SHOWN = `
  SELECT c.row, c.id FROM json_each(?) r CROSS JOIN chunks c ON c.row = r.value CROSS JOIN documents d ON d.id = c.document_id AND d.indexed = 1`;
