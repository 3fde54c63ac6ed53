/**
 * Vectors of unit length as compact codes, to find those worth an exact comparison. Two codes each: the signs of all
 * dimensions pick a tenth; one byte a dimension then ranks those, and says how far it can be off. 456 bytes for 384 dimensions.
 */
import type { StoredVector } from '../ports/vector-source';

export interface Candidate {
  row: number;
  /** The cosine is not above this. */
  most: number;
}

export interface Codes {
  size(): number;
  bytes(): number;
  /** Takes in a vector, or another one for the same row. */
  put(stored: StoredVector): void;
  drop(row: number): void;
  /** The rows among which the nearest `wanted` are, the most promising first. */
  nearest(query: Float32Array, wanted: number, allowed: (document_id: string) => boolean): Candidate[];
}

/** Rows that memory is taken for at once. */
const SEGMENT = 4_096;
/** Share of the rows that the bits pick, and the least number: bits err, and the nearest must be among them. */
const PICKED = 0.1;
const FEWEST_PICKED = 4_096;
/** Candidates beyond this many are not compared: only of vectors without any structure there are more. */
const MOST_CANDIDATES = 1_024;
const BYTE = 127;
/** Standard deviations that an error is taken to stay within. */
const DEVIATIONS = 5;
/** Number of a document that is never shown: rows that went. */
const NOBODY = 0;

interface Segment {
  signs: Uint8Array;
  /** What a sum over signs is multiplied with to be about a cosine. */
  spread: Float32Array;
  codes: Int8Array;
  /** What a code is multiplied with, and how far the product with a vector of length one can then be off. */
  scale: Float32Array;
  off: Float32Array;
  rows: Float64Array;
  documents: Uint32Array;
}

/** What so many vectors take. */
export const bytesFor = (dimensions: number, vectors: number) => vectors * (dimensions + Math.ceil(dimensions / 8) + 24);

export function createCodes(dimensions: number): Codes {
  const width = Math.ceil(dimensions / 8);
  const segments: Segment[] = [];
  const slots = new Map<number, number>();
  const free: number[] = [];
  const documents = new Map<string, number>();
  let used = 0;

  function slotFor(row: number): number {
    const slot = slots.get(row) ?? free.pop() ?? used++;
    slots.set(row, slot);
    if (slot >= segments.length * SEGMENT) segments.push(newSegment(dimensions, width));
    return slot;
  }

  function documentNumber(id: string): number {
    const known = documents.get(id) ?? documents.size + 1;
    documents.set(id, known);
    return known;
  }

  return {
    size: () => slots.size,
    bytes: () => bytesFor(dimensions, segments.length * SEGMENT),
    put({ row, document_id, vector }) {
      const slot = slotFor(row);
      const segment = segments[Math.floor(slot / SEGMENT)] as Segment;
      const at = slot % SEGMENT;
      segment.rows[at] = row;
      segment.documents[at] = documentNumber(document_id);
      encode(segment, at, vector);
    },
    drop(row) {
      const slot = slots.get(row);
      if (slot === undefined) return;
      slots.delete(row);
      free.push(slot);
      const segment = segments[Math.floor(slot / SEGMENT)] as Segment;
      segment.documents[slot % SEGMENT] = NOBODY;
    },
    nearest(query, wanted, allowed) {
      const shown = new Uint8Array(documents.size + 1);
      for (const [id, number] of documents) shown[number] = allowed(id) ? 1 : 0;
      const asked = unit(query);
      return rank(segments, pick(segments, { used, shown, query: asked, wanted }), asked, wanted);
    },
  };
}

const newSegment = (dimensions: number, width: number): Segment => ({
  signs: new Uint8Array(SEGMENT * width),
  spread: new Float32Array(SEGMENT),
  codes: new Int8Array(SEGMENT * dimensions),
  scale: new Float32Array(SEGMENT),
  off: new Float32Array(SEGMENT),
  rows: new Float64Array(SEGMENT),
  documents: new Uint32Array(SEGMENT),
});

/** Of the values, and the largest of them without its sign. Loops without closures: a million vectors are read at once. */
function measure(vector: Float32Array): { length: number; most: number } {
  let [squares, most] = [0, 0];
  for (let index = 0; index < vector.length; index++) {
    const value = vector[index] as number;
    squares += value * value;
    if (value > most) most = value;
    else if (-value > most) most = -value;
  }
  return { length: Math.sqrt(squares) || 1, most };
}

function unit(vector: Float32Array): Float32Array {
  const { length } = measure(vector);
  return vector.map((value) => value / length);
}

