/** What the first bytes of a picture claim: its size, resolution and which way up it is, before anything is decoded. */

export interface ImageHeader {
  width: number;
  height: number;
  /** Dots per inch; null where the file does not say. */
  dpi: number | null;
  /** As cameras store it (EXIF): 1 is upright, 6 must be turned to the right… */
  orientation: number;
}

const INCH_IN_METRES = 0.0254;
const none = { dpi: null, orientation: 1 } as const;

/** Null when the header is cut off or makes no sense. */
export function headerOf(file: Buffer, mime_type: string): ImageHeader | null {
  const found = parse(file, mime_type);
  return found && found.width > 0 && found.height > 0 ? found : null;
}

function parse(file: Buffer, mime_type: string): ImageHeader | null {
  try {
    if (mime_type === 'image/png') return png(file);
    if (mime_type === 'image/jpeg') return jpeg(file);
    if (mime_type === 'image/webp') return webp(file);
    if (mime_type === 'image/gif') return { width: file.readUInt16LE(6), height: file.readUInt16LE(8), ...none };
    if (mime_type === 'image/bmp') return bmp(file);
    return pnm(file);
  } catch (error) {
    if (error instanceof RangeError) return null; // cut off
    throw error;
  }
}

function png(file: Buffer): ImageHeader {
  const header = { width: file.readUInt32BE(16), height: file.readUInt32BE(20), ...none };
  for (let at = 8; at + 20 < file.length; at += 12 + file.readUInt32BE(at)) {
    const kind = file.toString('latin1', at + 4, at + 8);
    if (kind === 'IDAT') break;
    if (kind === 'pHYs' && file[at + 16] === 1) return { ...header, dpi: Math.round(file.readUInt32BE(at + 8) * INCH_IN_METRES) };
  }
  return header;
}

function bmp(file: Buffer): ImageHeader {
  if (file.readUInt32LE(14) < 40) return { width: file.readUInt16LE(18), height: file.readUInt16LE(20), ...none };
  const dpi = Math.round(file.readInt32LE(38) * INCH_IN_METRES);
  return { width: file.readInt32LE(18), height: Math.abs(file.readInt32LE(22)), dpi: dpi > 0 ? dpi : null, orientation: 1 };
}

function webp(file: Buffer): ImageHeader | null {
  const kind = file.toString('latin1', 12, 16);
  if (kind === 'VP8X') return { width: file.readUIntLE(24, 3) + 1, height: file.readUIntLE(27, 3) + 1, ...none };
  if (kind === 'VP8 ') return { width: file.readUInt16LE(26) & 0x3fff, height: file.readUInt16LE(28) & 0x3fff, ...none };
  if (kind !== 'VP8L') return null;
  const bits = file.readUInt32LE(21);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, ...none };
}

/** What a portable anymap begins with: kind, perhaps comments, width and height. */
export const PNM_START = /^P[1-6](?:\s+#[^\n]*)*\s+(\d{1,9})(?:\s+#[^\n]*)*\s+(\d{1,9})\s/;

function pnm(file: Buffer): ImageHeader | null {
  const match = PNM_START.exec(file.toString('latin1', 0, 2048));
  return match ? { width: Number(match[1]), height: Number(match[2]), ...none } : null;
}

/** Markers from SOI to the first frame header (ISO 10918-1, annex B). */
function jpeg(file: Buffer): ImageHeader | null {
  let seen: { dpi: number | null; orientation: number } = { ...none };
  for (let at = 2; at + 4 <= file.length; ) {
    if (file[at] !== 0xff) return null;
    const marker = file[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrame(marker)) return { ...seen, height: file.readUInt16BE(at + 5), width: file.readUInt16BE(at + 7) };
    const length = file.readUInt16BE(at + 2);
    if (marker === 0xe0) seen = { ...seen, dpi: seen.dpi ?? jfifDpi(file.subarray(at + 4, at + 2 + length)) };
    if (marker === 0xe1) seen = { ...seen, ...exif(file.subarray(at + 4, at + 2 + length), seen) };
    at += 2 + Math.max(2, length);
  }
  return null;
}

const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function jfifDpi(segment: Buffer): number | null {
  if (segment.length < 12 || segment.toString('latin1', 0, 4) !== 'JFIF') return null;
  const density = segment.readUInt16BE(8);
  if (density < 2) return null;
  return segment[7] === 1 ? density : segment[7] === 2 ? Math.round(density * 2.54) : null;
}

/** Orientation (tag 0x112) and resolution (0x11A) of the first directory of an EXIF segment. */
function exif(segment: Buffer, known: { dpi: number | null; orientation: number }): { dpi: number | null; orientation: number } {
  if (segment.toString('latin1', 0, 4) !== 'Exif') return known;
  const tiff = segment.subarray(6);
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const short = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const long = (at: number) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  let { dpi, orientation } = known;
  try {
    const start = long(4);
    for (let entry = 0; entry < Math.min(short(start), 200); entry += 1) {
      const at = start + 2 + entry * 12;
      if (short(at) === 0x112) orientation = short(at + 8);
      if (short(at) === 0x11a) dpi = Math.round(long(long(at + 8)) / Math.max(1, long(long(at + 8) + 4)));
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // a directory that is cut off says nothing
  }
  return { dpi, orientation: orientation >= 1 && orientation <= 8 ? orientation : 1 };
}

/** A JPEG without what cameras write into it, so that nobody turns its pixels but the caller. */
export function withoutExif(file: Buffer): Buffer {
  const pieces: Buffer[] = [file.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= file.length && file[at] === 0xff && (file[at + 1] ?? 0) >= 0xe0 && (file[at + 1] ?? 0) <= 0xef) {
    const end = at + 2 + Math.max(2, file.readUInt16BE(at + 2));
    if (file[at + 1] !== 0xe1) pieces.push(file.subarray(at, end));
    at = end;
  }
  pieces.push(file.subarray(at));
  return Buffer.concat(pieces);
}
