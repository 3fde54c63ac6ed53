/** The pixels of a picture's page, for an <img>: as the browser decodes them, or, for TIFF, as this file does. */
import type { Backend } from './client';

/** Kinds whose pages can be shown. */
export const isPicture = (mime_type: string) => /^image\/(png|jpeg|webp|gif|bmp|tiff)$/.test(mime_type);

/** A decoded page needs four bytes for each. */
const MOST_PIXELS = 100_000_000;
const REDUCED = 1;

/** @param page counts from 1 */
export async function readPicture(
  { fileRange }: Pick<Backend, 'fileRange'>,
  file: { id: string; size_bytes: number; mime_type: string },
  page: number,
): Promise<Blob> {
  const bytes = await fileRange(file.id, 0, file.size_bytes);
  if (file.mime_type !== 'image/tiff') return new Blob([bytes as Uint8Array<ArrayBuffer>], { type: file.mime_type });
  return tiffPage(bytes.buffer as ArrayBuffer, page);
}

async function tiffPage(bytes: ArrayBuffer, page: number): Promise<Blob> {
  const tiff = await import('utif2');
  // Thumbnails are no pages; the backend counts the same way.
  const pages = tiff.decode(bytes).filter(({ t254, t256 }) => ((first(t254) ?? 0) & REDUCED) === 0 && first(t256) !== null);
  const directory = pages[page - 1];
  if (!directory) throw new Error(`The file has no page ${page}.`);
  if ((first(directory.t256) ?? 0) * (first(directory.t257) ?? 0) > MOST_PIXELS) throw new Error('The picture is too large to be shown.');
  tiff.decodeImage(bytes, directory);
  const { width, height } = directory;
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(tiff.toRGBA8(directory)), width, height), 0, 0);
  return canvas.convertToBlob();
}

function first(values: unknown): number | null {
  const [value]: unknown[] = Array.isArray(values) ? values : [];
  return typeof value === 'number' ? value : null;
}
