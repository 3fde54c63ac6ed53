/** The records of a presentation of before 2007 (MS-PPT): which of them hold the slides as they were last saved. */

/** MS-PPT 2.13.24. */
export const TYPE = {
  slide: 0x03ee,
  slideAtom: 0x03ef,
  notes: 0x03f0,
  persist: 0x03f3,
  slideList: 0x0ff0,
  textHeader: 0x0f9f,
  letters: 0x0fa0,
  bytes: 0x0fa8,
  outlineText: 0x0f9e,
  string: 0x0fba,
  comment: 0x2ee0,
  tagData: 0x138b,
  placeholder: 0x0bc3,
  shape: 0xf004,
  userEdit: 0x0ff5,
  directory: 0x1772,
} as const;

const HEADER_BYTES = 8;
const CONTAINER = 0xf;
/** A damaged or hostile file may name itself as its own predecessor. */
const MOST_EDITS = 10_000;

export interface PptRecord {
  type: number;
  instance: number;
  container: boolean;
  body: Buffer;
}

/** The records one after another in `bytes`, as far as they are whole. */
export function* recordsOf(bytes: Buffer): Generator<PptRecord> {
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const head = bytes.readUInt16LE(at);
    const length = bytes.readUInt32LE(at + 4);
    const start = at + HEADER_BYTES;
    yield {
      type: bytes.readUInt16LE(at + 2),
      instance: head >> 4,
      container: (head & 0xf) === CONTAINER,
      body: bytes.subarray(start, start + length),
    };
    at = start + length;
  }
}

/** Where each object stands, by its number: the latest edit wins. `document` is the number of the document's own. */
export function directoryOf(stream: Buffer, lastEdit: number): { places: Map<number, number>; document: number } {
  const places = new Map<number, number>();
  let document = 0;
  let at = lastEdit;
  for (let edits = 0; edits < MOST_EDITS && at > 0 && at + HEADER_BYTES <= stream.length; edits += 1) {
    const edit = recordAt(stream, at);
    if (edit?.type !== TYPE.userEdit || edit.body.length < 20) break;
    document ||= edit.body.readUInt32LE(16);
    addPlaces(recordAt(stream, edit.body.readUInt32LE(12)), places);
    at = edit.body.readUInt32LE(8);
  }
  return { places, document };
}

function addPlaces(directory: PptRecord | null, places: Map<number, number>): void {
  if (directory?.type !== TYPE.directory) return;
  const { body } = directory;
  for (let at = 0; at + 4 <= body.length; ) {
    const first = body.readUInt32LE(at) & 0xfffff;
    const count = body.readUInt32LE(at) >>> 20;
    at += 4;
    for (let number = first; number < first + count && at + 4 <= body.length; number += 1, at += 4)
      if (!places.has(number)) places.set(number, body.readUInt32LE(at));
  }
}

export function recordAt(stream: Buffer, at: number): PptRecord | null {
  if (at < 0 || at + HEADER_BYTES > stream.length) return null;
  for (const record of recordsOf(stream.subarray(at))) return record;
  return null;
}
