/** Is a file a whole GGUF model, and what does it say of itself? (GGUF specification, versions 2 and 3) */
import { type FileHandle, open } from 'node:fs/promises';
import type { ModelFacts } from '../../../core/ports/model-store';
import { type Facts, factsOf, refuseOthers, type Tensors } from './gguf-facts';
import { checkGgufHeader } from './gguf-header';
import { GgufReader } from './gguf-reader';

/** Bytes of a value by its type; 8 is a text, 9 a list. */
const VALUE_BYTES: Partial<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const U16 = 2;
const U32 = 4;
const I32 = 5;
const U64 = 10;
const TEXT = 8;
const LIST = 9;

/** Elements and bytes of a block of a tensor, by its type; those not listed count as nothing, and their last tensor is not looked at. */
const BLOCK: Partial<Record<number, [number, number]>> = {
  0: [1, 4],
  1: [1, 2],
  2: [32, 18],
  3: [32, 20],
  6: [32, 22],
  7: [32, 24],
  8: [32, 34],
  9: [32, 36],
  10: [256, 84],
  11: [256, 110],
  12: [256, 144],
  13: [256, 176],
  14: [256, 210],
  15: [256, 292],
  24: [1, 1],
  25: [1, 2],
  26: [1, 4],
  27: [1, 8],
  28: [1, 8],
  30: [1, 2],
};
const DIMENSIONS_AT_MOST = 8;
const ALIGNMENT = 32;
/** No vocabulary comes near; a broken length may be of any size. */
const TEXTS_AT_MOST = 4_000_000;
/** The one value that every model must have. */
const ARCHITECTURE = 'general.architecture';

/** Throws a sentence when the file is no GGUF model, is damaged, or was cut off. */
export async function examineGguf(path: string): Promise<ModelFacts> {
  await checkGgufHeader(path);
  const file = await open(path);
  try {
    const reader = new GgufReader(file);
    const { facts, tensors } = await orDamaged(readHead(reader));
    refuseOthers(facts);
    return factsOf(facts, await orDamaged(readWeights(file, reader, tensors, facts)));
  } finally {
    await file.close();
  }
}

const orDamaged = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: Error) => {
    throw new Error(`the GGUF file is damaged or incomplete: ${error.message}`);
  });

async function readHead(reader: GgufReader): Promise<{ facts: Facts; tensors: number }> {
  await reader.skip(8);
  const tensors = await reader.u64();
  const values = await reader.u64();
  const facts: Facts = new Map();
  for (let count = 0; count < values; count += 1) await readValue(reader, facts);
  if (!facts.has(ARCHITECTURE)) throw new Error('it does not say what kind of model it is.');
  return { facts, tensors };
}

async function readWeights(file: FileHandle, reader: GgufReader, tensors: number, facts: Facts): Promise<Tensors> {
  if (tensors === 0) throw new Error('it holds no weights.');
  const read = await readTensors(reader, tensors, Number(facts.get('general.alignment') ?? ALIGNMENT));
  const { size } = await file.stat();
  if (size < read.end) throw new Error(`it should have ${read.end} bytes and has ${size}.`);
  return read;
}

async function readValue(reader: GgufReader, facts: Facts): Promise<void> {
  const key = await reader.text();
  const type = await reader.u32();
  if (type === TEXT) facts.set(key, await reader.text());
  else if (type === U16) facts.set(key, (await reader.bytes(2)).readUInt16LE(0));
  else if (type === I32) facts.set(key, (await reader.bytes(4)).readInt32LE(0));
  else if (type === U32) facts.set(key, await reader.u32());
  else if (type === U64) facts.set(key, await reader.u64());
  else await skipValue(reader, type);
}

async function skipValue(reader: GgufReader, type: number): Promise<void> {
  const bytes = VALUE_BYTES[type];
  if (bytes !== undefined) return reader.skip(bytes);
  if (type === TEXT) return reader.skip(await reader.u64());
  if (type === LIST) return skipList(reader);
  throw new Error(`it has a value of an unknown type (${type}).`);
}

async function skipList(reader: GgufReader): Promise<void> {
  const type = await reader.u32();
  const length = await reader.u64();
  const bytes = VALUE_BYTES[type];
  if (bytes !== undefined) return reader.skip(bytes * length);
  // A list of lists is no part of any model.
  if (type !== TEXT || length > TEXTS_AT_MOST) throw new Error('it has a list of an unknown type or length.');
  for (let count = 0; count < length; count += 1) await reader.skip(await reader.u64());
}

async function readTensors(reader: GgufReader, tensors: number, alignment: number): Promise<Tensors> {
  const read = { end: 0, elements: 0, ranks: false };
  for (let count = 0; count < tensors; count += 1) {
    const name = await reader.text();
    read.ranks ||= name.startsWith('cls.');
    const dimensions = await reader.u32();
    if (dimensions > DIMENSIONS_AT_MOST) throw new Error('a tensor has too many dimensions.');
    let elements = 1;
    for (let at = 0; at < dimensions; at += 1) elements *= await reader.u64();
    read.elements += elements;
    const [of, bytes] = BLOCK[await reader.u32()] ?? [1, 0];
    read.end = Math.max(read.end, (await reader.u64()) + Math.ceil(elements / of) * bytes);
  }
  return { ...read, end: Math.ceil(reader.position / alignment) * alignment + read.end };
}
