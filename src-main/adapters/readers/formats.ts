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
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xls: 'application/vnd.ms-excel',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation',
  rtf: 'application/rtf',
  zip: 'application/zip',
  mail: 'message/rfc822',
  mailbox: 'application/mbox',
  epub: 'application/epub+zip',
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  bmp: 'image/bmp',
  tiff: 'image/tiff',
  pnm: 'image/x-portable-anymap',
} as const;

/** Null for a kind that no reader reads. */
export async function readerFor(mime_type: string): Promise<Reader | null> {
  switch (mime_type) {
    case MIME.pdf:
      return (await import('./pdf/pdf')).readPdf;
    case MIME.text:
      return (await import('./text')).readText;
    case MIME.csv:
      return (await import('./csv')).readCsv;
    case MIME.json:
      return (await import('./json')).readJson;
    case MIME.epub:
      return (await import('./epub')).readEpub;
    case MIME.html:
      return (await import('./html')).readHtml;
    case MIME.docx:
      return (await import('./docx')).readDocx;
    case MIME.xlsx:
    case MIME.xls:
    case MIME.ods:
      return (await import('./spreadsheet')).readSpreadsheet;
    case MIME.pptx:
      return (await import('./pptx')).readPptx;
    case MIME.odt:
    case MIME.odp:
      return (await import('./odf')).readOdf;
    case MIME.rtf:
      return (await import('./rtf')).readRtf;
    case MIME.zip:
      return (await import('./archive')).readArchive;
    case MIME.mail:
      return (await import('./mail')).readMail;
    case MIME.mailbox:
      return (await import('./mail')).readMailbox;
    case MIME.markdown:
      return (await import('./markdown')).readMarkdown;
    case MIME.png:
    case MIME.jpeg:
    case MIME.webp:
    case MIME.gif:
    case MIME.bmp:
    case MIME.tiff:
    case MIME.pnm:
      return async (file) => (await import('./image/image')).readImage(file, mime_type);
    default:
      return null;
  }
}
