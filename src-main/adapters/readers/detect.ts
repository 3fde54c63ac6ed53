/** Telling the kind of a file by its content; its name only decides between kinds of text. */
import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { decodeText } from './decode';
import { packageKind } from './detect-package';
import { PNM_START } from './image/header';
import { MIME } from './mime';

const SAMPLE_BYTES = 16 * 1024;
/** Of the characters of a text, at most this share may be control characters. */
const CONTROL_SHARE = 0.01;
/** Valid UTF-8 is text without doubt, unless it is mostly these. */
const MANY_CONTROLS = 0.5;
/** The PDF header may stand anywhere in the first kilobyte (ISO 32000-1, annex H.3.4.1). */
const PDF_HEADER_WITHIN = 1024;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f\ufffd]/g;
const HTML_START = /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i;

const XML_START = /^\s*(?:<\?xml\s|(?:<!--[\s\S]*?-->\s*)*<!DOCTYPE\s+(?!html\b)\w)/i;
/** Some producers leave out the declaration; then the name must say it, as chats and templates begin so, too. */
const XML_NAMES =
  /^\.(?:xml|svg|rss|atom|fb2|dbk|docbook|nxml|jats|tei|dita|gpx|kml|xsd|xsl|xslt|opml|rdf|owl|tmx|xliff|xlf|plist|wsdl|mei|musicxml|gml|xbrl|fodt|fods|fodp)$/;

/** Kinds that are written in letters, but are nothing to read; plain XML (XHTML too) is. */
const CODE = new Set(['application/postscript', 'application/eps', 'application/pgp-encrypted', 'application/x-ms-shortcut']);

const ZIP_STARTS = ['PK\x03\x04', 'PK\x05\x06', 'PK00PK\x03\x04', 'PK\x07\x08PK\x03\x04'];
const isZip = (head: Buffer) => ZIP_STARTS.some((start) => head.subarray(0, start.length).toString('latin1') === start);

/** Lines of RFC 5322 that mail begins with. */
const MAIL_FIELD =
  /^(?:from|to|cc|subject|date|received|mime-version|message-id|return-path|delivered-to|x-[\w-]+|content-type|reply-to|sender|in-reply-to|references|dkim-signature|authentication-results|arc-[\w-]+):/i;
const MAIL_NEEDED = /^(?:from|subject|received|message-id|date|mime-version):/i;
const MAILBOX_START = /^From \S+.*\d{4}/;

/** An animated PNG shows its first picture to whoever knows only PNG. */
const PICTURES: Record<string, string> = {
  'image/png': MIME.png,
  'image/apng': MIME.png,
  'image/jpeg': MIME.jpeg,
  'image/webp': MIME.webp,
  'image/gif': MIME.gif,
  'image/bmp': MIME.bmp,
  'image/tiff': MIME.tiff,
};

const BY_NAME: Record<string, string> = {
  '.md': MIME.markdown,
  '.markdown': MIME.markdown,
  '.mdx': MIME.markdown,
  '.html': MIME.html,
  '.htm': MIME.html,
  '.xhtml': MIME.html,
  '.csv': MIME.csv,
  '.tsv': MIME.csv,
  '.json': MIME.json,
  '.jsonl': MIME.json,
  '.tab': MIME.csv,
  '.mhtml': MIME.mail,
  '.mht': MIME.mail,
  '.mbox': MIME.mailbox,
  '.eml': MIME.mail,
  '.geojson': MIME.json,
  '.ndjson': MIME.json,
  '.ipynb': MIME.notebook,
  '.srt': MIME.subtitles,
  '.vtt': MIME.subtitles,
  '.tex': MIME.latex,
  '.latex': MIME.latex,
  '.ltx': MIME.latex,
  '.rst': MIME.rst,
  '.rest': MIME.rst,
  '.adoc': MIME.asciidoc,
  '.asciidoc': MIME.asciidoc,
  '.org': MIME.org,
};

