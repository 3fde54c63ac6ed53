/** Decoding Windows bitmaps: the engine's own way takes gigabytes for a page. */
import type { Bitmap } from '../ocr/bitmap';

/** Uncompressed, and the one with masks for 32 bits that programs write by default. */
const PLAIN = [0, 3];

/** Null for the rare compressed kinds and for what is cut off. */
export function decodeBmp(file: Buffer, width: number, height: number): Bitmap | null {
  const header = file.readUInt32LE(14);
  if (header < 40 || file.length < 54) return null;
  const bits = file.readUInt16LE(28);
  const compression = file.readUInt32LE(30);
  const stride = Math.ceil((width * bits) / 32) * 4;
  const start = file.readUInt32LE(10);
  if (!PLAIN.includes(compression) || ![1, 4, 8, 24, 32].includes(bits) || start + stride * height > file.length) return null;
  const palette = file.subarray(14 + header, start);
  const upwards = file.readInt32LE(22) > 0;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    const row = file.subarray(start + (upwards ? height - 1 - y : y) * stride);
    for (let x = 0; x < width; x += 1) {
      const [source, at] = bits >= 24 ? [row, (x * bits) / 8] : [palette, indexAt(row, x, bits) * 4];
      const to = (y * width + x) * 3;
      data[to] = source[at + 2] ?? 255;
      data[to + 1] = source[at + 1] ?? 255;
      data[to + 2] = source[at] ?? 255;
    }
  }
  return { data, width, height, channels: 3 };
}

/** The place in the palette of the x-th pixel of a row; the first pixel has the highest bits. */
function indexAt(row: Buffer, x: number, bits: number): number {
  const shift = 8 - bits - ((x * bits) % 8);
  return ((row[(x * bits) >> 3] ?? 0) >> shift) & ((1 << bits) - 1);
}
