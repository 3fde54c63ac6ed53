/** Which reader reads which kind of file; each is loaded when its first file comes, so that an idle worker costs little. */
import { MIME } from './mime';
import type { Reader } from './reader';

/** Pictures differ by their kind, and so do languages of markup. */
const picture = (mime_type: string) => async (): Promise<Reader> => {
  const { readImage } = await import('./image/image');
  return async (file) => readImage(file, mime_type);
};
const markup = (mime_type: string) => async () => (await import('./markup/markup')).markupReader(mime_type);
const spreadsheet = async () => (await import('./spreadsheet')).readSpreadsheet;
const odf = async () => (await import('./odf')).readOdf;

const READERS: Record<string, () => Promise<Reader | null>> = {
  [MIME.pdf]: async () => (await import('./pdf/pdf')).readPdf,
  [MIME.text]: async () => (await import('./text')).readText,
  [MIME.csv]: async () => (await import('./csv')).readCsv,
  [MIME.json]: async () => (await import('./json')).readJson,
  [MIME.xml]: async () => (await import('./xml-document')).readXml,
  [MIME.notebook]: async () => (await import('./notebook')).readNotebook,
  [MIME.subtitles]: async () => (await import('./subtitles')).readSubtitles,
  [MIME.epub]: async () => (await import('./epub')).readEpub,
  [MIME.html]: async () => (await import('./html')).readHtml,
  [MIME.markdown]: async () => (await import('./markdown')).readMarkdown,
  [MIME.docx]: async () => (await import('./docx')).readDocx,
  [MIME.xlsx]: spreadsheet,
  [MIME.xls]: spreadsheet,
  [MIME.ods]: spreadsheet,
  [MIME.doc]: async () => (await import('./office/doc')).readDoc,
  [MIME.ppt]: async () => (await import('./office/ppt')).readPpt,
  [MIME.msg]: async () => (await import('./office/msg')).readMsg,
  [MIME.pptx]: async () => (await import('./pptx')).readPptx,
  [MIME.odt]: odf,
  [MIME.odp]: odf,
  [MIME.rtf]: async () => (await import('./rtf')).readRtf,
  [MIME.zip]: async () => (await import('./archive')).readArchive,
  [MIME.tar]: async () => (await import('./tar')).readTar,
  [MIME.gzip]: async () => (await import('./tar')).readGzip,
  [MIME.mail]: async () => (await import('./mail')).readMail,
  [MIME.mailbox]: async () => (await import('./mail')).readMailbox,
  ...Object.fromEntries([MIME.latex, MIME.rst, MIME.asciidoc, MIME.org].map((kind) => [kind, markup(kind)])),
  ...Object.fromEntries([MIME.png, MIME.jpeg, MIME.webp, MIME.gif, MIME.bmp, MIME.tiff, MIME.pnm].map((kind) => [kind, picture(kind)])),
};

/** Null for a kind that no reader reads. */
export async function readerFor(mime_type: string): Promise<Reader | null> {
  return (await READERS[mime_type]?.()) ?? null;
}
