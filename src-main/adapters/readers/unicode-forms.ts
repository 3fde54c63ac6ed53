/** Telling UTF-16 and UTF-32 by how they look, with a mark of byte order or without. */

const SAMPLE_BYTES = 64 * 1024;
/** Of the letters, in the right form. */
const MOST = 0.9;
/** Spaces and letters of ASCII among the bytes: text of one byte a letter has more, and would make Chinese of two letters at a time. */
const MUCH_ASCII = 0.7;
/** Bytes that a text of one byte a letter does not have. */
const CONTROL_SHARE = 0.02;

const MARKS: [string, number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
  ['gb18030', [0x84, 0x31, 0x95, 0x33]],
];

/** By the mark of byte order that a text begins with. */
export const markedForm = (bytes: Buffer): string | null =>
  MARKS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte))?.[0] ?? null;

/** UTF-16 or UTF-32 without a mark; null for what is neither. */
export function unmarkedForm(bytes: Buffer): string | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  let controls = 0;
  let ascii = 0;
  let zeroes = 0;
  for (const byte of sample) {
    if (byte === 0) zeroes += 1;
    if (byte < 9 || (byte > 13 && byte < 27)) controls += 1;
    else if (byte === 0x20 || (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a)) ascii += 1;
  }
  if (zeroes === 0 && controls < sample.length * CONTROL_SHARE) return null;
  if (ascii > sample.length * MUCH_ASCII) return null;
  return utf32Of(sample) ?? utf16Of(sample);
}

/** No other kind of file has a zero where each fourth byte begins and small numbers beside it throughout. */
function utf32Of(sample: Buffer): string | null {
  const units = Math.floor(sample.length / 4);
  if (units < 2 || sample.length % 4 !== 0) return null;
  const fits = (read: (at: number) => number) => {
    let letters = 0;
    for (let unit = 0; unit < units; unit += 1) {
      const code = read(unit * 4);
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
      if (isUsual(code) || code > 0xffff) letters += 1;
    }
    return letters > units * MOST;
  };
  if (fits((at) => sample.readUInt32LE(at))) return 'utf-32le';
  return fits((at) => sample.readUInt32BE(at)) ? 'utf-32be' : null;
}

/** Bytes that would print, of a text in any script: only its high bytes may be smaller. */
const PRINTED = 0.15;

function utf16Of(sample: Buffer): string | null {
  const units = sample.length / 2;
  if (units < 2 || !Number.isInteger(units)) return null;
  // Small numbers one after another would be letters of rare alphabets.
  if (sample.filter((byte) => byte >= 0x20).length < sample.length * PRINTED) return null;
  const share = (read: (at: number) => number) => {
    let letters = 0;
    for (let unit = 0; unit < units; unit += 1) if (isUsual(read(unit * 2))) letters += 1;
    return letters / units;
  };
  const little = share((at) => sample.readUInt16LE(at));
  const big = share((at) => sample.readUInt16BE(at));
  if (Math.max(little, big) < MOST) return null;
  return little >= big ? 'utf-16le' : 'utf-16be';
}

/** From and to; what lies outside of these is rare in any text. */
const USUAL: [number, number][] = [
  [0x20, 0x7e],
  [0xa0, 0x24f],
  [0x300, 0x6ff],
  [0x900, 0xe5b],
  [0x10a0, 0x11ff],
  [0x1e00, 0x1fff],
  [0x2010, 0x2027],
  [0x20a0, 0x20bf],
  [0x2190, 0x21ff],
  [0x2500, 0x25ff],
  [0x3000, 0x30ff],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  [0xff00, 0xff9f],
];
const isUsual = (code: number) =>
  code === 0x0a || code === 0x0d || code === 0x09 || code === 0xfeff || USUAL.some(([from, to]) => code >= from && code <= to);
