/** Which kind of document a ZIP archive is: by what lies in it, since producers order their parts as they like. */
import type { Readable } from 'node:stream';
import type { Entry, ZipFile } from 'yauzl';
import { MIME } from './mime';
import { openZip } from './open-zip';

/** Parts looked at. */
const MOST = 2_000;
const PART_BYTES = 1024 * 1024;

/** Main parts of Office Open XML; templates, shows and files with macros say the same with other words. */
const OPEN_XML: [RegExp, string][] = [
  [/wordprocessingml\.(?:document|template)\.main|ms-word\.(?:document|template)\.macroEnabled/, MIME.docx],
  [/presentationml\.(?:presentation|slideshow|template)\.main|ms-powerpoint\.\w+\.macroEnabled/, MIME.pptx],
  [/spreadsheetml\.(?:sheet|template)\.main|ms-excel\.(?:sheet|template|addin)/, MIME.xlsx],
];
const OPEN_DOCUMENT: [RegExp, string][] = [
  [/opendocument\.text/, MIME.odt],
  [/opendocument\.spreadsheet/, MIME.ods],
  [/opendocument\.(?:presentation|graphics)/, MIME.odp],
  [/application\/epub\+zip/, MIME.epub],
];

/** Documents that nobody reads yet: their parts would be noise. */
const OTHERS = /ms-visio\.|ms-package\.xps|opendocument\.(?:formula|chart|database|image)/;

/** What a damaged one is by its name: its reader then says what is the matter with it. */
const BY_NAME: Record<string, string> = {
  '.docx': MIME.docx,
  '.docm': MIME.docx,
  '.pptx': MIME.pptx,
  '.pptm': MIME.pptx,
  '.xlsx': MIME.xlsx,
  '.xlsm': MIME.xlsx,
  '.xlsb': MIME.xlsx,
  '.odt': MIME.odt,
  '.ods': MIME.ods,
  '.odp': MIME.odp,
  '.epub': MIME.epub,
};

/** The mime type of the document that this archive is, or of an archive; null for a document of a kind that is not read. */
export async function packageKind(path: string, extension: string): Promise<string | null> {
  const damaged = BY_NAME[extension] ?? MIME.zip;
  const zip = await openZip(path, { lazyEntries: true, autoClose: false, strictFileNames: false }).catch(() => null);
  if (!zip) return damaged;
  try {
    const kind = await kindOf(zip);
    return kind === undefined ? MIME.zip : kind;
  } catch {
    return damaged;
  } finally {
    zip.close();
  }
}

async function kindOf(zip: ZipFile): Promise<string | null | undefined> {
  let looked = 0;
  let epub = false;
  for await (const entry of zip.eachEntry()) {
    const { fileName: name } = entry;
    if (name === '[Content_Types].xml') return match(OPEN_XML, await textOf(zip, entry));
    if (name === 'mimetype' || name === 'META-INF/manifest.xml') {
      const found = match(OPEN_DOCUMENT, await textOf(zip, entry));
      if (found !== undefined) return found;
    }
    epub ||= name === 'META-INF/container.xml';
    looked += 1;
    if (looked > MOST) break;
  }
  return epub ? MIME.epub : undefined;
}

const match = (kinds: [RegExp, string][], text: string) =>
  kinds.find(([pattern]) => pattern.test(text))?.[1] ?? (OTHERS.test(text) ? null : undefined);

async function textOf(zip: ZipFile, entry: Entry): Promise<string> {
  const stream: Readable = await zip.openReadStreamPromise(entry);
  let text = '';
  for await (const piece of stream) {
    text += (piece as Buffer).toString('latin1');
    if (text.length > PART_BYTES) break;
  }
  stream.destroy();
  return text;
}
