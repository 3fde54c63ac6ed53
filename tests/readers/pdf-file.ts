/** PDF files for tests, written object by object. */

/** A PDF of these objects, the first being number 1 and the catalog (ISO 32000-1, 7.5). */
export function pdf(objects: string[]): string {
  let text = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const xref = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  text += offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  return `${text}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`;
}

export const stream = (content: string) => `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;
export const shown = (lines: string[]) => `BT /F1 12 Tf 72 720 Td 16 TL ${lines.map((line) => `(${line}) Tj T*`).join(' ')} ET`;
export const FONT = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
export const page = (contents: number, more = '') =>
  `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${contents} 0 R ${more} >>`;
