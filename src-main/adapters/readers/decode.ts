/** Bytes of a text file → text, whatever encoding it was saved in. */
import iconv from 'iconv-lite';
import { guessEncoding } from './encoding-guess';
import { markedForm, unmarkedForm } from './unicode-forms';

const SAMPLE_BYTES = 64 * 1024;

export interface DecodedText {
  text: string;
  /** Name as in the IANA register, lower case. */
  encoding: string;
}

/** Japanese mail of seven bits: its escapes say that letters of two bytes follow. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is looked for
const ISO_2022_JP = /\u001b\$[@B]/;

/**
 * Decodes by byte order mark, else by what the bytes allow: UTF-16 and UTF-32 when they look like it, UTF-8 when they are valid UTF-8,
 * then what the document itself declares (`declared`), then the most probable encoding. Line ends become \n, zero characters go.
 */
export function decodeText(bytes: Buffer, declared: string | null | undefined = null): DecodedText {
  const encoding =
    markedForm(bytes) ??
    unmarkedForm(bytes) ??
    sevenBits(bytes) ??
    fewBytes(bytes, known(declared)) ??
    utf8Of(bytes) ??
    known(declared) ??
    guessEncoding(bytes);
  return { text: clean(decoded(bytes, encoding)), encoding };
}

const decoded = (bytes: Buffer, encoding: string) =>
  encoding === 'iso-2022-jp' ? new TextDecoder(encoding).decode(bytes) : iconv.decode(bytes, encoding);

function sevenBits(bytes: Buffer): string | null {
  if (!bytes.includes(0x1b) || !ISO_2022_JP.test(bytes.subarray(0, SAMPLE_BYTES).toString('latin1'))) return null;
  return bytes.subarray(0, SAMPLE_BYTES).every((byte) => byte < 0x80) ? 'iso-2022-jp' : null;
}

/** One kind of line end, no zero characters (SQLite ends a text there), no lone surrogates (no encoding can store them). */
export function clean(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029\f\v]/g, '\n')
    .replaceAll('\0', '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

function utf8Of(bytes: Buffer): string | null {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    return null;
  }
}

/** So few letters of two bytes may be valid UTF-8 by chance; more are none, whatever the file says of itself. */
const CHANCE_BYTES = 12;
const TWO_BYTES = /^(?:gb|big5|shift|sjis|euc|windows-31j|cp9)/;

function fewBytes(bytes: Buffer, declared: string | null): string | null {
  if (declared === null || !TWO_BYTES.test(declared)) return null;
  let high = 0;
  for (const byte of bytes) if (byte >= 0x80) high += 1;
  return high > 0 && high <= CHANCE_BYTES && !iconv.decode(bytes, declared).includes('\ufffd') ? declared : null;
}

/** A declaration of UTF-8 is known to be false here. Latin-1 is read as Windows-1252, as browsers do (WHATWG Encoding). */
function known(name: string | null | undefined): string | null {
  const encoding = labelled(name?.trim().toLowerCase() ?? '');
  if (/^utf-?(8|16|32)/.test(encoding) || !iconv.encodingExists(encoding)) return null;
  return /^(iso-?8859-1|latin-?1|us-ascii|ascii)$/.test(encoding) ? 'windows-1252' : encoding;
}

/** Pages use many names ("x-sjis", "ks_c_5601-1987") that browsers know. */
function labelled(name: string): string {
  if (name === '' || iconv.encodingExists(name)) return name;
  try {
    return new TextDecoder(name).encoding;
  } catch {
    return name;
  }
}
