/** A page of a PDF as a picture, for pages whose text must be recognised. */
import { LIMITS } from '../../../core/limits';
import type { Bitmap } from '../ocr/bitmap';
import { type Pdfium, withMemory } from './pdfium';

/** What text recognition was trained on. */
const USUAL_DPI = 300;
const POINTS_PER_INCH = 72;
/** FPDFBitmap_BGRx, and the flag that draws comments and fields, too. */
const BGRX = 3;
const BYTES = 4;
const WITH_ANNOTATIONS = 1;
const WHITE = 0xffffffff;

/** How many pixels make an inch of the page, so that it stays within the limit. */
export function dpiOf({ width, height }: { width: number; height: number }): number {
  const most = Math.sqrt(LIMITS.ocrPixels / Math.max(1, width * height)) * POINTS_PER_INCH;
  return Math.min(USUAL_DPI, most);
}

/** Shades of grey; null for a page that cannot be drawn. */
export function draw(module: Pdfium, document: number, index: number, size: { width: number; height: number }): Bitmap | null {
  const scale = dpiOf(size) / POINTS_PER_INCH;
  const [width, height] = [Math.max(1, Math.round(size.width * scale)), Math.max(1, Math.round(size.height * scale))];
  const page = module._FPDF_LoadPage(document, index);
  if (page === 0) return null;
  try {
    return withMemory(module, width * height * BYTES, (buffer) => {
      const bitmap = buffer === 0 ? 0 : module._FPDFBitmap_CreateEx(width, height, BGRX, buffer, width * BYTES);
      if (bitmap === 0) return null;
      module._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
      module._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, WITH_ANNOTATIONS);
      const data = greyOf(module.HEAPU8.subarray(buffer, buffer + width * height * BYTES));
      module._FPDFBitmap_Destroy(bitmap);
      return { data, width, height, channels: 1 };
    });
  } finally {
    module._FPDF_ClosePage(page);
  }
}

function greyOf(bgrx: Uint8Array): Uint8Array {
  const grey = new Uint8Array(bgrx.length / BYTES);
  for (let at = 0, from = 0; at < grey.length; at += 1, from += BYTES) {
    grey[at] = (29 * (bgrx[from] ?? 0) + 150 * (bgrx[from + 1] ?? 0) + 77 * (bgrx[from + 2] ?? 0)) >> 8;
  }
  return grey;
}
