/** TIFF: the pages of a scan or a fax, decoded one at a time. */
import * as tiff from 'utif2';
import { LIMITS } from '../../../core/limits';
import type { Bitmap } from '../ocr/bitmap';

export interface TiffPage {
  width: number;
  height: number;
  dpi: number | null;
  orientation: number;
  /** @throws what the decoder finds wrong */
  decode(): Bitmap;
}

const CENTIMETRE = 3;
const REDUCED = 1;

/** The pages without their thumbnails; null when the file's directories are broken. Nothing is decoded yet. */
export function tiffPages(file: Buffer): TiffPage[] | null {
  const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
  if (!endsSomewhere(file)) return null;
  let directories: tiff.IFD[];
  try {
    directories = tiff.decode(bytes);
  } catch {
    return null;
  }
  return directories
    .filter((directory) => (number(directory.t254, 0) & REDUCED) === 0 && number(directory.t256, 0) > 0 && number(directory.t257, 0) > 0)
    .map((directory) => ({
      width: number(directory.t256, 0),
      height: number(directory.t257, 0),
      dpi: Math.round(number(directory.t282, 0) * (number(directory.t296, 2) === CENTIMETRE ? 2.54 : 1)) || null,
      orientation: number(directory.t274, 1),
      decode() {
        tiff.decodeImage(bytes, directory);
        const data = tiff.toRGBA8(directory);
        const { width, height } = directory;
        directory.data = new Uint8Array(0);
        return { data, width, height, channels: 4 };
      },
    }));
}

/** The first value of a tag; fractions are pairs. */
function number(values: unknown, fallback: number): number {
  const first: unknown = Array.isArray(values) ? values[0] : null;
  if (typeof first === 'number') return first;
  if (!Array.isArray(first) || typeof first[0] !== 'number' || typeof first[1] !== 'number' || first[1] === 0) return fallback;
  return first[0] / first[1];
}

/** Directories name the next one; in a hostile file they run in a circle. */
function endsSomewhere(file: Buffer): boolean {
  const little = file.toString('latin1', 0, 2) === 'II';
  const short = (at: number) => (little ? file.readUInt16LE(at) : file.readUInt16BE(at));
  const long = (at: number) => (little ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const seen = new Set<number>();
  try {
    if (short(2) !== 42) return false;
    for (let at = long(4); at !== 0; at = long(at + 2 + short(at) * 12)) {
      if (seen.has(at) || seen.size > LIMITS.pagesPerDocument) return false;
      seen.add(at);
    }
    return true;
  } catch {
    return false;
  }
}
