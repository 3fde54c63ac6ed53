/** Which reader reads which kind of file; each is loaded when its first file comes, so that an idle worker costs little. */
import type { Reader } from './reader';

export const MIME = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  markdown: 'text/markdown',
  html: 'text/html',
  csv: 'text/csv',
  json: 'application/json',
  text: 'text/plain',
} as const;

/** Null for a kind that no reader reads. */
export async function readerFor(mime_type: string): Promise<Reader | null> {
  switch (mime_type) {
    case MIME.pdf:
      return (await import('./pdf/pdf')).readPdf;
    case MIME.text:
    case MIME.json:
      return (await import('./text')).readText;
    case MIME.csv:
      return async (file) => (await import('./text')).readText(file, 'table');
    case MIME.html:
      return (await import('./html')).readHtml;
    case MIME.docx:
      return (await import('./docx')).readDocx;
    case MIME.markdown:
      return (await import('./markdown')).readMarkdown;
    default:
      return null;
  }
}