/** @param vector of any length; its direction counts */
function encode({ signs, spread, codes, scale, off }: Segment, at: number, vector: Float32Array): void {
  const width = Math.ceil(vector.length / 8);
  const { length, most } = measure(vector);
  const step = most / length / BYTE || 1;
  const [toUnit, toCode] = [1 / length, 1 / length / step];
  const [firstCode, firstSign] = [at * vector.length, at * width];
  let [lost, sum, bits] = [0, 0, 0];
  for (let index = 0; index < vector.length; index++) {
    const value = vector[index] as number;
    const code = Math.round(value * toCode);
    const difference = value * toUnit - code * step;
    codes[firstCode + index] = code;
    lost += difference * difference;
    sum += Math.abs(value);
    if (value > 0) bits |= 1 << (index & 7);
    if ((index & 7) === 7 || index === vector.length - 1) {
      signs[firstSign + (index >> 3)] = bits;
      bits = 0;
    }
  }
  scale[at] = step;
  spread[at] = length / (sum || 1);
  // What was lost points anywhere: in so many dimensions it is far from parallel to a query. Sums of single precision differ in the last digits.
  off[at] = Math.sqrt(lost) * Math.min(1, DEVIATIONS / Math.sqrt(vector.length)) + 1e-6;
}

interface Picking {
  /** Slots that were given out. */
  used: number;
  /** By number of a document. */
  shown: Uint8Array;
  query: Float32Array;
  wanted: number;
}

/** Estimated cosines are sorted into so many equal steps from -1 to 1; below them is what is not shown. */
const STEPS = 2_048;

/** Slots of the rows whose signs promise most. */
function pick(segments: Segment[], { used, shown, query, wanted }: Picking): Uint32Array {
  const sums = sumsBySigns(query);
  const width = Math.ceil(query.length / 8);
  const steps = new Uint16Array(used);
  const counts = new Uint32Array(STEPS + 1);
  segments.forEach(({ signs, spread, documents }, index) => {
    const first = index * SEGMENT;
    const rows = Math.min(SEGMENT, used - first);
    for (let at = 0; at < rows; at++) {
      if (shown[documents[at] as number] !== 1) continue;
      const near = sumOf(signs, at * width, width, sums) * (spread[at] as number);
      const step = 1 + Math.min(STEPS - 1, Math.max(0, Math.floor(((near + 1) / 2) * STEPS)));
      steps[first + at] = step;
      counts[step] = (counts[step] as number) + 1;
    }
  });
  const enough = Math.max(FEWEST_PICKED, wanted * 16, Math.ceil(used * PICKED));
  let [least, total] = [STEPS + 1, 0];
  while (least > 1 && total < enough) total += counts[--least] as number;
  const picked = new Uint32Array(total);
  for (let slot = 0, next = 0; slot < used; slot++) if ((steps[slot] as number) >= least) picked[next++] = slot;
  return picked;
}

/** For each byte of signs and each of its values: the sum of the query's values there, with those signs. */
function sumsBySigns(query: Float32Array): Float32Array {
  const sums = new Float32Array(Math.ceil(query.length / 8) * 256);
  for (let at = 0; at < sums.length; at++) {
    const first = (at >> 8) * 8;
    for (let bit = 0; bit < 8 && first + bit < query.length; bit++) {
      const value = query[first + bit] as number;
      sums[at] = (sums[at] as number) + ((at >> bit) & 1 ? value : -value);
    }
  }
  return sums;
}

function sumOf(signs: Uint8Array, from: number, width: number, sums: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < width; at++) sum += sums[(at << 8) | (signs[from + at] as number)] as number;
  return sum;
}

/** Those that can be among the best `wanted`, given how far each code can be off. */
function rank(segments: Segment[], picked: Uint32Array, query: Float32Array, wanted: number): Candidate[] {
  const near = new Float32Array(picked.length);
  const off = new Float32Array(picked.length);
  for (let index = 0; index < picked.length; index++) {
    const slot = picked[index] as number;
    const segment = segments[Math.floor(slot / SEGMENT)] as Segment;
    const at = slot % SEGMENT;
    near[index] = (segment.scale[at] as number) * product(segment.codes, at * query.length, query);
    off[index] = segment.off[at] as number;
  }
  const sure = near.map((value, index) => value - (off[index] as number)).sort();
  const floor = sure[Math.max(0, sure.length - wanted)] ?? -2;
  const candidates: Candidate[] = [];
  for (let index = 0; index < picked.length; index++) {
    const most = (near[index] as number) + (off[index] as number);
    const slot = picked[index] as number;
    if (most >= floor) candidates.push({ row: segments[Math.floor(slot / SEGMENT)]?.rows[slot % SEGMENT] as number, most });
  }
  return candidates.sort((a, b) => b.most - a.most).slice(0, Math.max(MOST_CANDIDATES, wanted * 4));
}

function product(codes: Int8Array, from: number, query: Float32Array): number {
  let [even, odd] = [0, 0];
  const pairs = query.length & ~1;
  for (let at = 0; at < pairs; at += 2) {
    even += (codes[from + at] as number) * (query[at] as number);
    odd += (codes[from + at + 1] as number) * (query[at + 1] as number);
  }
  return pairs < query.length ? even + odd + (codes[from + pairs] as number) * (query[pairs] as number) : even + odd;
}
