/** Reading pictures: the text of a photo, a screenshot or a scan is recognised; each page of a TIFF is a page. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DocumentError } from '../../../core/errors';
import { LIMITS } from '../../../core/limits';
import { MIME } from '../mime';
import { type Bitmap, mirrored, type Turn, toGrey, turned } from '../ocr/bitmap';
import { recogniseCached } from '../ocr/cached';
import { isReadable, tagOf } from '../ocr/languages';
import { partOf } from '../ocr/part';
import { decodeGrey, type Memory, type Picture } from '../ocr/recognise';
import type { Part, Reading, SourceFile } from '../reader';
import { decodeBmp } from './bmp';
import { headerOf, type ImageHeader, withoutExif } from './header';
import { type TiffPage, tiffPages } from './tiff';

/** One page: what its header says and how to get its pixels. */
interface Sheet extends ImageHeader {
  picture(): Promise<Picture>;
}

/** The longer side of a page nobody knows the size of, in inches: A4. */
const USUAL_INCHES = 11.7;
/** Cameras claim 72 dots per inch, which makes a photo as large as a door. */
const LARGEST_INCHES = 30;
const SCREEN_DPI = 96;

/**
 * Opens a picture.
 * @throws DocumentError CORRUPT, TOO_LARGE; NO_TEXT once no page turned out to have any
 */
export async function readImage(file: SourceFile, mime_type: string): Promise<Reading> {
  const bytes = await readFile(file.path);
  const sheets = mime_type === MIME.tiff ? tiffSheets(bytes) : [single(bytes, mime_type)];
  const key = createHash('sha256').update(bytes).digest('hex');
  const metadata: Record<string, unknown> = {};
  return { total: sheets.length, paged: true, metadata: () => metadata, parts: partsOf(file, sheets, key, metadata) };
}

async function* partsOf(file: SourceFile, sheets: Sheet[], key: string, metadata: Record<string, unknown>): AsyncGenerator<Part> {
  const memory: Memory = { language: null };
  let letters = 0;
  let script: string | null = null;
  for (const [at, sheet] of sheets.entries()) {
    const dpi = dpiOf(sheet);
    const found = await recogniseCached(file.scratch, `image ${key} ${at + 1}`, () => sheet.picture(), { dpi, memory });
    script ??= found.script;
    const part = partOf(found, at + 1, 72 / dpi);
    letters += part.text.length;
    metadata.text_recognised = true;
    if (found.language !== null) metadata.language ??= tagOf(found.language);
    yield part;
  }
  if (letters === 0) throw noText(script);
}

/** Where the file does not know better, a screenshot is as large as a screen and a photo as large as a sheet of paper. */
function dpiOf({ width, height, dpi }: ImageHeader): number {
  const longer = Math.max(width, height);
  if (dpi !== null && dpi >= 50 && dpi <= 2_400 && longer / dpi <= LARGEST_INCHES) return dpi;
  return Math.max(SCREEN_DPI, Math.round(longer / USUAL_INCHES));
}

function single(bytes: Buffer, mime_type: string): Sheet {
  const header = headerOf(bytes, mime_type);
  if (!header) throw corrupt();
  const { width, height, orientation } = allowed(header);
  const sideways = orientation >= 5;
  return {
    ...header,
    width: sideways ? height : width,
    height: sideways ? width : height,
    async picture() {
      if (mime_type === MIME.bmp) return decodeBmp(bytes, width, height) ?? fail();
      if (orientation === 1) return { encoded: bytes, width, height };
      return upright(await decodeGrey(withoutExif(bytes)), orientation);
    },
  };
}

function tiffSheets(bytes: Buffer): Sheet[] {
  const pages = tiffPages(bytes);
  if (!pages || pages.length === 0) throw corrupt();
  if (pages.length > LIMITS.pagesPerDocument) throw tooLong(pages.length);
  return pages.map((page) => {
    const { width, height, orientation } = allowed(page);
    const sideways = orientation >= 5;
    return {
      ...page,
      width: sideways ? height : width,
      height: sideways ? width : height,
      picture: async () => upright(decoded(page), orientation),
    };
  });
}

function decoded(page: TiffPage): Bitmap {
  try {
    const { data, width, height } = page.decode();
    if (data.length >= width * height * 4 && width === page.width && height === page.height) return { data, width, height, channels: 4 };
  } catch {
    // said below
  }
  throw corrupt();
}

/** The eight ways in which a camera or a scanner may hold a page (EXIF 2.32, 4.6.4): turned to the right, then perhaps mirrored. */
const WAYS: readonly (readonly [Turn, boolean])[] = [
  [0, false],
  [0, true],
  [180, false],
  [180, true],
  [90, true],
  [90, false],
  [270, true],
  [270, false],
];

function upright(bitmap: Bitmap, orientation: number): Bitmap {
  const [turn, mirror] = WAYS[orientation - 1] ?? [0, false];
  const whole = turned(toGrey(bitmap), turn);
  return mirror ? mirrored(whole) : whole;
}

/** @throws DocumentError TOO_LARGE for a picture that is not to be decoded */
function allowed<T extends { width: number; height: number }>(header: T): T {
  const { width, height } = header;
  if (width * height <= LIMITS.imagePixels) return header;
  throw new DocumentError(
    'TOO_LARGE',
    `This picture claims to be ${width} by ${height} pixels; the limit is ${LIMITS.imagePixels / 1_000_000} million pixels.`,
    'Make it smaller or cut it into several pictures.',
  );
}

function fail(): never {
  throw corrupt();
}

const corrupt = () =>
  new DocumentError('CORRUPT', 'This picture is damaged or of a rare kind and cannot be decoded.', 'Export it again, for instance as PNG.');
const tooLong = (pages: number) =>
  new DocumentError(
    'TOO_LARGE',
    `This picture has ${pages} pages; the limit is ${LIMITS.pagesPerDocument}.`,
    'Split it into smaller files.',
  );

function noText(script: string | null): DocumentError {
  const foreign = script !== null && !isReadable(script);
  const seen = foreign ? ` It seems to show ${script} writing, which Pressmark cannot recognise yet.` : '';
  return new DocumentError(
    'NO_TEXT',
    `No text was found in this picture.${seen}`,
    'If it shows text, scan or photograph it again: upright, sharp, evenly lit, at 300 dots per inch.',
  );
}
