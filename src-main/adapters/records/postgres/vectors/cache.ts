/** The vectors of one project and model in memory, kept up to date with what all servers write. */
import type { Database } from '../database';

/** Rows fetched at once: about 3 MB. */
const PAGE = 2_000;

interface Row {
  chunk_row: number;
  document_id: string;
  vector: Buffer;
}

/**
 * Vectors written by transactions that had not ended when it was last looked: read again, since numbers are given at the beginning of a
 * transaction and seen at its end.
 */
const NEW = `
  SELECT e.chunk_row, e.document_id, e.vector FROM embeddings e JOIN documents d ON d.id = e.document_id
  WHERE d.project_id = $1 AND e.model = $2 AND e.dimensions = $3 AND e.written >= $4::text::xid8 AND e.chunk_row > $5
  ORDER BY e.chunk_row LIMIT ${PAGE}`;

export interface Near {
  row: number;
  score: number;
}

export interface Key {
  project_id: string;
  model: string;
  dimensions: number;
}

export class VectorCache {
  private matrix: Float32Array;
  private rows: number[] = [];
  private documents: string[] = [];
  private readonly places = new Map<number, number>();
  private since = '0';
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly key: Key,
  ) {
    this.matrix = new Float32Array(0);
  }

  get bytes(): number {
    return this.matrix.byteLength;
  }

  /** Takes in what was written since; one after the other. */
  refresh(): Promise<void> {
    const mine = this.last.then(() => this.load());
    this.last = mine.catch(() => undefined);
    return mine;
  }

  private async load(): Promise<void> {
    const { project_id, model, dimensions } = this.key;
    const horizon = await this.database.row<{ xmin: string }>('SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xmin');
    for (let after = -1; ; ) {
      const found = await this.database.rows<Row>(NEW, [project_id, model, dimensions, this.since, after]);
      for (const row of found) this.put(row);
      if (found.length < PAGE) break;
      after = found.at(-1)?.chunk_row ?? after;
    }
    this.since = horizon?.xmin ?? this.since;
  }

  private put({ chunk_row, document_id, vector }: Row): void {
    const { dimensions } = this.key;
    if (vector.length !== dimensions * 4) return;
    const at = this.places.get(chunk_row) ?? this.rows.length;
    if (at === this.rows.length) {
      this.rows.push(chunk_row);
      this.documents.push(document_id);
      this.places.set(chunk_row, at);
    }
    this.makeRoom((at + 1) * dimensions);
    const to = at * dimensions;
    new Uint8Array(this.matrix.buffer, to * 4, dimensions * 4).set(vector);
  }

  private makeRoom(length: number): void {
    if (length <= this.matrix.length) return;
    const larger = new Float32Array(Math.max(length, Math.ceil(this.matrix.length * 1.5), PAGE * this.key.dimensions));
    larger.set(this.matrix);
    this.matrix = larger;
  }

  /** What is deleted keeps no place. */
  forget(rows: number[]): void {
    const { dimensions } = this.key;
    for (const row of rows) {
      const at = this.places.get(row);
      const last = this.rows.length - 1;
      const [lastRow, lastDocument] = [this.rows[last], this.documents[last]];
      if (at === undefined || lastRow === undefined || lastDocument === undefined) continue;
      this.matrix.copyWithin(at * dimensions, last * dimensions, (last + 1) * dimensions);
      this.rows[at] = lastRow;
      this.documents[at] = lastDocument;
      this.places.set(lastRow, at);
      this.places.delete(row);
      this.rows.pop();
      this.documents.pop();
    }
  }

  /** The `most` rows that are most similar to a vector of unit length, best first. */
  nearest(vector: Float32Array, among: ReadonlySet<string> | null, most: number): Near[] {
    const { dimensions } = this.key;
    const { matrix } = this;
    let found: Near[] = [];
    let least = Number.NEGATIVE_INFINITY;
    for (const [at, row] of this.rows.entries()) {
      if (among && !among.has(this.documents[at] ?? '')) continue;
      let score = 0;
      const from = at * dimensions;
      for (let d = 0; d < dimensions; d += 1) score += (matrix[from + d] as number) * (vector[d] as number);
      if (score < least) continue;
      found.push({ row, score });
      if (found.length < most * 4) continue;
      found = best(found, most);
      least = found.at(-1)?.score ?? least;
    }
    return best(found, most);
  }
}

const best = (found: Near[], most: number) => found.sort((a, b) => b.score - a.score || a.row - b.row).slice(0, most);