/** The mime type of a file that some reader reads, else null. */
export async function detectKind(path: string, filename: string): Promise<string | null> {
  const head = await firstBytes(path);
  if (head.subarray(0, PDF_HEADER_WITHIN).includes('%PDF-')) return MIME.pdf;
  const { fileTypeFromFile } = await import('file-type');
  const found = await fileTypeFromFile(path).catch(() => undefined);
  const extension = extname(filename).toLowerCase();
  if (isZip(head)) return packageKind(path, extension);
  if (isOldSheet(head)) return MIME.xls;
  if (found?.mime === 'application/x-cfb') return (await import('./office/compound')).compoundKind(path, extension);
  if (head.subarray(0, 64).toString('latin1').trimStart().startsWith('{\\rtf')) return MIME.rtf;
  if (found?.mime === 'application/gzip') return MIME.gzip;
  if (found?.mime === 'application/x-tar') return MIME.tar;
  const picture = pictureKind(head, found?.mime, extension);
  if (picture) return picture;
  // Some signatures are only two letters ("BM" is a bitmap), so what is text without doubt stays text, unless it is the code of something.
  if (found && (CODE.has(found.mime) || !(found.mime === 'application/xml' || isUtf8Text(head)))) return null;
  return textKind(head, extension);
}

/** A worksheet of Excel 2 to 4, which had no container yet: the record that each begins with. */
const isOldSheet = (head: Buffer) =>
  head[0] === 0x09 && [0, 2, 4].includes(head[1] ?? 1) && (head[2] ?? 0) >= 4 && (head[2] ?? 0) <= 8 && head[3] === 0;

/** A picture by its signature, which "BM" alone is not; a portable anymap may be written in digits, so its name must say it too. */
function pictureKind(head: Buffer, signature: string | undefined, extension: string): string | null {
  if (PNM_START.test(head.toString('latin1')) && (!isUtf8Text(head) || /^\.p[bgpn]m$/.test(extension))) return MIME.pnm;
  return isUtf8Text(head) ? null : (PICTURES[signature ?? ''] ?? null);
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function textKind(head: Buffer, extension: string): string | null {
  const text = looksLikeText(head);
  if (text === null) return null;
  if (HTML_START.test(text)) return MIME.html;
  if (MAILBOX_START.test(text) && isMail(text.slice(text.indexOf('\n') + 1))) return MIME.mailbox;
  if (isMail(text)) return MIME.mail;
  if (/^\s*WEBVTT(?:\s|$)/.test(text)) return MIME.subtitles;
  if (!BY_NAME[extension] && (XML_START.test(text) || (XML_NAMES.test(extension) && /^\s*</.test(text)))) return MIME.xml;
  return BY_NAME[extension] ?? MIME.text;
}

/** Two fields at least before the first empty line, and none of its lines anything else. */
function isMail(text: string): boolean {
  const lines = (text.trimStart().split(/\n[^\S\n]*\n/)[0] ?? '').split('\n').filter((line) => !/^\s/.test(line));
  const fields = lines.filter((line) => MAIL_FIELD.test(line));
  return (
    fields.length >= 2 && fields.some((line) => MAIL_NEEDED.test(line)) && lines.every((line) => /^[!-9;-~]+:/.test(line) || line === '')
  );
}

/** The decoded sample, or null when it is no text. */
function looksLikeText(head: Buffer): string | null {
  if (head.length === 0) return null;
  const { text, encoding } = decodeText(wholeCharacters(head));
  const controls = text.match(CONTROL)?.length ?? 0;
  if (isUtf8Text(head)) return controls > text.length * MANY_CONTROLS ? null : text;
  if (head.includes(0) && !/^utf-(16|32)/.test(encoding)) return null;
  return controls > text.length * CONTROL_SHARE ? null : text;
}

/** No binary format gets by without a zero byte or one that UTF-8 does not have there. */
function isUtf8Text(head: Buffer): boolean {
  const whole = wholeCharacters(head);
  return !whole.includes(0) && isUtf8(whole);
}

/** The sample without a UTF-8 character that its end cuts in two. */
function wholeCharacters(head: Buffer): Buffer {
  if (head.length < SAMPLE_BYTES) return head;
  for (let back = 1; back <= 4; back += 1) {
    const byte = head[head.length - back] ?? 0;
    if (byte < 0x80) return head;
    if (byte >= 0xc0) return head.subarray(0, head.length - back);
  }
  return head;
}
