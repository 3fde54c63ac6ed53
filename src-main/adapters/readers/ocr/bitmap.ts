/** Pictures as plain pixels: shades of grey, quarter turns, sizes, and the two file forms the engine exchanges them in. */
import { inflateSync } from 'node:zlib';

/** Pixels row by row; 1 channel is grey, 3 is RGB, 4 is RGBA. */
export interface Bitmap {
  data: Uint8Array;
  width: number;
  height: number;
  channels: 1 | 3 | 4;
}

export type Turn = 0 | 90 | 180 | 270;

/** Shades of grey on white paper: what is transparent is paper. */
export function toGrey({ data, width, height, channels }: Bitmap): Bitmap {
  if (channels === 1) return { data, width, height, channels };
  const grey = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < grey.length; at += 1, from += channels) {
    const light = (77 * (data[from] ?? 0) + 150 * (data[from + 1] ?? 0) + 29 * (data[from + 2] ?? 0)) >> 8;
    const cover = channels === 4 ? (data[from + 3] ?? 255) : 255;
    grey[at] = cover === 255 ? light : 255 - (((255 - light) * cover) >> 8);
  }
  return { data: grey, width, height, channels: 1 };
}

/** A grey picture turned to the right. */
export function turned(bitmap: Bitmap, turn: Turn): Bitmap {
  if (turn === 0) return bitmap;
  const { data, width, height } = bitmap;
  const across = turn === 180 ? width : height;
  const down = turn === 180 ? height : width;
  const result = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [to, row] = place(x, y, width, height, turn);
      result[row * across + to] = data[y * width + x] ?? 255;
    }
  }
  return { data: result, width: across, height: down, channels: 1 };
}

function place(x: number, y: number, width: number, height: number, turn: Turn): [number, number] {
  if (turn === 90) return [height - 1 - y, x];
  return turn === 180 ? [width - 1 - x, height - 1 - y] : [y, width - 1 - x];
}

/** A mirrored grey picture: four of the eight ways in which a camera may store one. */
export function mirrored({ data, width, height }: Bitmap): Bitmap {
  const result = new Uint8Array(data);
  for (let y = 0; y < height; y += 1) result.subarray(y * width, (y + 1) * width).reverse();
  return { data: result, width, height, channels: 1 };
}

/** A grey picture in another size: means of what falls together, and straight lines between pixels where it grows. */
export function scaled(bitmap: Bitmap, factor: number): Bitmap {
  if (factor === 1) return bitmap;
  const width = Math.max(1, Math.round(bitmap.width * factor));
  const height = Math.max(1, Math.round(bitmap.height * factor));
  return factor < 1 ? shrunk(bitmap, width, height) : grown(bitmap, width, height);
}

function shrunk(bitmap: Bitmap, width: number, height: number): Bitmap {
  const result = new Uint8Array(width * height);
  const stepX = bitmap.width / width;
  const stepY = bitmap.height / height;
  for (let y = 0; y < height; y += 1) {
    const rows: [number, number] = [Math.floor(y * stepY), Math.max(Math.floor(y * stepY) + 1, Math.floor((y + 1) * stepY))];
    for (let x = 0; x < width; x += 1) {
      const from = Math.floor(x * stepX);
      result[y * width + x] = mean(bitmap, from, Math.max(from + 1, Math.floor((x + 1) * stepX)), rows);
    }
  }
  return { data: result, width, height, channels: 1 };
}

function mean({ data, width }: Bitmap, left: number, right: number, [top, bottom]: [number, number]): number {
  let sum = 0;
  for (let y = top; y < bottom; y += 1) for (let x = left; x < right; x += 1) sum += data[y * width + x] ?? 255;
  return sum / ((bottom - top) * (right - left));
}

function grown(bitmap: Bitmap, width: number, height: number): Bitmap {
  const result = new Uint8Array(width * height);
  const { data } = bitmap;
  for (let y = 0; y < height; y += 1) {
    const { first: top, second: bottom, share: down } = between(y, height, bitmap.height);
    for (let x = 0; x < width; x += 1) {
      const { first: left, second: right, share } = between(x, width, bitmap.width);
      const pixel = (row: number) => {
        const one = data[row * bitmap.width + left] ?? 255;
        return one + ((data[row * bitmap.width + right] ?? 255) - one) * share;
      };
      const above = pixel(top);
      result[y * width + x] = above + (pixel(bottom) - above) * down;
    }
  }
  return { data: result, width, height, channels: 1 };
}

function between(at: number, size: number, from: number): { first: number; second: number; share: number } {
  const exact = Math.min(from - 1, Math.max(0, ((at + 0.5) * from) / size - 0.5));
  const first = Math.floor(exact);
  return { first, second: Math.min(from - 1, first + 1), share: exact - first };
}

/** Grey pixels as a PGM file. */
export function toPgm({ data, width, height }: Bitmap): Uint8Array {
  const head = Buffer.from(`P5\n${width} ${height}\n255\n`, 'latin1');
  return Buffer.concat([head, data]);
}

/** Reads the PNG that the engine writes: 8 bits of grey, not interlaced. Null for any other. */
export function fromGreyPng(png: Buffer): Bitmap | null {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  if (png[24] !== 8 || png[25] !== 0 || png[28] !== 0) return null;
  const pieces: Buffer[] = [];
  for (let at = 8; at + 8 <= png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') pieces.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const rows = inflateSync(Buffer.concat(pieces), { maxOutputLength: (width + 1) * height });
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) unfilter(rows.subarray(y * (width + 1), (y + 1) * (width + 1)), data, y, width);
  return { data, width, height, channels: 1 };
}

/** PNG stores each byte as its difference from a guess (ISO 15948, 9.2). */
function unfilter(row: Buffer, data: Uint8Array, y: number, width: number): void {
  const at = y * width;
  const kind = row[0];
  for (let x = 0; x < width; x += 1) {
    const left = x > 0 ? (data[at + x - 1] ?? 0) : 0;
    const up = y > 0 ? (data[at + x - width] ?? 0) : 0;
    const corner = x > 0 && y > 0 ? (data[at + x - width - 1] ?? 0) : 0;
    data[at + x] = (row[x + 1] ?? 0) + guess(kind, left, up, corner);
  }
}

function guess(kind: number | undefined, left: number, up: number, corner: number): number {
  if (kind === 1) return left;
  if (kind === 2) return up;
  if (kind === 3) return (left + up) >> 1;
  if (kind !== 4) return 0;
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
