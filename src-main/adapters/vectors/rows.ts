/** The vectors of a library file as bytes, for moving them from one library to another. */
import { bucketOf, type Connection, createVectorTable, tableOf } from './tables';

export function createVectorRows(connection: Connection) {
  const open = connection.prepare('INSERT OR IGNORE INTO vector_buckets (project_id, model, bucket) VALUES (?, ?, ?)');
  return {
    read(model: string, dimensions: number, chunk_rows: number[]): Map<number, Buffer> {
      const vector = connection.prepare(`SELECT vector FROM ${tableOf(model, dimensions)} WHERE row = ?`).pluck();
      return new Map(chunk_rows.map((row) => [row, vector.get(BigInt(row)) as Buffer]));
    },
    write(model: string, vectors: { chunk_row: number; project_id: string; vector: Buffer }[]): void {
      const dimensions = (vectors[0]?.vector.length ?? 0) / 4;
      const table = createVectorTable(connection, model, dimensions);
      const drop = connection.prepare(`DELETE FROM ${table} WHERE row = ?`);
      const insert = connection.prepare(`INSERT INTO ${table} (row, project_id, bucket, vector) VALUES (?, ?, ?, ?)`);
      for (const { chunk_row, project_id, vector } of vectors) {
        drop.run(BigInt(chunk_row));
        insert.run(BigInt(chunk_row), project_id, BigInt(bucketOf(chunk_row)), vector);
        open.run(project_id, model, bucketOf(chunk_row));
      }
    },
  };
}
