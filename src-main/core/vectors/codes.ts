/**
 * Vectors of unit length as compact codes, to find those worth an exact comparison. Two codes each: one bit a dimension, compared by
 * counting bits, picks a tenth; one byte a dimension then ranks those, and says how far it can be off. 432 bytes for 384 dimensions.
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
/** Number of a document that is never shown: rows that went. */
const NOBODY = 0;

interface Segment {
  bits: Int32Array;
  codes: Int8Array;
  /** What a code is multiplied with, and the length of what rounding lost. */
  scale: Float32Array;
  loss: Float32Array;
  rows: Float64Array;
  documents: Uint32Array;
}

/** What so many vectors take. */
export const bytesFor = (dimensions: number, vectors: number) => vectors * (dimensions + Math.ceil(dimensions / 32) * 4 + 20);

export function createCodes(dimensions: number): Codes {
  const words = Math.ceil(dimensions / 32);
  const segments: Segment[] = [];
  const slots = new Map<number, number>();
  const free: number[] = [];
  const documents = new Map<string, number>();
  let used = 0;

  function slotFor(row: number): number {
    const slot = slots.get(row) ?? free.pop() ?? used++;
    slots.set(row, slot);
    if (slot >= segments.length * SEGMENT) segments.push(newSegment(dimensions, words));
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
      segment.bits.set(bitsOf(vector, words), at * words);
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
      const picked = pick(segments, { used, words, dimensions, shown }, bitsOf(query, words), wanted);
      return rank(segments, picked, unit(query), wanted);
    },
  };
}

const newSegment = (dimensions: number, words: number): Segment => ({
  bits: new Int32Array(SEGMENT * words),
  codes: new Int8Array(SEGMENT * dimensions),
  scale: new Float32Array(SEGMENT),
  loss: new Float32Array(SEGMENT),
  rows: new Float64Array(SEGMENT),
  documents: new Uint32Array(SEGMENT),
});

const lengthOf = (vector: Float32Array) => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)) || 1;

function unit(vector: Float32Array): Float32Array {
  const length = lengthOf(vector);
  return vector.map((value) => value / length);
}

/** The sign of each value. */
function bitsOf(vector: Float32Array, words: number): Int32Array {
  const bits = new Int32Array(words);
  for (let at = 0; at < vector.length; at++) if ((vector[at] ?? 0) > 0) bits[at >> 5] = (bits[at >> 5] ?? 0) | (1 << (at & 31));
  return bits;
}

function encode({ codes, scale, loss }: Segment, at: number, given: Float32Array): void {
  const vector = unit(given);
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const step = largest / BYTE || 1;
  let lost = 0;
  for (let index = 0; index < vector.length; index++) {
    const value = vector[index] ?? 0;
    const code = Math.round(value / step);
    codes[at * vector.length + index] = code;
    lost += (value - code * step) ** 2;
  }
  scale[at] = step;
  // Sums of single precision differ in the last digits.
  loss[at] = Math.sqrt(lost) + 1e-6;
}

interface Extent {
  used: number;
  words: number;
  dimensions: number;
  /** By number of a document. */
  shown: Uint8Array;
}

/** Slots of the rows with the most equal signs. */
function pick(segments: Segment[], extent: Extent, query: Int32Array, wanted: number): Uint32Array {
  const { used, dimensions, shown } = extent;
  const distances = new Uint16Array(used);
  const counts = new Uint32Array(dimensions + 2);
  const hidden = dimensions + 1;
  segments.forEach((segment, index) => {
    const first = index * SEGMENT;
    const rows = Math.min(SEGMENT, used - first);
    for (let at = 0; at < rows; at++) {
      const distance = shown[segment.documents[at] ?? NOBODY] === 1 ? differing(segment.bits, at * extent.words, query) : hidden;
      distances[first + at] = distance;
      counts[distance] = (counts[distance] ?? 0) + 1;
    }
  });
  const enough = Math.max(FEWEST_PICKED, wanted * 16, Math.ceil(used * PICKED));
  let [limit, total] = [-1, 0];
  while (limit < dimensions && total < enough) total += counts[++limit] ?? 0;
  const picked = new Uint32Array(total);
  for (let slot = 0, next = 0; slot < used; slot++) if ((distances[slot] ?? hidden) <= limit) picked[next++] = slot;
  return picked;
}

/** How many bits differ (Hacker's Delight, figure 5-2). */
function differing(bits: Int32Array, from: number, query: Int32Array): number {
  let sum = 0;
  for (let word = 0; word < query.length; word++) {
    let value = (bits[from + word] as number) ^ (query[word] as number);
    value = (value - ((value >>> 1) & 0x55555555)) | 0;
    value = ((value & 0x33333333) + ((value >>> 2) & 0x33333333)) | 0;
    sum = (sum + (Math.imul((value + (value >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24)) | 0;
  }
  return sum;
}

/** Those that can be among the best `wanted`, given how far each code can be off. */
function rank(segments: Segment[], picked: Uint32Array, query: Float32Array, wanted: number): Candidate[] {
  const near = new Float32Array(picked.length);
  const off = new Float32Array(picked.length);
  for (let index = 0; index < picked.length; index++) {
    const slot = picked[index] as number;
    const { codes, scale, loss } = segments[Math.floor(slot / SEGMENT)] as Segment;
    const at = slot % SEGMENT;
    near[index] = (scale[at] as number) * product(codes, at * query.length, query);
    off[index] = loss[at] as number;
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
